"""Which pages have a picture, and the picture of one."""

from __future__ import annotations

from codingagentbench.site import paths
from codingagentbench.site.output import Page, Resource
from codingagentbench.site.site import Site
from codingagentbench.site.social.card import draw_card


def is_pictured(site: Site, page: Page) -> bool:
    """Whether a page names an image of its own."""
    return site.options.social and page.social_image


def picture(site: Site, page: Page) -> Resource:
    """The image of a page: its title and summary."""
    body = draw_card(page.title, page.summary, references=site.references)
    return Resource(paths.social_image(page.path), "image/png", body)
