"""Walks the pages of a static site and tells everything that a reader, or another host, would trip over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

_REQUESTING = {
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("video", "src"), ("audio", "src"), ("source", "src"),
    ("link", "href"), ("object", "data"), ("embed", "src"), ("form", "action"), ("image", "href"), ("use", "href"),
}  # fmt: skip
"""Attributes by which a page makes a request by itself, or sends a reader's input somewhere."""

_POINTING = _REQUESTING | {("a", "href"), ("area", "href")}


@dataclass
class Document(HTMLParser):
    """What a check needs to know of one page."""

    path: str
    ids: list[str] = field(default_factory=list)
    targets: list[tuple[str, str, str]] = field(default_factory=list)
    headings: int = 0
    lang: str = ""
    title: str = ""
    inline: list[str] = field(default_factory=list)
    _in_title: bool = False
    _script: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.ids.append(given["id"])
        self.headings += tag == "h1"
        if tag == "html":
            self.lang = given.get("lang", "")
        self._in_title = tag == "title" and not self.title
        self._script = tag == "script" and "src" not in given and given.get("type") != "application/json"
        self.inline += [f"{name} of <{tag}>" for name in given if name == "style" or name.startswith("on")]
        self.inline += ["<style>"] if tag == "style" else []
        self.targets += [(tag, name, value) for name, value in given.items() if (tag, name) in _POINTING]

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._script and data.strip():
            self.inline.append("a script")


def read(root: Path) -> dict[str, Document]:
    """Every page by its path."""
    pages = {}
    for file in sorted(root.rglob("*.html")):
        path = file.relative_to(root).as_posix()
        document = Document(path)
        document.feed(file.read_text(encoding="utf-8"))
        document.close()
        pages[path] = document
    return pages


def faults(root: Path, *, headless: tuple[str, ...] = (), states: tuple[str, ...] = ()) -> list[str]:
    """Everything wrong, as `page: what`. Empty for a sound site.

    Args:
        headless: beginnings of paths of pages that need no `h1`, such as cards for frames.
        states: beginnings of fragments that a script reads as its state and that are no anchors.
    """
    pages = read(root)
    files = {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}
    found = []
    for page in pages.values():
        found += [f"{page.path}: {what}" for what in _of_page(page, headless)]
        found += [f"{page.path}: {what}" for what in _of_links(page, pages, files, states)]
    return found


def _of_page(page: Document, headless: tuple[str, ...]) -> Iterator[str]:
    if not page.lang:
        yield "no lang"
    if not page.title.strip():
        yield "no title"
    if page.headings != 1 and not page.path.startswith(headless or ("\0",)):
        yield f"{page.headings} h1"
    for name, count in Counter(page.ids).items():
        if count > 1:
            yield f"id {name!r} {count} times"
        if not name or any(letter.isspace() for letter in name):
            yield f"id {name!r} cannot be linked to"
    yield from (f"inline {what}" for what in page.inline)


def _of_links(
    page: Document, pages: dict[str, Document], files: set[str], states: tuple[str, ...]
) -> Iterator[str]:
    for tag, name, value in page.targets:
        parts = urlsplit(value)
        said = f"{name} of <{tag}> {value!r}"
        if parts.scheme or parts.netloc:
            if (tag, name) in _REQUESTING and parts.scheme != "data":
                yield f"{said} leaves the site"
            elif parts.scheme not in ("http", "https", "data", "mailto"):
                yield f"{said} has an odd scheme"
            continue
        target = normpath(join(dirname(page.path), unquote(parts.path))) if parts.path else page.path
        if value.startswith("/") or target.startswith(".."):
            yield f"{said} leads out of the folder"
        elif target not in files:
            yield f"{said} leads nowhere"
        elif target in pages and _lost(parts.fragment, pages[target], states):
            yield f"{said}: no such anchor"


def _lost(fragment: str, page: Document, states: tuple[str, ...]) -> bool:
    return unquote(fragment) not in ("", *page.ids) and not fragment.startswith(states or ("\0",))
