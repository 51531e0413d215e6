"""Leaderboard, home page and heat map in a real browser: what scripts compute is what Python computes, and the URL
holds all of it."""

import csv
import io
import sys
from urllib.parse import parse_qsl, urlsplit

import pytest

from codingagentbench.core.values import Measured
from codingagentbench.site.build import MANIFEST
from codingagentbench.site.output import Copy, Page
from codingagentbench.site.ranking.asking import Question, answered
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.ranking.matters import Matter
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import open_site
from codingagentbench.site.views import assets, heatmap, home, leaderboard
from support.browser import axe, scrolls_sideways
from support.sites import BENCHMARKS, BuiltSite, serving, shared

ROWS = "#board tbody tr:not(.band-head)"


@pytest.fixture(scope="session")
def ranking_site(tmp_path_factory):
    """The ranking pages of 600 made-up cells in a ledger, without evidence: 12 pairs, twice."""
    results = shared(tmp_path_factory, "ranking-results", _make_up)
    return BuiltSite(results, shared(tmp_path_factory, "ranking-site", lambda root: _build(results, root)))


def _make_up(folder):
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from synthetic import MODELS, make_results
    finally:
        sys.path.remove(str(BENCHMARKS))
    make_results(folder, 600, models=(*MODELS[:2], MODELS[4]), tasks=10)


def _build(results, root):
    """What `build` does for these views alone."""
    site = open_site(results)
    renderer = Renderer(site)
    for view in (assets.VIEW, home.VIEW, leaderboard.VIEW, heatmap.VIEW):
        for planned in view.planned(site):
            output = view.output(site, planned.path, {})
            file = root / planned.path
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(output, Page):
                file.write_text(renderer.html(output), encoding="utf-8")
            else:
                file.write_bytes(output.source.read_bytes() if isinstance(output, Copy) else output.body)
    (root / MANIFEST).write_text("{}")


@pytest.fixture(scope="module")
def site(ranking_site):
    """The same results, as Python sees them."""
    return open_site(ranking_site.results)


@pytest.fixture(scope="module")
def served(ranking_site):
    """The URL of a server over them."""
    with serving(ranking_site.results) as url:
        yield url


def sorts(page, key):
    """Numbers of a column, None where missing, in the order shown."""
    return page.evaluate(
        """([rows, key]) => {
            const heads = Array.from(document.querySelectorAll('#board thead th'));
            const index = heads.findIndex((head) => head.dataset.key === key);
            return Array.from(document.querySelectorAll(rows), (row) => row.cells[index].dataset.sort)
                .map((text) => text === '' ? null : Number(text));
        }""",
        [ROWS, key],
    )


def query_of(page):
    return dict(parse_qsl(urlsplit(page.url).query))


def wait_filtered(page):
    page.wait_for_selector(".board-said-box")


def measured(value):
    return value.value if isinstance(value, Measured) else None


@pytest.mark.parametrize("by", ["pair", "tui", "model"])
@pytest.mark.parametrize(
    "facets",
    [
        Facets(family="polyglot"),
        Facets(plugin="none", language="python"),
        Facets(tui="pi", references=True, provisional=True, unsandboxed=True),
        Facets(plugin="terse@1.0.0", model="acme/small"),
    ],
    ids=lambda facets: "-".join(facets.query.values()),
)
def test_the_browser_computes_what_python_computes(open_page, ranking_site, site, by, facets):
    page = open_page(
        f"{ranking_site.file(f'leaderboard/{by}.html')}?" + "&".join(f"{k}={v}" for k, v in facets.query.items())
    )
    wanted = board(site, by, facets).rows
    wait_filtered(page)
    page.wait_for_function(f"document.querySelectorAll('{ROWS}').length === {len(wanted)}")
    for key, numbers in {
        "pbs": [measured(row.pbs.value) for row in wanted],
        "ships": [measured(row.ships.rate) for row in wanted],
        "stays": [measured(row.stays.agreement) for row in wanted],
        "tokens": [measured(row.tokens_per_correct) for row in wanted],
        "usd": [measured(row.usd_per_correct) for row in wanted],
        "missing": [row.missing for row in wanted],
        "active": [measured(row.active_ms.value) for row in wanted],
        "blast": [measured(row.blast_radius.value) for row in wanted],
        "instructions": [measured(row.instructions.value) for row in wanted],
        "integrity": [measured(row.integrity.value) for row in wanted],
        "refusal": [measured(row.refusal.value) for row in wanted],
        "pbs_bounds": [row.pbs.bounds.lost if row.pbs.bounds else None for row in wanted],
        "ships_bounds": [row.ships.bounds.lost if row.ships.bounds else None for row in wanted],
    }.items():
        slack = 6.0 if key == "active" else 2e-4
        assert sorts(page, key) == [
            None if n is None else pytest.approx(n, abs=slack, rel=1e-5) for n in numbers
        ], key


