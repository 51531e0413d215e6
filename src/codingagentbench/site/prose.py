"""The site's own texts: Markdown files of `content/`, cut into parts for one reading level or both.

A line `%% plain`, `%% expert` or `%% both` sets the level of what follows. A fence's info is its kind and label:
`run Build the site` (a command that works as printed), `file sweep.toml`, `text What it says`. Links may lead to
`term:blast-radius` (the glossary) and to `page:cite.html`. HTML in a text stays text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from codingagentbench.core.glossary import lookup, slug
from codingagentbench.site import paths

Level = Literal["plain", "expert", "both"]


@dataclass(frozen=True, slots=True)
class Text:
    """HTML made from a trusted text of this package."""

    level: Level
    html: Markup
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A block to copy. `kind` is `run` for commands that work as printed."""

    level: Level
    text: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    id: str
    title: str
    level: Level = "both"


@dataclass(frozen=True, slots=True)
class Prose:
    """A text in parts, and its headings of the second level."""

    parts: tuple[Text | Code, ...]
    toc: tuple[Entry, ...]


@cache
def prose(name: str, origin: str) -> Prose:
    """The text `content/<name>.md` for a page at `origin`, to which its links are relative.

    Raises:
        UsageError: a link names a term that the glossary does not have.
    """
    source = files("codingagentbench.site").joinpath(f"content/{name}.md").read_text(encoding="utf-8")
    parts: list[Text | Code] = []
    toc: list[Entry] = []
    for level, text in _sections(source):
        tokens = _parser().parse(text)
        _prepare(tokens, origin)
        parts += _parts(tokens, level)
        toc += _headings(tokens, level)
    return Prose(tuple(parts), tuple(toc))


def ticks(text: str) -> Markup:
    """Text in which what stands between backticks is code; everything is escaped."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(piece) if at % 2 else escape(piece) for at, piece in enumerate(pieces))


def _sections(source: str) -> Iterator[tuple[Level, str]]:
    level: Level = "both"
    lines: list[str] = []
    for line in source.splitlines():
        if line.startswith("%% "):
            yield level, "\n".join(lines)
            level, lines = _level(line[3:].strip()), []
        else:
            lines.append(line)
    yield level, "\n".join(lines)


def _level(word: str) -> Level:
    for known in ("plain", "expert", "both"):
        if word == known:
            return known
    raise AssertionError(f"%% {word}: no reading level")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _prepare(tokens: Sequence[Token], origin: str) -> None:
    """Give headings their anchors and links their targets."""
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(tokens[at + 1].content))
            _anchor(tokens[at + 1])
        for inner in token.children or ():
            if inner.type == "link_open" and not str(inner.attrGet("href")).startswith("#"):
                _aim(inner, origin)


def _anchor(heading: Token) -> None:
    """A link of the heading to itself, as the templates' headings have."""
    name = heading.content
    aim: dict[str, str | int | float] = {
        "href": f"#{slug(name)}",
        "class": "anchor",
        "aria-label": f"Link to {name}",
    }
    heading.children = [
        *(heading.children or ()),
        Token("text", "", 0, content=" "),
        Token("link_open", "a", 1, aim),
        Token("text", "", 0, content="#"),
        Token("link_close", "a", -1),
    ]


def _aim(link: Token, origin: str) -> None:
    kind, _, target = str(link.attrGet("href")).partition(":")
    if kind == "term":
        term = lookup(target)
        link.attrSet("href", paths.href(origin, f"{paths.GLOSSARY}#{term.slug}"))
        link.attrSet("title", term.plain)
        link.attrSet("class", "term")
    elif kind == "page":
        link.attrSet("href", paths.href(origin, target))
    else:
        link.attrSet("rel", "noreferrer")


def _parts(tokens: Sequence[Token], level: Level) -> Iterator[Text | Code]:
    """Runs of HTML between code blocks. Tables may be wider than a page, so each has a frame that scrolls."""
    run: list[Token] = []
    for token in tokens:
        if token.type == "fence" and token.level == 0:
            yield from _text(run, level)
            run = []
            kind, _, label = token.info.partition(" ")
            yield Code(level, token.content.rstrip("\n"), label, kind if kind == "run" else "")
        elif token.type == "table_open":
            yield from _text(run, level)
            run = [token]
        elif token.type == "table_close":
            yield from _text([*run, token], level, "table")
            run = []
        else:
            run.append(token)
    yield from _text(run, level)


def _text(tokens: list[Token], level: Level, kind: str = "") -> Iterator[Text]:
    if tokens:
        rendered = _parser().renderer.render(tokens, _parser().options, {})
        yield Text(level, Markup(rendered), kind)  # noqa: S704 - a text of this package, HTML disabled


def _headings(tokens: Sequence[Token], level: Level) -> Iterator[Entry]:
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            yield Entry(str(token.attrGet("id")), tokens[at + 1].content, level)
