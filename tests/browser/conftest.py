"""Chromium, and sites to open in it. Tests here are plain functions: Playwright's sync API is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from support.browser import Opener, running_browser
from support.sites import BuiltSite, build_site, real_results, serving, shared, synthetic_results


# Of a module, not of the session: an async test that runs after it on the same worker needs the thread's loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with running_browser() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Opens pages; the test fails at its end when anything went wrong in one."""
    opener = Opener(browser)
    yield opener
    opener.close()
    assert opener.faults == []


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The site of a small real sweep of reference models."""
    return _site(tmp_path_factory, "real-site", real_results(tmp_path_factory), "--social")


@pytest.fixture(scope="session")
def synthetic_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The site of made-up cells of models that are ranked."""
    return _site(tmp_path_factory, "synthetic-site", synthetic_results(tmp_path_factory), "--no-social")


@pytest.fixture(scope="module")
def served_site(built_site: BuiltSite) -> Iterator[str]:
    """The URL of a server over the results of `built_site`."""
    with serving(built_site.results) as url:
        yield url


def _site(factory: pytest.TempPathFactory, name: str, results: Path, *options: str) -> BuiltSite:
    def make(root: Path) -> None:
        build_site(results, root, "--base-url", "https://example.org/bench", *options)

    return BuiltSite(results, shared(factory, name, make))
