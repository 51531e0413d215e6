"""Compiled templates are kept between processes, and a page does not depend on it."""

import shutil

import pytest

from codingagentbench.site import paths
from codingagentbench.site.output import Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import open_site
from codingagentbench.site.views import view_of
from support.made_up import make_results


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    site = open_site(make_results(tmp_path_factory.mktemp("compiled") / "results", 4, tasks=2))
    found = view_of(paths.ABOUT).output(site, paths.ABOUT, {})
    assert isinstance(found, Page)
    return site, found


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("CAB_CACHE", str(folder))
    return folder


def html(page):
    return Renderer(page[0]).html(page[1])


def test_what_was_compiled_is_read_again(page, cache):
    first = html(page)
    kept = {path: path.stat().st_mtime_ns for path in cache.rglob("*.cache")}
    assert len(kept) >= 3, "the page, the base and the macros"
    assert html(page) == first
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.cache")} == kept


@pytest.mark.parametrize("content", [b"", b"j2", b"\0" * 5000])
def test_a_damaged_cache_is_made_anew(page, cache, content):
    first = html(page)
    for path in cache.rglob("*.cache"):
        path.write_bytes(content)
    assert html(page) == first
    assert all(path.read_bytes() != content for path in cache.rglob("*.cache"))


def test_without_a_place_for_it_nothing_is_kept(page, cache):
    cache.write_text("no folder")
    assert "</html>" in html(page)


def test_a_cache_that_vanishes_is_none(page, cache):
    renderer = Renderer(page[0])
    first = renderer.html(page[1])
    shutil.rmtree(cache)
    other = view_of(paths.SUBMIT).output(page[0], paths.SUBMIT, {})
    assert "</html>" in renderer.html(other) and renderer.html(page[1]) == first
