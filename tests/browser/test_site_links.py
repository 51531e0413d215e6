"""Every link, image, style and script of a static site leads to a file of the site, every fragment to an element."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

OUTSIDE = ("https://",)


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links = []
        self.ids = set()
        self.bad = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.add(value)
            if name in ("href", "src", "data", "action") and tag not in ("base",):
                self.links.append(value or "")
            if name.startswith("on") or name in ("style", "srcdoc") or tag == "base":
                self.bad.append((tag, name))
        if tag == "script" and not dict(attributes).get("src") and dict(attributes).get("type") != "application/json":
            self.bad.append((tag, "inline"))


@cache
def read(file):
    parser = Links()
    parser.feed(file.read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("which", ["built_site", "synthetic_site"])
def test_links_lead_somewhere(request, which):
    site = request.getfixturevalue(which)
    files = {path.relative_to(site.root).as_posix() for path in site.root.rglob("*") if path.is_file()}
    dead = {}
    for page in site.pages():
        for link in read(site.file(page)).links:
            if fault := wrong(site, files, page, link):
                dead.setdefault(fault, page)
    assert not dead, "\n".join(f"{fault}  (e.g. on {page})" for fault, page in sorted(dead.items())[:40])


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


@pytest.mark.parametrize("which", ["built_site", "synthetic_site"])
def test_nothing_is_inline(request, which):
    site = request.getfixturevalue(which)
    found = {(page, *bad) for page in site.pages() for bad in read(site.file(page)).bad}
    assert not found