def test_intervals_are_wilsons_exactly_and_the_bootstraps_nearly(open_page, ranking_site, site):
    facets = Facets(family="polyglot", plugin="none")
    page = open_page(f"{ranking_site.file('leaderboard/pair.html')}?family=polyglot&plugin=none")
    wait_filtered(page)
    data = page.evaluate(
        """async () => { const data = await cab.load('board', document.getElementById('board-form').dataset.data);
            return cab.board.compute(data, 'pair', {family: 'polyglot', plugin: 'none'}).rows; }"""
    )
    for found, row in zip(data, board(site, "pair", facets).rows, strict=True):
        assert (found["ships"]["low"], found["ships"]["high"]) == pytest.approx(row.ships.interval, abs=1e-12)
        assert (found["pbs"]["low"], found["pbs"]["high"]) == pytest.approx(row.pbs.interval, abs=0.02)


def test_the_url_holds_the_state_and_back_and_forward_work(open_page, ranking_site):
    page = open_page(ranking_site.file("leaderboard/pair.html"))
    page.select_option("select[name=family]", "polyglot")
    wait_filtered(page)
    page.get_by_role("link", name="USD per correct task").click()
    page.get_by_role("link", name="USD per correct task").click()
    page.select_option("select[name=columns]", "all")
    wanted = {"family": "polyglot", "sort": "usd", "down": "1", "columns": "all"}
    assert query_of(page) == wanted
    shown = [number for number in sorts(page, "usd") if number is not None]
    assert shown == sorted(shown, reverse=True)
    assert page.locator("#board thead th[data-key=usd]").get_attribute("aria-sort") == "descending"
    assert page.locator("#board thead th[data-key=false_refusals]").is_visible()
    same = open_page(page.url)
    wait_filtered(same)
    assert sorts(same, "usd") == sorts(page, "usd")
    page.go_back()
    assert not page.locator("#board thead th[data-key=false_refusals]").is_visible()
    page.go_back()
    page.go_back()
    assert query_of(page) == {"family": "polyglot"}
    page.go_back()
    page.wait_for_function("document.querySelectorAll('.band-head').length > 0")
    assert query_of(page) == {}
    page.go_forward()
    wait_filtered(page)
    assert page.locator("select[name=family]").input_value() == "polyglot"
    assert page.locator(".band-head").count() == 0
    assert page.locator("#board-command code").inner_text() == "cab leaderboard --family polyglot"
    page.get_by_role("link", name="By agent").click()
    assert query_of(page) == {"family": "polyglot"}
    wait_filtered(page)


def test_sorting_by_keyboard_keeps_missing_numbers_last(open_page, ranking_site):
    page = open_page(ranking_site.file("leaderboard/pair.html"))
    page.locator("#board thead th[data-key=stays] a").focus()
    for _ in range(2):
        page.keyboard.press("Enter")
        numbers = sorts(page, "stays")
        assert None not in numbers[: sum(number is not None for number in numbers)]


def test_what_means_nothing_is_said(open_page, ranking_site):
    page = open_page(f"{ranking_site.file('leaderboard/pair.html')}?family=%3Cimg+src%3Dx%3E&sort=luck")
    said = page.locator("#board-said .banner")
    assert "<img src=x>" in said.inner_text() and "polyglot" in said.inner_text() and "luck" in said.inner_text()
    assert page.locator("#board-said img").count() == 0


def test_the_filtered_rows_can_be_had_as_csv(open_page, ranking_site):
    page = open_page(f"{ranking_site.file('leaderboard/pair.html')}?family=polyglot&plugin=none")
    wait_filtered(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="the rows shown, as CSV").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert rows[0][:3] == ["Rank", "Agent × model", "PBS"]
    assert len(rows) == 1 + page.locator(ROWS).count()
    assert [float(row[2]) for row in rows[1:]] == sorts(page, "pbs")


def test_rows_by_what_they_miss(open_page, ranking_site, site):
    page = open_page(f"{ranking_site.file('leaderboard/pair.html')}?missing=some")
    wanted = [row for row in board(site).rows if row.missing]
    assert page.locator(ROWS).count() == len(wanted)
    assert page.locator("#board-count").inner_text().startswith(str(len(wanted)))


