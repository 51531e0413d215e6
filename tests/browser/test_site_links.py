"""Every link, image, style and script of a static site leads to a file of it, every fragment to an element."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

OUTSIDE = ("https://",)


# Values are escaped, so that a tag ends at its first `>`; what scripts read as data is no markup.
_SCRIPT = re.compile(r"(<script\b[^>]*>).*?</script>", re.S)
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^>]*)?)>")
_ATTRIBUTE = re.compile(r"""\s([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")


@dataclass
class Read:
    links: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    bad: set[tuple[str, str]] = field(default_factory=set)


@cache
def read(file):
    found = Read()
    for tag, rest in set(_TAG.findall(_SCRIPT.sub(r"\1", file.read_text(encoding="utf-8")))):
        attributes = {name: unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(rest)}
        found.links |= {attributes[name] for name in ("href", "src", "data", "action") if name in attributes}
        found.ids |= {attributes["id"]} if "id" in attributes else set()
        found.bad |= {(tag, name) for name in attributes if name.startswith("on") or name in ("style", "srcdoc")}
        if tag == "base" or (tag == "script" and not {"src", "type"} & attributes.keys()):
            found.bad.add((tag, "inline"))
    return found


@pytest.mark.parametrize("which", ["built_site", "synthetic_site"])
def test_links_lead_somewhere_and_nothing_is_inline(request, which):
    site = request.getfixturevalue(which)
    files = {path.relative_to(site.root).as_posix() for path in site.root.rglob("*") if path.is_file()}
    dead, inline = {}, set()
    for page in sampled(site.pages()):
        found = read(site.file(page))
        inline |= {(page, *bad) for bad in found.bad}
        for link in found.links:
            if fault := wrong(site, files, page, link):
                dead.setdefault(fault, page)
    assert not dead, "\n".join(f"{fault}  (e.g. on {page})" for fault, page in sorted(dead.items())[:40])
    assert not inline


def sampled(pages):
    """All pages but of cells, comparisons and cards, of which there are many: every sixteenth."""
    many = [page for page in pages if page.startswith(("cell/", "compare/", "embed/"))]
    return [*(page for page in pages if page not in set(many)), *many[::16]]


def wrong(site, files, page, link):
    """What is wrong with a link, empty when nothing is."""
    split = urlsplit(link)
    if split.scheme or split.netloc:
        return "" if link.startswith(OUTSIDE) else f"{link}: another scheme"
    target = normpath(join(dirname(page), unquote(split.path))) if split.path else page
    if target.startswith("..") or target not in files:
        return f"{target}: no such file"
    if split.fragment and target.endswith(".html") and unquote(split.fragment) not in read(site.file(target)).ids:
        return f"{target}#{split.fragment}: no such element"
    return ""
