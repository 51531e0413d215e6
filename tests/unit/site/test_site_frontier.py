"""The solved-versus-cost drawing: the frontier is what nothing beats, names cover nothing, unknown is not at 0."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.outcome import Outcome
from codingagentbench.site.ranking.frontier import HEIGHT, PLOT, WIDTH, chart, frontier, log_ticks
from codingagentbench.site.ranking.labels import Box, place_labels
from codingagentbench.site.render import Renderer
from codingagentbench.site.views.home import VIEW
from codingagentbench.stats import leaderboard
from support.lines import made_line, made_site

costs = st.floats(1, 1e7)
rates = st.floats(0, 1)


@given(st.lists(st.tuples(costs, rates), max_size=30))
def test_the_frontier_is_what_no_point_beats(points):
    best = frontier(points)
    for cost, rate in points:
        beaten = any(c <= cost and r >= rate and (c, r) != (cost, rate) for c, r in points)
        assert ((cost, rate) in best) == (not beaten)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(60, 776), st.floats(24, 374), st.text(min_size=1, max_size=40)), max_size=40))
def test_names_cover_neither_each_other_nor_a_point(points):
    area = Box(60, 2, 798, 374)
    marks = [mark for mark in place_labels(points, area) if mark]
    assert not any(a.box.meets(b.box) for a, b in combinations(marks, 2))
    assert all(mark.box.inside(area) for mark in marks)
    assert not any(mark.box.meets(Box(x - 5, y - 5, x + 5, y + 5)) for mark in marks for x, y, _ in points)


@given(costs, st.floats(1.3, 1e6))
def test_ticks_are_round_within_the_scale_and_few(low, factor):
    ticks = log_ticks(low, low * factor)
    assert all(low <= tick <= low * factor for tick in ticks)
    assert ticks == sorted(ticks) and len(ticks) <= 12


def rows(*lines):
    return leaderboard(lines, intervals=False).rows


def test_what_has_no_cost_stands_beside_the_drawing_and_says_why():
    drawn = chart(
        rows(
            made_line("known"),
            made_line("unknown", tokens=None),
            made_line("nothing", outcome=Outcome.WRONG),
            made_line("missing", outcome=Outcome.INVALID),
        ),
        "tokens",
    )
    assert [point.row.tui for point in drawn.points] == ["known"]
    why = {one.row.tui: one.why for one in drawn.absent}
    assert "solved nothing" in why["nothing"]
    assert "1 of 1 cells left tokens unknown" in why["unknown"]
    assert why["missing"] == "no valid cell"


def test_points_lie_in_the_plot_and_cheaper_is_left():
    drawn = chart(rows(*(made_line(f"a{n}", tokens=10**n) for n in range(1, 7))), "tokens")
    places = [point.x for point in drawn.points]
    assert places == sorted(places)
    assert all(PLOT.left < point.x < PLOT.right and point.top <= point.y <= point.bottom for point in drawn.points)
    assert [point.best for point in drawn.points] == [True] + [False] * 5


def test_a_chart_of_nothing_and_of_one_point_can_be_drawn():
    assert chart((), "USD").points == ()
    one = chart(rows(made_line()), "USD")
    assert len(one.points) == 1 and 0 < one.points[0].x < WIDTH and 0 < one.points[0].y < HEIGHT


def test_the_switch_is_in_the_page_only_where_both_units_are_known():
    known, unknown = made_site(made_line()), made_site(made_line(usd=None))
    page = Renderer(known).html(VIEW.output(known, "index.html", {"cost": "usd"}))
    assert 'id="cost-usd" checked' in page
    page = Renderer(unknown).html(VIEW.output(unknown, "index.html", {"cost": "usd"}))
    assert "cost-usd" not in page and "No pair has a known cost in USD" in page