def test_without_scripts_the_board_is_whole_and_commands_are_listed(open_page, ranking_site, site):
    page = open_page(ranking_site.file("leaderboard/pair.html"), scripts=False)
    assert page.locator(ROWS).count() == len(board(site).rows)
    assert not page.locator("#board-form").is_visible()
    assert "cab leaderboard --family polyglot" in page.locator(".without-scripts").inner_text()
    page = open_page(ranking_site.file("index.html"), scripts=False)
    assert not page.locator("#chooser-form").is_visible()
    assert page.get_by_role("heading", name="If low cost matters most").is_visible()


def test_the_chooser_answers_as_python_does(open_page, ranking_site, site):
    page = open_page(ranking_site.file("index.html"))
    for question in (
        Question(Matter.COST),
        Question(Matter.STEADY, "language:python"),
        Question(Matter.CARE, "", "open"),
    ):
        page.select_option("#chooser-form select[name=matters]", question.matter.value)
        page.select_option("#chooser-form select[name=work]", question.work)
        page.select_option("#chooser-form select[name=limit]", question.limit)
        shown, _ = answered(site, question)
        page.wait_for_function(
            "(text) => (document.querySelector('#chooser-picks .pick p') || {}).textContent === text",
            arg=shown[0].pick.reason,
        )
        assert page.locator("#chooser-picks h3").all_inner_texts() == [one.pick.candidate.name for one in shown]
    assert query_of(page) == {"matters": "care", "limit": "open"}
    shared = open_page(page.url)
    shared.wait_for_function("(text) => document.querySelector('#chooser-picks h3').textContent === text",
                             arg=shown[0].pick.candidate.name)  # fmt: skip
    page.go_back()
    assert page.locator("#chooser-form select[name=limit]").input_value() == ""


def test_the_frontiers_points_are_links_and_its_units_can_be_switched(open_page, ranking_site, site):
    page = open_page(ranking_site.file("index.html"))
    point = page.locator(".chart-tokens a.point").first
    point.focus()
    assert page.evaluate("document.activeElement.classList.contains('point')")
    assert point.get_attribute("href").endswith(".html")
    assert "per correct task" in point.get_attribute("aria-label")
    page.get_by_label("USD", exact=True).check()
    assert page.locator(".chart-usd").is_visible() and not page.locator(".chart-tokens").is_visible()
    assert query_of(page) == {"cost": "usd"}
    names_drawn = page.locator(".chart-usd a.point").count()
    beside = page.locator(".chart-usd > p a").count()
    assert names_drawn + beside == len(board(site).rows)
    overlaps = page.evaluate(
        """() => { const texts = document.querySelectorAll('.chart-usd .point text');
            const boxes = Array.from(texts, (text) => text.getBoundingClientRect());
            return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
                a.left < b.right - 1 && b.left < a.right - 1 &&
                a.top < b.bottom - 2 && b.top < a.bottom - 2)).length; }"""
    )
    assert overlaps == 0


@pytest.mark.parametrize("path", ["index.html", "leaderboard/pair.html", "heatmap.html"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_serious_fault_in_either_theme(open_page, ranking_site, path, dark):
    page = open_page(ranking_site.file(path), dark=dark, storage={"cab-level": "expert"})
    axe(page)


@pytest.mark.parametrize(
    "path", ["index.html", "leaderboard/pair.html?family=polyglot", "leaderboard/tui.html", "heatmap.html"]
)
def test_a_phone_shows_everything_without_sideways_scrolling(open_page, ranking_site, path):
    page = open_page(str(ranking_site.root / path), width=390)
    assert scrolls_sideways(page) == ""
    axe(page)


def test_a_served_answers_filters_without_scripts(open_page, served):
    page = open_page(f"{served}leaderboard/pair.html", scripts=False)
    page.select_option("select[name=tui]", "pi")
    page.get_by_role("button", name="Show").click()
    assert query_of(page)["tui"] == "pi"
    shown = page.locator(f"{ROWS} th").all_inner_texts()
    assert shown and all(text.startswith("pi") for text in shown)
    page.get_by_role("link", name="PBS", exact=True).click()
    assert query_of(page) == {"tui": "pi", "sort": "pbs", "down": "1"}
    page.goto(f"{served}?matters=speed&limit=open#chooser")
    assert "The median run is active for" in page.locator("#chooser-picks").inner_text()
    axe(open_page(f"{served}leaderboard/pair.html?family=nonsense"))
    axe(open_page(f"{served}heatmap.html?tui=pi"))
