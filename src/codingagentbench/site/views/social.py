"""Open Graph images. A static build makes each with its page (`site/build.py`); a server when one is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site
from codingagentbench.site.social import is_pictured, picture
from codingagentbench.site.views import view_of


class SocialImages:
    """`og/<path of a page>.png`."""

    heads = ("og",)
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """None: the build draws an image when it makes the page; to ask for each here would double its work."""
        return ()

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The image of the page that a path names."""
        page_path = path.removeprefix("og/").removesuffix(".png") + ".html"
        view = view_of(page_path.partition("/")[0])
        if view is None or page_path.startswith("og/") or not path.endswith(".png"):
            return None
        page = view.output(site, page_path, {})
        return picture(site, page) if isinstance(page, Page) and is_pictured(site, page) else None


VIEW = SocialImages()
