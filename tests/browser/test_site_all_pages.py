"""Every kind of page, from a folder and from the server: sound, accessible, readable on a phone or unscripted."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from codingagentbench.site.views import views
from support.browser import axe, scrolls_sideways

HEADS = sorted({head for view in views() for head in view.heads})
"""First parts of paths, known before any site is built; each is tested by itself."""

WITHOUT_PAGES = {"assets", "badge", "chooser", "integrity.json", "og"}
PAGED = [head for head in HEADS if head not in WITHOUT_PAGES]
ONLY_SERVED = {"live.html", "live"}


def kinds(pages, head):
    """One page of each kind below a first path part: names differ, depth and fixed names make the kind."""
    found = {}
    for page in pages:
        parts = page.split("/")
        if parts[0] != head:
            continue
        name = re.sub(r"\d+", "#", parts[-1])
        fixed = name if name in ("index.html", "attempt#.html") or len(parts) == 1 else "*"
        second = parts[1] if head == "compare" and len(parts) > 2 else ""
        found.setdefault((len(parts), second, fixed), page)
    return list(found.values())


def chosen(site, head):
    pages = kinds(site.pages(), head)
    if not pages and head in WITHOUT_PAGES | ONLY_SERVED:
        return []
    return pages


def check_page(page):
    """What holds of every page whatever it is about."""
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()
    assert page.locator("main").count() == 1
    assert len(page.locator("main").inner_text()) > 40
    assert page.title().strip()
    assert scrolls_sideways(page) == ""
    twice = page.evaluate(
        "Object.entries(Array.from(document.querySelectorAll('[id]')).reduce("
        "(n, e) => { n[e.id] = (n[e.id] || 0) + 1; return n; }, {})).filter(([, n]) => n > 1)"
    )
    assert twice == []


@pytest.mark.parametrize("head", PAGED)
def test_a_page_of_ranked_models_from_a_folder(open_page, synthetic_site, head):
    for path in chosen(synthetic_site, head):
        page = open_page(synthetic_site.file(path))
        check_page(page)
        axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page)
        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()
        check_page(page)
        open_page.close()


@pytest.mark.parametrize("head", PAGED)
def test_a_page_of_reference_models_from_a_folder(open_page, built_site, head):
    for path in chosen(built_site, head):
        page = open_page(built_site.file(path), width=390)
        check_page(page)
        axe(page)
        open_page.close()


@pytest.mark.parametrize("head", PAGED)
def test_a_page_without_scripts(open_page, synthetic_site, head):
    for path in chosen(synthetic_site, head):
        page = open_page(synthetic_site.file(path), scripts=False, width=390)
        check_page(page)
        dead = "button:visible:not([type=submit])"
        assert page.locator(dead).all_inner_texts() == [], "a button that does nothing without its script"
        open_page.close()


@pytest.mark.parametrize("head", PAGED)
def test_a_page_from_the_server(open_page, built_site, served_site, head):
    for path in chosen(built_site, head) or [head]:
        page = open_page(served_site + quote(path, safe="/@+~"))
        check_page(page)
        open_page.close()


def test_every_view_has_pages_or_is_known_to_have_none(built_site, synthetic_site):
    pages = [*built_site.pages(), *synthetic_site.pages()]
    without = {head for head in HEADS if not kinds(pages, head)}
    assert without <= WITHOUT_PAGES | ONLY_SERVED | {"plugin"}, without
