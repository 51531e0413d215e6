"""The site's own styles and scripts, and the vendored ones with their licences."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import Path

from codingagentbench.site import paths
from codingagentbench.site.output import Copy, Output, Planned
from codingagentbench.site.site import Site

_FOLDER = Path(__file__).parent.parent / "assets"


class Assets:
    """Files of `site/assets`, handed on as they are."""

    heads = ("assets",)
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """Every asset; any change of one changes the base stamp."""
        names = (path.relative_to(_FOLDER).as_posix() for path in sorted(_FOLDER.rglob("*")) if path.is_file())
        return [Planned(paths.asset(name), site.base_stamp) for name in names]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The asset of a path; the folder is walked, so no name can lead out of it."""
        known = {planned.path for planned in self.planned(site)}
        if path not in known:
            return None
        source = _FOLDER / path.removeprefix("assets/")
        return Copy(path, source, mimetypes.guess_type(source.name)[0] or "text/plain")


VIEW = Assets()
