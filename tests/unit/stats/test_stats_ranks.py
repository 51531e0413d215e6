"""Rank intervals, ties and groups."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured
from codingagentbench.stats import Leaderboard, leaderboard, standings
from codingagentbench.stats.joint import joint_bootstrap
from codingagentbench.stats.ranks import group_ties
from codingagentbench.store import CellSummary, summarise
from support.sweep_cells import make_record, make_spec


def cell(task: str, composite: float, outcome: Outcome | None = None, **fields: Any) -> CellSummary:
    solved = Outcome.SOLVED if composite else Outcome.WRONG
    spec = make_spec(task=f"f/{task}", **fields)
    return summarise(make_record(spec, 1, outcome or solved, composite=Measured(value=composite)))


def board_of(*skills: float, tasks: int = 30, seed: int = 1) -> Leaderboard:
    rng = random.Random(seed)
    return leaderboard(
        cell(f"t{task}", rng.uniform(0.6, 1) if rng.random() < skill else 0.0, tui=f"a{index}", run=run)
        for index, skill in enumerate(skills)
        for task in range(tasks)
        for run in (1, 2)
    )


runs = st.lists(st.floats(0, 1), min_size=1, max_size=3)
row = st.dictionaries(st.sampled_from([f"t{n}" for n in range(8)]), runs, min_size=1)


@settings(max_examples=30, deadline=None)
@given(st.lists(row, min_size=1, max_size=5))
def test_rank_intervals_hold_the_rank_and_ties_are_mutual(rows: list[dict[str, list[float]]]) -> None:
    means = [sum(sum(r) / len(r) for r in one.values()) / len(one) for one in rows]
    order = sorted(range(len(rows)), key=lambda at: -means[at])
    found = standings([rows[at] for at in order], [means[at] for at in order], draws=200)
    for at, standing in enumerate(found):
        low, high = standing.interval
        assert 1 <= low <= standing.rank <= high <= len(rows)
        assert all(at in found[other].tied_with for other in standing.tied_with)
        assert at not in standing.tied_with
    assert found == standings([rows[at] for at in order], [means[at] for at in order], draws=200)


def test_the_same_pair_twice_ties_and_shares_its_rank() -> None:
    values = {f"t{n}": [0.1 * n, 0.9] for n in range(10)}
    first, second = standings([values, dict(values)], [0.7, 0.7])
    assert (first.rank, second.rank) == (1, 1)
    assert first.tied_with == (1,) and second.tied_with == (0,)
    assert first.group == second.group == 1
    assert first.interval == (1, 2) == second.interval


def test_rows_that_differ_clearly_are_not_tied_and_few_tasks_prove_nothing() -> None:
    board = board_of(0.95, 0.9, 0.1)
    assert [row.group for row in board.rows] == [1, 1, 2]
    assert board.rows[2].tied_with == () and board.rows[2].rank_interval == (3, 3)
    assert board.rows[0].tied_with == (1,) and board.rows[0].rank_interval == (1, 2)
    few = board_of(1.0, 0.0, tasks=4)
    assert few.rows[0].tied_with == (1,), "four tasks that agree: p is 0.125 at best"


def test_twenty_rows_can_still_be_told_apart_after_holm() -> None:
    board = board_of(*(0.95 if index < 10 else 0.05 for index in range(20)), tasks=40)
    assert {row.group for row in board.rows[:10]} == {1}
    assert {row.group for row in board.rows[10:]} == {2}


def test_rows_without_common_tasks_are_tied() -> None:
    one, other = ({f"{name}{n}": [value] for n in range(20)} for name, value in (("a", 0.9), ("b", 0.1)))
    found = standings([one, other], [0.9, 0.1])
    assert found[0].tied_with == (1,)


def test_rows_with_other_tasks_are_compared_on_the_common_ones() -> None:
    common = {f"t{n}": [0.5 + 0.01 * n] for n in range(20)}
    padded = common | {f"x{n}": [1.0] for n in range(20)}
    found = joint_bootstrap([padded, common])
    assert found.p[0, 1] == 1.0, "equal wherever both were measured"
    assert (found.rank_low, found.rank_high) == ([1, 2], [1, 2])


def test_a_group_is_led_by_its_first_row() -> None:
    assert group_ties([(1, 3), (0, 2), (1,), (0,)]) == [1, 1, 2, 1]
    assert group_ties([]) == []


@pytest.mark.parametrize("by", ["pair", "tui", "model"])
def test_the_order_of_cells_makes_no_difference(by: Any) -> None:
    rng = random.Random(4)
    cells = [
        cell(f"t{task}", rng.random(), tui=tui, model=model, run=run)
        for tui in ("pi", "codex")
        for model in ("acme/large", "acme/small")
        for task in range(6)
        for run in (1, 2, 3)
    ]
    first = leaderboard(cells, by=by)
    rng.shuffle(cells)
    assert leaderboard(cells, by=by) == first


def test_an_unmeasured_row_has_no_rank_and_no_ties() -> None:
    spec = make_spec(task="f/t0", tui="codex")
    vague = summarise(make_record(spec, composite=NotMeasured(why="no tokens", low=0.1, high=0.2)))
    measured, unmeasured = leaderboard([cell("t0", 0.5), vague]).rows
    assert (measured.rank, measured.rank_interval, measured.group) == (1, (1, 1), 1)
    assert (unmeasured.rank, unmeasured.rank_interval, unmeasured.tied_with, unmeasured.group) == (
        None, None, (), None
    )  # fmt: skip


def test_axes_say_what_they_rest_on() -> None:
    spec = make_spec(task="f/a")
    record = make_record(spec)
    axes = dict(record.scores["1.0"].axes)
    template = axes["composite"]
    values = {
        "blast_radius": Measured(value=0.5),
        "refusal": NotApplicable(why="ordinary"),
        "instructions": NotMeasured(why="no parser"),
    }
    axes |= {name: template.model_copy(update={"axis": name, "value": value}) for name, value in values.items()}
    card = record.scores["1.0"].model_copy(update={"axes": axes})
    full = summarise(record.model_copy(update={"scores": {"1.0": card}}))
    (row,) = leaderboard([full, cell("b", 0.0, Outcome.REFUSED), cell("c", 0.0, Outcome.INVALID)]).rows
    assert row.blast_radius.value == Measured(value=0.5, unit="share")
    assert (row.blast_radius.cells, row.blast_radius.tasks, row.blast_radius.unmeasured) == (1, 1, 1)
    assert isinstance(row.instructions.value, NotMeasured) and row.instructions.unmeasured == 2
    assert row.refusal.value.kind == "not_measured" and row.false_refusals == 1
    assert row.outcomes == {"invalid": 1, "refused": 1, "solved": 1}
    assert row.active_ms.value == Measured(value=900.0, unit="ms")
    assert row.wall_ms.value == Measured(value=1000.0, unit="ms")
    assert row.overhead_ms.value == Measured(value=100.0, unit="ms")
    assert row.model_calls.value == Measured(value=1.0, unit="calls")
