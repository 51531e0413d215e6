"""Pages that put two pairs or two cells side by side: words, order, bounds, queries, hostile evidence."""

import re
from dataclasses import replace
from functools import lru_cache
from html import unescape

import pytest

from codingagentbench.core.evidence import Span
from codingagentbench.core.outcome import Outcome
from codingagentbench.site import paths
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.compare.lookup import cell_comparison, find_cell, has_cell_comparison
from codingagentbench.site.compare.pairs import headline, pair_view
from codingagentbench.site.compare.plan import (
    MAX_CELL_PAGES,
    MAX_PAIR_PAGES,
    cell_pages,
    compared_pairs,
    pair_pages,
)
from codingagentbench.site.output import Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site, SiteOptions
from codingagentbench.site.views import compare, compare_cells
from codingagentbench.store import Ledger, ledger_path, load_lines, staging_root, summarise
from support.cab import cab
from support.lines import made_line, made_site
from support.sweep_cells import make_spec, publish

A = ("codex", "acme/large", (), "factory")
B = ("pi", "acme/large", (), "factory")
renderer = lru_cache(maxsize=4)(Renderer)


def solving(tui, solved, tasks=12, **fields):
    """Cells of one run on each task; `solved` names the tasks that are solved."""
    return [
        made_line(tui, task=f"f/t{n:02d}", outcome=Outcome.SOLVED if n in solved else Outcome.WRONG, **fields)
        for n in range(tasks)
    ]


LINES = [*solving("codex", range(10)), *solving("pi", range(8, 12)), made_line("pi", task="f/only-pi")]


def page(site, path, query=None):
    made = compare.VIEW.output(site, path, query or {})
    assert isinstance(made, Page), path
    return renderer(site).html(made)


