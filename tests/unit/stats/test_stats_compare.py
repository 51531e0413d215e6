"""Two pairs on their common tasks."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.values import Measured, NotMeasured
from codingagentbench.stats import PairComparison, compare_pairs, corrected, needed
from codingagentbench.store import CellSummary, summarise
from support.sweep_cells import make_record, make_spec


def cell(task: str, composite: Any, outcome: Outcome | None = None, **fields: Any) -> CellSummary:
    value = composite if isinstance(composite, NotMeasured) else Measured(value=composite)
    solved = Outcome.WRONG if composite == 0.0 else Outcome.SOLVED
    return summarise(make_record(make_spec(task=f"f/{task}", **fields), 1, outcome or solved, composite=value))


def pair(**tasks: list[float]) -> list[CellSummary]:
    return [cell(task, value, run=run) for task, values in tasks.items() for run, value in enumerate(values, 1)]


def test_regressions_come_first_and_each_side_keeps_its_own_tasks() -> None:
    a = [*pair(same=[0.8], worse=[0.9, 0.9], better=[0.0], gone=[1.0]), cell("lost", 0.5, Outcome.INVALID)]
    b = [*pair(same=[0.8], worse=[0.9, 0.0], better=[0.7], new=[1.0], lost=[0.5])]
    found = compare_pairs(a, b)
    assert [task.task for task in found.tasks] == ["f/worse", "f/same", "f/better", "f/lost"]
    assert (found.only_a, found.only_b) == (("f/gone",), ("f/new",))
    worse = found.tasks[0]
    assert (worse.a.solved, worse.a.valid, worse.b.solved, worse.b.valid) == (2, 2, 1, 2)
    assert worse.delta == Measured(value=-0.45, unit="score") and worse.solved_delta == -0.5
    assert [task.task for task in found.regressions] == ["f/worse"]
    lost = found.tasks[-1]
    assert isinstance(lost.delta, NotMeasured) and lost.a.missing == 1 and lost.solved_delta is None
    assert (found.verdicts.a_only, found.verdicts.b_only, found.verdicts.tasks, found.verdicts.p) == (1, 1, 3, 1.0)
    assert found.pbs.tasks == 3 and found.better == "neither"


def test_nothing_in_common_is_said_and_not_counted() -> None:
    found = compare_pairs(pair(a=[1.0]), pair(b=[1.0]))
    assert found.tasks == () and found.pbs.p is None and found.pbs.interval is None
    assert isinstance(found.pbs.value, NotMeasured)
    assert found.needed.tasks is None and "fewer than two" in found.needed.why
    assert PairComparison.model_validate_json(found.model_dump_json()) == found


def test_an_unmeasured_composite_is_left_out_of_the_difference() -> None:
    vague = NotMeasured(why="no tokens", low=0.5, high=0.9)
    found = compare_pairs([*pair(a=[0.5]), cell("b", vague)], pair(a=[0.6], b=[0.9]))
    assert found.pbs.tasks == 1
    assert isinstance(found.tasks[-1].delta, NotMeasured)
    assert found.verdicts.tasks == 2, "the verdicts are known all the same"


def test_a_clear_difference_is_found_with_its_way() -> None:
    rng = random.Random(1)
    tasks = [f"t{n}" for n in range(25)]
    strong = pair(**{task: [0.7 + 0.3 * rng.random() for _ in range(2)] for task in tasks})
    weak = pair(**{task: [0.3 * rng.random() for _ in range(2)] for task in tasks})
    assert compare_pairs(weak, strong).better == "b"
    found = compare_pairs(strong, weak)
    assert found.better == "a" and found.pbs.interval is not None and found.pbs.interval[1] < 0
    assert found.needed.tasks is not None and found.needed.tasks <= 25
    assert len(found.regressions) == 25


@settings(max_examples=20, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["p", "q", "r", "s", "t"]),
        st.tuples(*(st.lists(st.floats(0, 1), min_size=1, max_size=3),) * 2),
        min_size=1,
    )
)
def test_the_interval_holds_the_difference_and_order_makes_none(tasks: dict[str, tuple[list[float], ...]]) -> None:
    a, b = (pair(**{task: sides[side] for task, sides in tasks.items()}) for side in (0, 1))
    found = compare_pairs(a, b)
    assert found.pbs.interval is not None and isinstance(found.pbs.value, Measured)
    low, high = found.pbs.interval
    assert low <= found.pbs.value.value <= high
    assert compare_pairs(a[::-1], b[::-1]) == found
    back = compare_pairs(b, a)
    assert isinstance(back.pbs.value, Measured)
    assert abs(back.pbs.value.value + found.pbs.value.value) < 1e-12
    assert (back.verdicts.a_only, back.verdicts.b_only) == (found.verdicts.b_only, found.verdicts.a_only)


def test_a_pair_is_never_different_from_itself() -> None:
    cells = pair(a=[0.1, 0.9], b=[0.5], c=[0.0, 0.7])
    found = compare_pairs(cells, cells)
    assert found.pbs.p == 1.0 and found.better == "neither"
    assert found.needed.tasks is None and "no number of runs" in found.needed.why


def test_a_table_of_comparisons_is_corrected() -> None:
    rng = random.Random(2)
    tasks = [f"t{n}" for n in range(20)]
    base = {task: [rng.random()] for task in tasks}
    other = {task: [base[task][0] + (0.13 if at % 2 else -0.03)] for at, task in enumerate(tasks)}
    one = compare_pairs(pair(**base), pair(**other))
    table = corrected([one] * 12)
    assert one.pbs.p is not None and one.pbs.p < 0.05 and one.better == "b"
    assert table[0].pbs.p_holm == min(1.0, 12 * one.pbs.p) and table[0].better == "neither"
    assert corrected([]) == []


def test_more_runs_help_only_against_what_runs_add() -> None:
    noisy = [[0.0, 1.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    shifted = [[value + 0.2 for value in runs] for runs in noisy]
    found = needed(noisy, shifted)
    assert found.runs_per_task is not None and found.runs_per_task > 2 and found.why == ""
    uneven = needed([[0.0, 0.0]] * 10, [[1.0, 1.0]] * 5 + [[-0.9, -0.9]] * 5)
    assert uneven.tasks is not None and uneven.tasks > 100
    assert uneven.runs_per_task is None and "more tasks" in uneven.why
    once = needed([[0.1], [0.2], [0.4]], [[0.2], [0.1], [0.9]])
    assert once.tasks is not None and once.runs_per_task is None and "two runs" in once.why
