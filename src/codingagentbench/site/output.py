"""What a view gives for a path: a page to render, bytes, or a file to hand on as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from codingagentbench.site.site import Site


@dataclass(frozen=True, slots=True)
class Resource:
    """Bytes of a kind, e.g. a badge or an export. `download` asks browsers to save it."""

    path: str
    media_type: str
    body: bytes
    download: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """A file handed on as it is. Evidence is untrusted: the server never lets a browser run any of it."""

    path: str
    source: Path
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page. `summary` is its one-sentence description; `scripts` and `styles` are names of assets.

    `section` is the path of the main menu's entry it belongs to, empty for none. `files` makes what lies beside
    the page and is written with it: all below the `folder` that was planned, each also answered by its own path.
    """

    path: str
    template: str
    title: str
    summary: str
    context: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    social_image: bool = True
    files: Callable[[], Iterable[Resource | Copy]] = tuple


Output = Page | Resource | Copy


@dataclass(frozen=True, slots=True)
class Planned:
    """A path of the static site and the stamp of what it is made from: the same stamp, the same bytes.

    `folder`, where there is one, is the page's own: its `files` fill it, and it goes when the page is made anew.
    """

    path: str
    stamp: str
    folder: str = ""

    @property
    def entry(self) -> str:
        """What the manifest of a build keeps of it."""
        return f"{self.stamp} {self.folder}" if self.folder else self.stamp


class View(Protocol):
    """One kind of page. `heads` are the first parts of the paths it answers for (`cell`, `index.html`).

    `many`: it has a page a cell or so; the static build makes those in several processes, and `output` must not
    need the query layer for them.
    """

    heads: tuple[str, ...]
    many: bool

    def planned(self, site: Site) -> Iterable[Planned]:
        """Every path of the static site it makes."""

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """What lies at a path, None when nothing does. `query` is empty in a static build."""
