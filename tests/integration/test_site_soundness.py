"""Every page of a site of real and of made-up cells: links, anchors, ids, headings, no outside request."""

from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

from support.link_check import faults, read
from support.sites import build_site, real_results, shared, synthetic_results

HEADLESS = ("embed/",)
"""Cards for frames of other sites."""


PUBLISHED = ("--base-url", "https://example.org/bench")
"""As the browser tests build their sites, so that a whole run makes each only once."""


@pytest.fixture(scope="session")
def real_site(tmp_path_factory):
    results = real_results(tmp_path_factory)
    return shared(tmp_path_factory, "real-site", lambda folder: build_site(results, folder, *PUBLISHED))


@pytest.fixture(scope="session")
def synthetic_site(tmp_path_factory):
    results = synthetic_results(tmp_path_factory)
    return shared(tmp_path_factory, "synthetic-site", lambda folder: build_site(results, folder, *PUBLISHED))


def told(found):
    return f"{len(found)} faults\n" + "\n".join(found[:40])


def test_a_site_of_real_cells_is_sound(real_site):
    found = faults(real_site, headless=HEADLESS)
    assert not found, told(found)


def test_a_site_of_many_made_up_cells_is_sound(synthetic_site):
    found = faults(synthetic_site, headless=HEADLESS)
    assert not found, told(found)


def test_every_page_can_be_reached_from_the_home_page(real_site):
    """But cards for frames, which only embed snippets name, and pages that a comparison form leads to."""
    pages = read(real_site)
    seen, waiting = set(), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path in pages and path not in seen:
            seen.add(path)
            waiting += targets(pages[path])
    lost = [path for path in pages if path not in seen and not path.startswith((*HEADLESS, "compare/"))]
    assert not lost, told(lost)


def targets(page):
    found = (urlsplit(value) for tag, _, value in page.targets if tag == "a")
    inside = (parts.path for parts in found if parts.path and not parts.scheme and not parts.netloc)
    return [normpath(join(dirname(page.path), unquote(path))) for path in inside]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('<a href="gone.html">', "leads nowhere"),
        ('<a href="#gone">', "no such anchor"),
        ('<a href="../../etc/passwd">', "leads out of the folder"),
        ('<a href="/index.html">', "leads out of the folder"),
        ('<a href="javascript:alert(1)">', "odd scheme"),
        ('<script src="https://cdn.example/x.js"></script>', "leaves the site"),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', "leaves the site"),
        ("<script>alert(1)</script>", "inline a script"),
        ('<p style="color:red" id="a">', "inline style"),
        ('<p id="a"></p><p id="a">', "id 'a' 2 times"),
        ("<h1>again</h1>", "2 h1"),
    ],
)
def test_the_checker_finds(tmp_path, page, fault):
    frame = '<!doctype html><html lang="en"><title>t</title><h1 id="top">t</h1>{}<a href="index.html#top">ok</a>'
    (tmp_path / "index.html").write_text(frame.format(""))
    assert faults(tmp_path) == []
    (tmp_path / "index.html").write_text(frame.format(page))
    assert [told for told in faults(tmp_path) if fault in told]
