"""The heat map: what each cell says, missing and twins apart, and a large matrix stays under a megabyte."""

import re

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.site.ranking.matrix import CODES, SEVERAL, heat, heat_cell
from codingagentbench.site.render import Renderer
from codingagentbench.site.views.heatmap import VIEW
from codingagentbench.stats import leaderboard
from support.lines import made_line, made_site


def html(site, query=None):
    return Renderer(site).html(VIEW.output(site, "heatmap.html", query or {}))


def cell(*outcomes, task="polyglot/one"):
    return heat_cell(
        [made_line(run=n, outcome=found, task=task) for n, found in enumerate(outcomes, 1)], linked=True
    )


def test_a_cell_says_solved_of_valid_and_marks_what_is_missing():
    solved, wrong, invalid = Outcome.SOLVED, Outcome.WRONG, Outcome.INVALID
    assert (cell(solved, wrong, wrong).text, cell(solved, wrong, wrong).kind) == ("1/3", "heat-1")
    assert (cell(solved, solved).text, cell(solved, solved).kind) == ("2/2", "heat-4")
    assert cell(wrong).kind == "heat-0"
    partly = cell(solved, invalid)
    assert (partly.text, partly.kind) == ("1/1+", "heat-4") and "rate limited" in partly.title
    assert (cell(invalid).text, cell(invalid).kind) == (CODES[InvalidCause.RATE_LIMITED], "heat-missing")
    assert cell().kind == "heat-empty"


def test_several_causes_are_called_so():
    lines = [
        made_line(run=n, outcome=Outcome.INVALID, cause=cause) for n, cause in enumerate(list(InvalidCause)[:2])
    ]
    assert heat_cell(lines, linked=True).text == SEVERAL


def test_every_cause_has_a_code_of_its_own():
    assert set(CODES) == set(InvalidCause) and len({*CODES.values(), SEVERAL}) == len(InvalidCause) + 1


def test_a_passed_twin_is_a_cheat_and_twins_stand_last():
    lines = [made_line(), made_line(task="twins/polyglot-one", outcome=Outcome.CHEATED), made_line(task="a/b")]
    found = heat(leaderboard(lines, intervals=False).rows, lines)
    assert [group.family for group in found.groups] == ["a", "polyglot", "twins"]
    assert found.rows[0].cells[-1].kind == "heat-cheat"
    assert cell(Outcome.WRONG, task="twins/x").kind == "heat-clean"


def test_tasks_of_a_family_go_from_easy_to_hard():
    lines = [
        made_line(task=f"polyglot/{name}", run=run, outcome=Outcome.SOLVED if run <= solved else Outcome.WRONG)
        for name, solved in (("hard", 0), ("easy", 3), ("middle", 1))
        for run in (1, 2, 3)
    ]
    (group,) = heat(leaderboard(lines, intervals=False).rows, lines).groups
    assert [column.task for column in group.columns] == ["polyglot/easy", "polyglot/middle", "polyglot/hard"]


def test_a_link_leads_to_the_first_valid_run_of_the_newest_sweep():
    lines = [
        made_line(run=1, sweep_id="old", started_at="2026-01-01T00:00:00Z"),
        made_line(run=1, sweep_id="new", outcome=Outcome.INVALID),
        made_line(run=2, sweep_id="new"),
    ]
    assert heat_cell(lines, linked=True).page == "cell/new/pi/acme/large/polyglot/one/run2/index.html"
    assert heat_cell(lines, linked=False).page == ""


def test_sixty_pairs_by_two_hundred_tasks_stay_under_a_megabyte():
    lines = [
        made_line(
            f"agent{pair}", "a-vendor/with-a-long-model-name", f"family-{task % 9}/a-rather-long-task-name-{task}"
        )
        for pair in range(60)
        for task in range(200)
    ]
    page = html(made_site(*lines), {"family": ""})
    assert len(page.encode()) < 1_000_000
    assert page.count('<td class="heat-4">1/1</td>') == 12_000
    assert "This matrix is large" in page


def test_pages_without_anything_to_show_say_how_to_make_some():
    assert "There are no cells yet" in html(made_site())
    assert "No cell is left to show" in html(made_site(made_line(provisional=True)))


def test_header_cells_are_headers():
    page = html(made_site(made_line(), made_line("codex")))
    assert len(re.findall(r'<th scope="row">', page)) == 3  # two pairs and the sums
    assert 'scope="colgroup"' in page and page.count('<th scope="col"') == 2
