"""A rendered page as the text a reader gets, and the parts of it that tests ask for."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HIDDEN = ("script", "style")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.codes: list[tuple[str, str]] = []
        self._kind = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.parts.append(" ")
        self._inside.append(tag)
        self.parts += [f" {given[name]} " for name in ("alt", "title", "aria-label") if name in given]
        if tag == "div" and given.get("class") == "code":
            self._kind = given.get("data-kind", "")
        if tag == "code" and "pre" in self._inside:
            self.codes.append((self._kind, ""))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(" ")
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not set(_HIDDEN) & set(self._inside):
            self.parts.append(data)
        if "code" in self._inside and "pre" in self._inside and self.codes:
            kind, text = self.codes[-1]
            self.codes[-1] = (kind, text + data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def plain(text: str) -> str:
    """White space of every kind as single blanks."""
    return re.sub(r"\s+", " ", text).strip()


def page_text(html: str) -> str:
    """All text of a page, closed parts and alternative texts included, scripts and styles left out."""
    return plain("".join(_read(html).parts))


def page_tags(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every start tag with its attributes, as a browser's tokenizer would see them."""
    return _read(html).tags


def printed_code(html: str, kind: str) -> list[str]:
    """The texts of the blocks to copy, of one kind (`run`, `fill`, `check`), as they are printed."""
    return [text for found, text in _read(html).codes if found == kind]
