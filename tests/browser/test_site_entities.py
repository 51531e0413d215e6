"""Pages of agents, models, pairs, tasks, sweeps, plugins and comparisons in a browser, from file://."""

import re

import pytest

from codingagentbench.site import paths
from support.browser import axe, scrolls_sideways
from support.sites import REAL_SWEEP, TASK, TRAP

ORACLE, NOOP = (("pi", f"reference/{name}", (), "factory") for name in ("oracle", "noop"))
BARE = ("pi", "acme/large", (), "factory")

REAL = (
    paths.AGENTS, paths.agent("pi"), paths.agent("aider"), paths.MODELS, paths.model("reference/vandal"),
    paths.pair(ORACLE), paths.TASKS, paths.task(TASK), paths.task(TRAP), paths.SWEEPS, paths.sweep(REAL_SWEEP),
    paths.sweep_cells(REAL_SWEEP, 1), paths.PLUGINS, paths.CELLS, paths.COMPARE,
)  # fmt: skip


def plugin_page(site):
    return next(page for page in site.pages() if page.startswith("plugin/"))


@pytest.mark.parametrize("path", REAL)
def test_a_page_of_real_cells(open_page, built_site, path):
    page = open_page(built_site.file(path))
    assert page.locator("h1").inner_text().strip()
    assert (
        page.locator('a[aria-current="page"]').count() == (0 if path in (paths.CELLS,) else 1) or "plugin" in path
    )
    assert scrolls_sideways(page) == ""
    page.click("#level")
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert scrolls_sideways(page) == ""


def test_an_agent_with_plugins_ties_and_missing_cells(open_page, synthetic_site):
    for path in (paths.agent("pi"), paths.pair(BARE), plugin_page(synthetic_site), paths.COMPARE):
        page = open_page(synthetic_site.file(path))
        axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page)
        open_page.close()


def test_the_form_of_the_static_site_leads_to_a_comparison(open_page, built_site):
    page = open_page(built_site.file(paths.COMPARE))
    page.select_option("select[name=a]", "pi~reference~oracle")
    page.select_option("select[name=b]", "pi~reference~noop")
    page.click("#pairs button")
    page.wait_for_url("**/compare/pairs/**")
    assert "regressions first" in page.locator("#tasks").inner_text()
    assert page.locator("tr.row-regression, tr.row-gain").count() == 1
    assert "solves more often on 1 of 1 common tasks" in page.locator(".lead").inner_text()
    axe(page)


def test_the_form_refuses_a_pair_and_itself_and_reads_the_url(open_page, built_site):
    page = open_page(f"{built_site.file(paths.COMPARE)}?a=pi~reference~oracle&b=pi~reference~oracle")
    page.click("#pairs button")
    assert page.locator("#pairs-fault").inner_text() == "Choose two different pairs."
    assert page.input_value("select[name=a]") == "pi~reference~oracle"


def test_a_comparison_in_the_other_order_leads_on(open_page, built_site):
    page = open_page(built_site.file(paths.compare_pairs(ORACLE, NOOP)))
    page.wait_for_url(re.compile(r"noop/.*oracle\.html$"))


def test_without_scripts_every_comparison_is_a_link(open_page, built_site):
    page = open_page(built_site.file(paths.COMPARE), scripts=False)
    assert page.locator("form:visible").count() == 0
    page.click("main table a >> nth=0")
    assert page.locator("h2#axes").is_visible()
    page = open_page(built_site.file(paths.compare_pairs(ORACLE, NOOP)), scripts=False)
    page.click("#go-there")
    assert page.locator("h2#axes").is_visible()


def test_two_cells_side_by_side(open_page, built_site):
    compared = [page for page in built_site.pages() if page.startswith("compare/cells/")]
    assert compared
    for path in compared:
        page = open_page(built_site.file(path))
        assert page.locator("svg.stack rect").count() > 4
        assert page.locator("tr.expert").first.is_hidden()
        page.click("#level")
        assert page.locator("tr.expert").first.is_visible()
        axe(page)
        page.set_viewport_size({"width": 390, "height": 844})
        assert scrolls_sideways(page) == ""
        open_page.close()


def test_links_of_a_pair_reach_its_cells_tasks_and_comparisons(open_page, built_site):
    page = open_page(built_site.file(paths.pair(ORACLE)))
    page.click("a.mark >> nth=0")
    assert TASK in page.url
    page.go_back()
    page.click("#compare ~ ul a >> nth=0")
    assert "/compare/pairs/" in page.url


def test_every_table_can_be_sorted_by_keyboard(open_page, built_site):
    page = open_page(built_site.file(paths.TASKS))
    head = page.locator("th.num .sort").first
    head.focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=descending]").count() == 1
