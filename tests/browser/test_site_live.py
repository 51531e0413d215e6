"""The live page beside a real sweep: terminals, progress and the cells that end."""

from __future__ import annotations

import time

import pytest

from support.browser import axe, scrolls_sideways
from support.cab import need_agent
from support.sites import serving
from support.slow_sweep import SWEEP, TASK, running_sweep

SECTION = f'section[data-sweep="{SWEEP}"]'


def until(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen in {seconds} s")


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """A results folder in which a sweep runs, and the server over it."""
    for name in ("codex", "pi"):
        need_agent(name)
    with running_sweep(tmp_path_factory.mktemp("live"), 0.12) as results:
        until((results / SWEEP / "ledger.sqlite").exists, 60, "the plan")
        with serving(results) as url:
            yield url


def test_a_sweep_is_followed_while_it_runs(open_page, sweep):
    page = open_page(sweep + "live.html")
    section = page.locator(SECTION)
    terminal = section.locator("pre.terminal").first
    terminal.get_by_text("OpenAI Codex").first.wait_for()
    assert TASK in section.locator(".running-name").first.inner_text()
    page.locator('#link-state[data-state="open"]').wait_for()
    before = terminal.inner_text()
    until(lambda: terminal.inner_text() != before, 20, "more of the terminal's text")

    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert scrolls_sideways(page) == ""

    finished = section.locator("tbody[data-field=recent] a").first
    finished.wait_for(timeout=60_000)
    assert int(section.locator('[data-field="ended"]').inner_text()) >= 1
    assert section.locator("progress").evaluate("bar => bar.value") >= 1
    assert "to go" in section.locator('[data-field="eta"]').inner_text()
    assert "solved" in section.locator('[data-field="outcomes"]').inner_text()
    finished.click()
    page.wait_for_url("**/cell/**")
    assert page.locator("h1").is_visible()
    assert "Not found" not in page.title()


def test_without_scripts_it_is_a_snapshot_with_a_link_to_refresh(open_page, sweep):
    page = open_page(sweep + "live.html", scripts=False)
    assert page.locator(SECTION).count() == 1
    assert page.locator('meta[http-equiv="refresh"]').count() == 0
    page.get_by_role("link", name="Load it anew").click()
    assert page.locator('meta[http-equiv="refresh"]').get_attribute("content") == "5"
    assert page.locator(SECTION + " progress").count() == 1


def test_a_sweep_that_starts_later_appears_by_itself(open_page, tmp_path):
    for name in ("codex", "pi"):
        need_agent(name)
    (tmp_path / "out").mkdir()
    with serving(tmp_path / "out") as url:
        page = open_page(url + "live.html")
        page.get_by_text("No sweep runs here").wait_for()
        with running_sweep(tmp_path, 0.02):
            page.locator(SECTION + " .running-name").first.wait_for(timeout=30_000)
            assert page.get_by_text("No sweep runs here").is_hidden()
