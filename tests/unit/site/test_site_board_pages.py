"""The leaderboard's pages and files: sizes, ties, filters answered by Python, exports, and nothing to show."""

import csv
import io
import json
import re
import shlex
import sys
from html import unescape

import pytest

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.site.output import Page, Resource
from codingagentbench.site.ranking import compact
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.columns import COLUMNS
from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.ranking.ties import bands
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site, open_site
from codingagentbench.site.views import leaderboard as view
from codingagentbench.site.views.leaderboard import DATA, VIEW
from codingagentbench.stats import group_letter
from codingagentbench.store.index import CellIndex
from support.cab import cab
from support.lines import made_line, made_site
from support.sites import BENCHMARKS

PAGES = [f"leaderboard/{by}.html" for by in ("pair", "tui", "model")]


def html(site, path="leaderboard/pair.html", query=None):
    output = VIEW.output(site, path, query or {})
    assert isinstance(output, Page)
    return Renderer(site).html(output)


def resource(site, path, query=None):
    output = VIEW.output(site, path, query or {})
    assert isinstance(output, Resource)
    return output.body.decode()


def cells(tui, solved, *, tasks=12, runs=1, **more):
    return [
        made_line(
            tui,
            task=f"{'polyglot' if n % 2 else 'refactors'}/t{n:02d}",
            run=run,
            outcome=Outcome.SOLVED if n < solved else Outcome.WRONG,
            language="rust" if n % 3 else "python",
            **more,
        )
        for n in range(tasks)
        for run in range(1, runs + 1)
    ]


LINES = [
    *cells("pi", 12, runs=2),
    *cells("codex", 11),
    *cells("aider", 0),
    *cells("opencode", 6, model="globex/coder"),
    made_line("aider", task="polyglot/t99", outcome=Outcome.INVALID),
    made_line("pi", task="twins/polyglot-t01", outcome=Outcome.CHEATED, integrity=0.0),
    *cells("pi", 3, model="reference/oracle"),
]
STATIC = made_site(*LINES)
LIVE = made_site(*LINES, live=True)


@pytest.fixture(scope="module")
def large():
    """5,000 cells: 20 pairs with and without a plugin, 50 tasks, 2 to 3 runs."""
    return made_site(
        *(
            made_line(
                f"agent{n % 4}",
                f"vendor/model-{n // 4 % 5}",
                f"family{task % 5}/made-up-task-{task:03d}",
                run,
                Outcome.SOLVED if (n * 7 + task * 3 + run) % 3 else Outcome.LIMIT,
                tokens=12_345 + n * 997 + task * 31,
                usd=0.0123 + n / 977 + task / 7919,
                composite=0.7 + (n + task) % 97 / 400,
                active_ms=10_000.0 + n * 123 + task * 77 + run,
                plugin_stack=("terse@1.0.0",) if n >= 20 else (),
            )
            for n in range(40)
            for task in range(50)
            for run in range(1, 4 if n < 20 else 3)
        )
    )


def test_five_thousand_cells_stay_small(large):
    assert len(large.catalogue.lines) == 5000
    data = len(resource(large, DATA).encode())
    for path in PAGES:
        page = len(html(large, path).encode())
        assert page < 300_000
        assert page + data < 300_000


def test_too_many_cells_leave_the_filters_to_commands(monkeypatch):
    monkeypatch.setattr(compact, "MOST_CELLS", 10)
    page = html(STATIC)
    assert DATA not in {planned.path for planned in VIEW.planned(STATIC)}
    assert VIEW.output(STATIC, DATA, {}) is None
    assert "too many to filter in a browser" in page and "cab leaderboard --family polyglot" in page
    assert "board-form" not in page and "leaderboard.js" not in page
    assert 'id="board-form"' in html(LIVE)


def test_tied_rows_stand_in_groups_and_say_so():
    page = html(STATIC)
    found = re.findall(r'<tr class="band-head">.*?<span>(.*?)</span>', page)
    assert found[0].startswith("Group A: 2 rows; none can be told apart")
    assert found[-1].startswith("Group ") and "told apart from the first row of every group above" in found[-1]
    assert "Left out of the ranking: 12 of reference models" in page


def test_letters_go_on_after_z():
    assert [group_letter(n) for n in (None, 1, 26, 27, 703)] == ["", "A", "Z", "AA", "AAA"]


def test_bands_hold_every_row_once():
    found = board(STATIC, "pair", Facets())
    assert [row for band in bands(found, found.rows) for row in band.rows] == list(found.rows)


def test_missing_cells_show_their_cause_and_count_as_nothing():
    row = next(row for row in board(STATIC).rows if row.tui == "aider")
    assert row.missing == 1 and row.valid == 12
    assert re.search(r"1 of 13<span class=\"under\">1 rate limited</span>", html(STATIC))


def test_python_answers_any_filter_when_served():
    page = html(LIVE, query={"family": "polyglot", "language": "rust", "sort": "tokens", "down": "1"})
    assert 'aria-sort="descending"' in page and '<option value="polyglot" selected>' in page
    assert "cab leaderboard --family polyglot --language rust" in page
    body = resource(LIVE, "leaderboard/pair.csv", {"family": "polyglot", "tui": "pi"})
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["tui"], row["solved"], row["tasks"]) == ("pi", "12", "6")
    assert row["twins_passed"] == ""  # twins are another family
    assert "No task family is called 'nonsense'" in unescape(html(LIVE, query={"family": "nonsense"}))


