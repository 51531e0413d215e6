"""Leaderboards: what counts, what is missing, and what is never turned into a zero."""

from __future__ import annotations

from typing import Any

import pytest

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured
from codingagentbench.stats import Infinite, Leaderboard, Row, leaderboard
from codingagentbench.store import CellSummary, summarise
from support.sweep_cells import make_record, make_spec


def cell(
    task: str, composite: float | None = 1.0, outcome: Outcome = Outcome.SOLVED, **fields: Any
) -> CellSummary:
    record_fields = {name: fields.pop(name) for name in ("tokens", "cause") if name in fields}
    value = None if composite is None else Measured(value=composite)
    return summarise(
        make_record(make_spec(task=f"f/{task}", **fields), 1, outcome, composite=value, **record_fields)
    )


def only(board: Leaderboard) -> Row:
    (row,) = board.rows
    return row


def test_pbs_is_the_mean_over_tasks_of_the_mean_over_valid_runs() -> None:
    row = only(
        leaderboard(
            [cell("a", 1.0, run=1), cell("a", 0.5, run=2), cell("b", 0.25), cell("c", None, Outcome.INVALID)],
        )
    )
    assert row.pbs.value == Measured(value=0.5)
    assert (row.valid, row.missing, row.missing_causes) == (3, 1, {"endpoint_unavailable": 1})
    assert row.pbs.bounds is not None
    assert row.pbs.bounds.model_dump() == pytest.approx({"left_out": 0.5, "lost": 1 / 3, "won": 2 / 3})
    assert row.pbs.interval is not None
    assert row.pbs.interval[0] <= 0.5 <= row.pbs.interval[1]


def test_ships_shows_its_denominators_interval_and_bounds() -> None:
    cells = [
        cell("a"),
        cell("b", 0.0, Outcome.WRONG),
        cell("c", None, Outcome.INVALID, cause=InvalidCause.RATE_LIMITED),
    ]
    ships = only(leaderboard(cells)).ships
    assert (ships.solved, ships.cells, ships.tasks, ships.rate) == (1, 2, 2, Measured(value=0.5))
    assert ships.bounds is not None
    assert ships.bounds.model_dump() == pytest.approx({"left_out": 0.5, "lost": 1 / 3, "won": 2 / 3})


def test_more_runs_of_one_task_do_not_narrow_the_interval_of_ships() -> None:
    one = only(leaderboard([cell("a"), cell("b", 0.0, Outcome.WRONG)])).ships
    many = only(
        leaderboard(
            [c for run in range(1, 6) for c in (cell("a", run=run), cell("b", 0.0, Outcome.WRONG, run=run))]
        )
    ).ships
    assert one.interval == many.interval


def test_stays_counts_only_repeated_tasks() -> None:
    assert isinstance(only(leaderboard([cell("a"), cell("b")])).stays.agreement, NotApplicable)
    cells = [cell("a", run=1), cell("a", run=2), cell("b", run=1), cell("b", 0.0, Outcome.WRONG, run=2), cell("c")]
    stays = only(leaderboard(cells)).stays
    assert (stays.repeated, stays.agreement, stays.k, stays.pass_pow_k) == (
        2,
        Measured(value=0.5),
        2,
        Measured(value=0.5),
    )


def test_cost_per_correct_task_is_a_number_infinite_or_absent() -> None:
    row = only(leaderboard([cell("a"), cell("b", 0.0, Outcome.WRONG)]))
    assert row.tokens_per_correct == Measured(value=2000, unit="tokens")
    none = only(leaderboard([cell("a", 0.0, Outcome.WRONG)]))
    assert none.tokens_per_correct == Infinite(spent=1000, unit="tokens")
    unknown = only(leaderboard([cell("a"), cell("b", tokens=None)]))
    assert unknown.tokens_per_correct == NotMeasured(why="1 of 2 cells left tokens unknown", low=500)
    nothing = only(leaderboard([cell("a", None, Outcome.INVALID)]))
    assert isinstance(nothing.tokens_per_correct, NotMeasured)


def test_an_unmeasured_composite_makes_a_range_not_a_number() -> None:
    half = summarise(make_record(make_spec(task="f/b"), composite=NotMeasured(why="tokens", low=0.6, high=0.8)))
    row = only(leaderboard([cell("a", 1.0), half]))
    assert row.pbs.value == NotMeasured(why="1 of 2 composites are not measured", low=0.8, high=0.9)
    other = only(leaderboard([cell("a", 1.0)], methodology="0.1"))
    assert other.pbs.value == NotMeasured(why="1 of 1 composites are not measured", low=0.0, high=1.0)


def test_references_and_uncitable_cells_are_left_out_and_counted() -> None:
    cells = [
        cell("a"),
        cell("a", model="reference/oracle"),
        cell("a", sandbox="none"),
        cell("a").model_copy(update={"provisional": True}),
    ]
    board = leaderboard(cells)
    assert board.left_out == {"reference": 1, "unsandboxed": 1, "provisional": 1}
    assert only(board).valid == 1
    everything = leaderboard(cells, references=True, provisional=True, unsandboxed=True)
    assert everything.left_out == {}
    assert [row.reference for row in everything.rows] == [False, True]


def test_rows_are_grouped_as_asked_and_sorted_from_the_best() -> None:
    cells = [
        cell("a", 0.2, tui="pi"),
        cell("a", 0.9, tui="aider"),
        cell("a", 0.4, tui="aider", model="acme/small"),
        cell("a", 1.0, tui="pi", plugin_stack=("p",)),
        cell("b", None, Outcome.INVALID, tui="codex"),
    ]
    pairs = [(row.tui, row.model, row.plugin_stack) for row in leaderboard(cells).rows]
    assert pairs == [
        ("pi", "acme/large", ("p",)),
        ("aider", "acme/large", ()),
        ("aider", "acme/small", ()),
        ("pi", "acme/large", ()),
        ("codex", "acme/large", ()),
    ]
    assert [row.tui for row in leaderboard(cells, by="tui", intervals=False).rows] == [
        "pi",
        "aider",
        "pi",
        "codex",
    ]
    assert {row.model for row in leaderboard(cells, by="model").rows} == {"acme/large", "acme/small"}
    assert leaderboard([]).rows == ()
    board = leaderboard(cells)
    assert Leaderboard.model_validate_json(board.model_dump_json()) == board