def text(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


def test_the_headline_says_who_solves_more_and_whether_it_is_chance():
    said = headline(pair_view(made_site(*LINES), A, B))
    assert "codex with acme/large solves more often on 8 of 12 common tasks, pi with acme/large on 2" in said
    assert "not significant (p = 0.109, exact McNemar test, Holm's correction over all comparisons here)" in said


def test_a_sure_difference_is_said_to_be_one():
    site = made_site(*solving("codex", range(12)), *solving("pi", ()))
    assert "significant at 5 % (p < 0.001" in headline(pair_view(site, A, B))


def test_pairs_without_a_common_task_cannot_be_compared():
    site = made_site(*solving("codex", (1,)), made_line("pi", task="g/other"))
    assert "cannot be compared" in headline(pair_view(site, A, B))
    assert "no task in common" in text(page(site, paths.compare_pairs(A, B)))


def test_common_tasks_come_with_regressions_first_and_tasks_of_one_side_apart():
    view = pair_view(made_site(*LINES), A, B)
    kinds = [common.kind for common in view.common]
    assert kinds == sorted(kinds, key=["regression", "gain", "none"].index)
    assert (kinds.count("regression"), kinds.count("gain"), kinds.count("none")) == (8, 2, 2)
    html = page(made_site(*LINES), paths.compare_pairs(A, B))
    assert "f/only-pi" in html.partition('id="only-b"')[2]
    assert html.count('class="delta-') == 1 + 12
    assert all(f'href="../../../cell/{line.place}/index.html"' in html for line in LINES[:12])


def test_the_other_order_leads_to_the_page_and_is_answered_in_full_when_served():
    there = paths.compare_pairs(A, B)
    html = page(made_site(*LINES), paths.compare_pairs(B, A))
    assert 'id="go-there"' in html
    assert paths.href(paths.compare_pairs(B, A), there) in html
    served = text(page(made_site(*LINES, live=True), paths.compare_pairs(B, A)))
    assert "A pi × acme/large or B codex × acme/large" in served


@pytest.mark.parametrize(
    "path",
    [
        "compare/pairs/x.html", "compare/pairs/pi~acme~large/pi~acme~large.html", "compare/cells/0.html",
        "compare/pairs/../index.html", "compare/pairs/pi~acme~large/none.html", "compare/other.html",
    ],
)  # fmt: skip
@pytest.mark.parametrize("live", [False, True])
def test_nothing_lies_at_other_paths(path, live):
    assert compare.VIEW.output(made_site(*LINES, live=live), path, {}) is None


def test_the_served_form_answers_in_place_and_says_what_it_did_not_understand():
    site = made_site(*LINES, live=True)
    asked = {"a": "pi~acme~large", "b": "codex~acme~large"}
    assert "A pi × acme/large or B codex × acme/large" in text(page(site, paths.COMPARE, asked))
    assert "Choose two different pairs" in page(site, paths.COMPARE, {"a": "pi~acme~large", "b": "pi~acme~large"})
    assert "Choose two different pairs" in page(site, paths.COMPARE, {"a": "<script>", "b": ""})
    html = page(site, paths.COMPARE, {"cell_a": "<script>alert(1)</script>", "cell_b": ""})
    assert "There is no cell" in html
    assert "<script>alert" not in html


def test_a_static_page_takes_no_query():
    site = made_site(*LINES)
    assert page(site, paths.COMPARE, {"a": "pi~acme~large", "b": "codex~acme~large"}) == page(site, paths.COMPARE)


@pytest.mark.parametrize(
    "lines", [[], [made_line("pi")], [made_line("pi", outcome=Outcome.INVALID), made_line("codex")]]
)
def test_little_to_compare(lines):
    site = made_site(*lines)
    for one in (*compare.VIEW.planned(site), *compare_cells.VIEW.planned(site)):
        assert len(text(page(site, one.path))) > 40


def test_plugins_and_modes_are_pairs_of_their_own():
    stack = ("terse@1#0123",)
    site = made_site(*solving("pi", (1, 2)), *solving("pi", (1, 2, 3), plugin_stack=stack))
    (path,) = [path for path, two in pair_pages(site).items() if "~" in path and two[0][2] == ()]
    html = page(site, path)
    assert "terse@1#0123" in html
    assert "cab compare" not in html


def test_pages_are_bounded_and_the_index_names_what_is_left_out():
    lines = [made_line(f"t{n:02d}", task="f/a", outcome=Outcome.SOLVED if n else Outcome.WRONG) for n in range(40)]
    site = made_site(*lines)
    assert len(compared_pairs(site)) == 28
    assert len(pair_pages(site)) // 2 == 378 <= MAX_PAIR_PAGES
    assert ("t00", "acme/large", (), "factory") not in compared_pairs(site)
    html = page(site, paths.COMPARE)
    assert "cab compare t00:acme/large t01:acme/large" in html
    live = replace(site, options=SiteOptions(live=True))
    both = paths.compare_pairs(("t00", "acme/large", (), "factory"), ("t39", "acme/large", (), "factory"))
    assert compare.VIEW.output(live, both, {}) is not None


def test_cells_that_differ_in_one_thing_are_compared_up_to_a_bound_different_outcomes_first():
    lines = [
        made_line(tui, task=f"f/t{n}", run=run, outcome=Outcome.SOLVED if tui == "pi" else Outcome.WRONG)
        for n in range(300) for run in (1, 2) for tui in ("pi", "codex", "aider", "opencode")
    ]  # fmt: skip
    site = made_site(*lines)
    found = list(cell_pages(site).values())
    assert len(found) == MAX_CELL_PAGES
    outcomes = [one.solved != other.solved for one, other in found]
    assert outcomes == sorted(outcomes, reverse=True)
    one, other = found[0]
    assert has_cell_comparison(site, one, other)
    assert has_cell_comparison(site, other, one)
    assert cell_comparison(site, other, one) == paths.compare_cells(one, other)
    assert not has_cell_comparison(site, lines[0], lines[-1])
    assert cell_comparison(site, lines[0], lines[-1]) == ""
    assert cell_comparison(replace(site, options=SiteOptions(live=True)), lines[0], lines[-1]).startswith(
        f"{paths.COMPARE}?cell_a="
    )


def write_cell(results, ledger, tui, outcome, spans, patch, **fields):
    spec = make_spec("s", tui=tui, **fields)
    record = publish(staging_root(results, "s"), spec, 1, outcome)
    ledger.adopt(spec, summarise(record))
    folder = results / summarise(record).directory
    (folder / "trace.jsonl").write_text("".join(span.model_dump_json() + "\n" for span in spans))
    (folder / "changes.patch").write_text(patch)
    return folder


def tool(name, arguments, start):
    attrs = {"gen_ai.tool.call.arguments": arguments}
    return Span(
        trace_id="t", id="1", parent=None, kind="tool_call", name=name, start=start, end=start + 3, attrs=attrs
    )


PATCH = "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-x\n+{}\n"


@pytest.fixture
def two_cells(tmp_path):
    """A results folder with two cells that differ in their agent, and hostile texts in their evidence."""
    with Ledger(ledger_path(tmp_path, "s"), alive=lambda _: None) as ledger:
        bad = "<script>alert(1)</script>\u202e"
        write_cell(
            tmp_path, ledger, "codex", Outcome.SOLVED, [tool("bash", '{"command":"ls"}', 1)], PATCH.format("y")
        )
        spans = [tool("exec", '{"cmd":"ls"}', 2), tool("edit", bad, 9)]
        write_cell(tmp_path, ledger, "pi", Outcome.WRONG, spans, PATCH.format(bad))
    return tmp_path


def test_two_cells_with_their_evidence(two_cells):
    site = Site(two_cells, Catalogue(load_lines(two_cells)))
    ((path, _),) = cell_pages(site).items()
    html = page(site, path)
    said = text(html)
    assert "A solved, B wrong" in said
    assert "1 steps alike, 0 only by A, 1 only by B" in said
    assert "Not compared: A and B were not verified" in said
    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert "different" in said
    assert html == page(site, path)


def test_any_two_cells_when_served_and_a_side_that_cannot_be_read(two_cells):
    site = Site(two_cells, Catalogue(load_lines(two_cells)), SiteOptions(live=True))
    one, other = site.catalogue.lines
    assert find_cell(site, f" {one.cell_id} ") is one
    assert find_cell(site, one.place) is one
    (two_cells / one.directory / "record.json").write_text("{")
    said = text(page(site, paths.COMPARE, {"cell_a": one.cell_id, "cell_b": other.place}))
    assert "The evidence of A cannot be read" in said
    assert "Name two different cells" in page(site, paths.COMPARE, {"cell_a": one.cell_id, "cell_b": one.place})


def test_cab_cells_diff(two_cells):
    ids = ["s/codex/acme/large/polyglot/one", "s/pi/acme/large/polyglot/one"]
    ran = cab("cells", "diff", *ids, "--out", two_cells)
    assert ran.code == 0, ran.err
    assert "different: src/a.py" in ran.out
    assert "\u202e" not in ran.out
    assert cab("cells", "diff", *ids, "--out", two_cells, "--json").json["outcomes"] == ["solved", "wrong"]
    gone = cab("cells", "diff", ids[0], "s/none", "--out", two_cells)
    assert gone.code == 2
    assert "Traceback" not in gone.err