def test_rows_can_be_chosen_by_what_they_miss():
    rows = list(csv.DictReader(io.StringIO(resource(LIVE, "leaderboard/pair.csv", {"missing": "rate_limited"}))))
    assert [row["tui"] for row in rows] == ["aider"]
    assert rows[0]["missing_causes"] == "rate_limited:1"
    page = html(LIVE, query={"missing": "interrupted"})
    assert "None fits these filters" in page


def test_references_are_ranked_on_request():
    names = [
        row["model"] for row in json.loads(resource(LIVE, "leaderboard/model.json", {"references": "1"}))["rows"]
    ]
    assert "reference/oracle" in names
    assert "reference/oracle" not in resource(LIVE, "leaderboard/model.json")


def test_exports_agree_with_each_other():
    whole = json.loads(resource(STATIC, "leaderboard/pair.json"))
    rows = list(csv.DictReader(io.StringIO(resource(STATIC, "leaderboard/pair.csv"))))
    assert [row["tui"] for row in rows] == [row["tui"] for row in whole["rows"]]
    assert [float(row["pbs"]) for row in rows] == [row["pbs"]["value"]["value"] for row in whole["rows"]]
    assert [row["place"] for row in whole["rows"]] == list(range(len(rows)))


@pytest.mark.parametrize("path", [*PAGES, "leaderboard/pair.csv", "leaderboard/pair.json"])
@pytest.mark.parametrize("live", [False, True])
def test_a_site_without_cells_with_one_and_with_none_valid(path, live):
    for lines in (
        (),
        (made_line(),),
        (
            made_line(outcome=Outcome.INVALID),
            made_line("b", outcome=Outcome.INVALID, cause=InvalidCause.UNMETERED),
        ),
        (made_line(composite=None, tokens=None, usd=None),),
        (made_line(provisional=True), made_line(sandboxed=False)),
    ):
        site = made_site(*lines, live=live)
        output = VIEW.output(site, path, {})
        text = Renderer(site).html(output) if isinstance(output, Page) else output.body.decode()
        if path.endswith("html") and not lines:
            assert "There are no cells yet" in text
        if path == "leaderboard/pair.html" and lines and lines[0].outcome is Outcome.INVALID:
            assert "not ranked" in text and "1 rate limited" in text


def test_other_paths_are_not_answered():
    for path in ("leaderboard/x.html", "leaderboard/pair.exe", "leaderboard/pair.html.html", "leaderboard", DATA):
        assert VIEW.output(LIVE, path, {}) is None


def test_hostile_names_stay_text_in_page_and_data():
    site = made_site(made_line("</script><script>alert(1)", "acme/\u202elarge"))
    page, data = html(site), resource(site, DATA)
    assert "<script>alert" not in page and "\u202e" not in page
    assert "</script" not in data and "\\u202e" in data


def test_the_data_holds_every_cell():
    data = compact.compact(STATIC)
    cells_found = sum(map(len, data["outcomes"].split(" ")))
    assert cells_found == len(LINES)
    assert sum(data["runs"][3::4]) == len(data["task"]) == len(data["outcomes"].split(" "))
    assert len(data["composites"]) == len(data["active"]) == sum(line.measured for line in LINES)


def test_a_stamp_changes_with_the_cells():
    assert {p.stamp for p in VIEW.planned(STATIC)} != {p.stamp for p in VIEW.planned(made_site(*LINES[1:]))}
    assert [p.path for p in VIEW.planned(LIVE)] == [p.path for p in VIEW.planned(STATIC) if p.path != view.DATA]


@pytest.mark.parametrize(
    "facets", [Facets(), Facets(family="polyglot", plugin="none"), Facets(plugin="terse@1.0.0"), Facets(tui="pi")]
)
def test_the_query_layer_gives_the_same_board(made_up, facets):
    site, index = made_up
    served = Site(site.results, site.catalogue, site.options, index)
    for by in ("pair", "tui", "model"):
        assert board(served, by, facets) == board(site, by, facets)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """Made-up cells in a ledger, and the query layer over them."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from synthetic import MODELS, make_results
    finally:
        sys.path.remove(str(BENCHMARKS))
    results = make_results(tmp_path_factory.mktemp("made-up"), 200, models=MODELS[:2], tasks=5)
    return open_site(results), CellIndex.open(results)


def test_printed_commands_print_the_same_boards(made_up):
    site, _ = made_up
    for by, facets in (("tui", Facets()), ("pair", Facets(family="polyglot", plugin="none", references=True))):
        words = shlex.split(facets.command(by, "json"))
        assert words[0] == "cab"
        ran = cab(*words[1:], "--out", site.results)
        assert ran.code == 0, ran.err
        assert json.loads(ran.out) == json.loads(board(site, by, facets).model_dump_json())


def test_every_column_has_its_word_in_the_glossary():
    page = html(STATIC)
    meanings = page.split("What the columns mean")[1].split("</dl>")[0]
    assert meanings.count("<dt>") == meanings.count("glossary.html#") == len(COLUMNS) - 1
