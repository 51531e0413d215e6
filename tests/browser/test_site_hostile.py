"""Results that attack whoever shows them: every page about them opens, nothing of them runs, the layout holds."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest

from support.browser import scrolls_sideways
from support.hostile_site import HOST, ROLES, SWEEP, make_hostile
from support.sites import BuiltSite, build_site, real_results, serving, shared, template_attempt

OPENING_S = 30


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory):
    template = template_attempt(real_results(tmp_path_factory))

    def make(folder):
        make_hostile(folder / "results", template)
        build_site(folder / "results", folder / "site", "--base-url", "https://example.org/bench")

    folder = shared(tmp_path_factory, "hostile", make)
    return BuiltSite(folder / "results", folder / "site")


def about(site, role):
    """Pages about the cell of a role: those with its model in their path, of comparisons the first alone."""
    name = "constructor" if role == "names" else f"/{role}"
    compared = next(
        (page for page in site.pages() if page.startswith("compare/") and f"acme~{role}" in page), None
    )
    return [*(page for page in site.pages() if name in page), *([compared] if compared else [])]


def overviews(site):
    return [
        page
        for page in site.pages()
        if page.count("/") == 0 or SWEEP in page.split("/")[-1] or page.startswith("leader")
    ]


def check_harmless(page, began):
    assert time.monotonic() - began < OPENING_S
    assert page.evaluate("typeof window.pwned") == "undefined"
    assert page.locator("h1").count() == 1
    assert page.evaluate(f"Array.from(document.images).filter(i => i.src.includes('{HOST}')).length") == 0
    assert page.locator("iframe, object, embed, base, [onerror], [onload], [onfocus]").count() == 0
    assert page.locator("a[href^='javascript:' i], form[action^='javascript:' i]").count() == 0
    assert scrolls_sideways(page) == ""
    hidden = page.evaluate(
        "/[\\u0000-\\u0008\\u202a-\\u202e\\u2066-\\u2069]/.test(document.documentElement.textContent)"
    )
    assert not hidden, "a control or bidirectional character came through"


def use(page):
    """Touch what a reader would: open what is folded, press the buttons of the replay, sort."""
    page.evaluate("document.querySelectorAll('details').forEach((d, i) => { if (i < 40) d.open = true; })")
    for key in ("Space", "ArrowRight", "ArrowRight", ".", ",", "Space"):
        page.keyboard.press(key)
    page.wait_for_timeout(150)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("role", ROLES)
def test_pages_about_a_hostile_cell(open_page, hostile_site, role, width):
    pages = about(hostile_site, role)
    assert any(page.startswith("cell/") for page in pages)
    assert any(page.startswith("embed/") for page in pages)
    for path in pages:
        if width == 390 and not path.startswith("cell/"):
            continue
        began = time.monotonic()
        page = open_page(hostile_site.file(path), width=width)
        check_harmless(page, began)
        use(page)
        check_harmless(page, time.monotonic())
        open_page.close()


@pytest.fixture(scope="module")
def hostile_url(hostile_site):
    with serving(hostile_site.results) as url:
        yield url


@pytest.mark.parametrize("role", ROLES)
def test_served_pages_about_a_hostile_cell(open_page, hostile_site, hostile_url, role):
    for path in about(hostile_site, role):
        if path.startswith("cell/") or (role == "names" and path.startswith(("pair/", "embed/"))):
            began = time.monotonic()
            page = open_page(hostile_url + quote(path, safe="/@+~"))
            check_harmless(page, began)
            use(page)
            check_harmless(page, time.monotonic())
            open_page.close()


def test_pages_that_list_hostile_cells(open_page, hostile_site):
    for path in overviews(hostile_site):
        began = time.monotonic()
        page = open_page(hostile_site.file(path), width=390)
        check_harmless(page, began)
        open_page.close()


def test_no_page_holds_markup_of_the_results(hostile_site):
    """The bytes themselves: even a reader without a CSP runs nothing."""
    for path in hostile_site.pages():
        text = hostile_site.file(path).read_text(encoding="utf-8")
        for bad in (
            "<script>window",
            "<img src=x",
            "<svg onload",
            "<b>x</b>",
            "<i>r</i>",
            f"<img src=http://{HOST}",
        ):
            assert bad not in text, (path, bad)
        assert "\x1b" not in text, path
        assert "\x00" not in text, path
