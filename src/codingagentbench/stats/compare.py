"""Two pairs on their common tasks: what changed on each, and whether it is more than chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import comb
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from codingagentbench.core.task import is_twin
from codingagentbench.core.values import AxisValue, Measured, NotMeasured
from codingagentbench.stats.bootstrap import paired_bootstrap
from codingagentbench.stats.intervals import Interval
from codingagentbench.stats.power import Needed, needed
from codingagentbench.stats.ranks import ALPHA, holm
from codingagentbench.stats.tally import CellLike, Tally, tally

Which = Literal["a", "b", "neither"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(_Data):
    """One pair on one task: solved of valid runs, invalid ones, and the mean composite of the valid ones."""

    solved: int
    valid: int
    missing: int
    composite: AxisValue


class TaskDelta(_Data):
    """One common task. `delta` is b - a of the mean composites; `solved_delta` of the shares of solved runs."""

    task: str
    a: Side
    b: Side
    delta: AxisValue
    solved_delta: float | None


class McNemar(_Data):
    """The exact test on verdicts. `a_only`, `b_only`: tasks of which a side solved the larger share of its runs.

    `p` is two-sided; `p_holm` is corrected for a table of comparisons, None for a single one.
    """

    tasks: int
    a_only: int
    b_only: int
    p: float
    p_holm: float | None = None


class Difference(_Data):
    """PBS of b less PBS of a over the common tasks on which both are measured; `interval` is 95 %, paired."""

    tasks: int
    a: AxisValue
    b: AxisValue
    value: AxisValue
    interval: Interval | None
    p: float | None
    p_holm: float | None = None


class PairComparison(_Data):
    """`tasks`: common ones, regressions (b worse than a) first. `better`: which side has the higher PBS, by a
    difference that is significant at 5 %; neither where it is not. Twins count nowhere."""

    methodology: str
    tasks: tuple[TaskDelta, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    verdicts: McNemar
    pbs: Difference
    better: Which
    needed: Needed

    @property
    def regressions(self) -> tuple[TaskDelta, ...]:
        """Common tasks on which b is worse."""
        return tuple(task for task in self.tasks if isinstance(task.delta, Measured) and task.delta.value < 0)


def compare_pairs(
    cells_a: Iterable[CellLike], cells_b: Iterable[CellLike], methodology: str = "1.0"
) -> PairComparison:
    """Compare two sets of cells task by task. The order of cells makes no difference.

    Args:
        cells_a: the attempt that speaks for each cell of the first pair: the one that changes are counted from.
        cells_b: the same of the second pair.
    """
    sides = (tally(cells, methodology) for cells in (cells_a, cells_b))
    return compare_tallies(*sides, methodology=methodology)


def compare_tallies(
    tallies_a: Iterable[Tally], tallies_b: Iterable[Tally], *, methodology: str = "1.0"
) -> PairComparison:
    """The comparison of two sets of cells that were counted elsewhere, in any order."""
    sides = [_by_task(tallies) for tallies in (tallies_a, tallies_b)]
    common = sorted(sides[0].keys() & sides[1].keys())
    tasks = [_task_delta(task, sides[0][task], sides[1][task]) for task in common]
    runs = [_runs(side, common) for side in sides]
    measured = [task for task in common if task in runs[0] and task in runs[1]]
    before, after = ([side[task] for task in measured] for side in runs)
    pbs = _difference(before, after)
    return PairComparison(
        methodology=methodology,
        tasks=tuple(sorted(tasks, key=_worst_first)),
        only_a=tuple(sorted(sides[0].keys() - sides[1].keys())),
        only_b=tuple(sorted(sides[1].keys() - sides[0].keys())),
        verdicts=_mcnemar(tasks),
        pbs=pbs,
        better=_better(pbs),
        needed=needed(before, after),
    )


def corrected(comparisons: Sequence[PairComparison]) -> list[PairComparison]:
    """The same comparisons as one table: p values corrected by Holm's method, each kind of test on its own."""
    verdicts = holm([comparison.verdicts.p for comparison in comparisons])
    tested = [comparison.pbs.p for comparison in comparisons if comparison.pbs.p is not None]
    values = iter(holm(tested))
    found = []
    for comparison, p_holm in zip(comparisons, verdicts, strict=True):
        pbs = comparison.pbs
        if pbs.p is not None:
            pbs = pbs.model_copy(update={"p_holm": next(values)})
        tests = {"verdicts": comparison.verdicts.model_copy(update={"p_holm": p_holm}), "pbs": pbs}
        found.append(comparison.model_copy(update={**tests, "better": _better(pbs)}))
    return found


def mcnemar_p(a_only: int, b_only: int) -> float:
    """Two-sided p of the exact McNemar test: a fair coin thrown for each discordant task.

    Source: Q. McNemar, Psychometrika 12 (1947), in the exact form of F. Mosteller (1952). A sum of whole numbers;
    equal to `scipy.stats.binomtest`, which a test proves and whose import takes a second.
    """
    thrown, fewer = a_only + b_only, min(a_only, b_only)
    tail = sum(comb(thrown, count) for count in range(fewer + 1))
    return float(min(1.0, 2 * tail / 2**thrown))


def _by_task(tallies: Iterable[Tally]) -> dict[str, list[Tally]]:
    """By task, without impossible twins."""
    grouped: dict[str, list[Tally]] = defaultdict(list)
    for one in sorted(tallies, key=lambda one: (one.task, one.pair)):
        if not is_twin(one.task):
            grouped[one.task].append(one)
    return grouped


def _side(tallies: Sequence[Tally]) -> Side:
    ends = [pair for one in tallies for pair in one.composites]
    value: AxisValue = NotMeasured(why="no valid run", low=0.0, high=1.0)
    if ends:
        low, high = (fmean(sorted(pair[end] for pair in ends)) for end in (0, 1))
        unmeasured = sum(pair[0] != pair[1] for pair in ends)
        why = f"{unmeasured} of {len(ends)} composites are not measured"
        value = NotMeasured(why=why, low=low, high=high) if unmeasured else Measured(value=low, unit="score")
    return Side(
        solved=sum(one.solved for one in tallies),
        valid=len(ends),
        missing=sum(one.missing for one in tallies),
        composite=value,
    )


def _task_delta(task: str, before: Sequence[Tally], after: Sequence[Tally]) -> TaskDelta:
    a, b = _side(before), _side(after)
    solved = b.solved / b.valid - a.solved / a.valid if a.valid and b.valid else None
    return TaskDelta(task=task, a=a, b=b, delta=_less(b.composite, a.composite), solved_delta=solved)


def _less(b: AxisValue, a: AxisValue) -> AxisValue:
    if isinstance(a, Measured) and isinstance(b, Measured):
        return Measured(value=b.value - a.value, unit="score")
    absent = a if isinstance(b, Measured) else b
    return NotMeasured(why="" if isinstance(absent, Measured) else absent.why)


def _worst_first(task: TaskDelta) -> tuple[float, float, str]:
    delta = task.delta.value if isinstance(task.delta, Measured) else 2.0
    return (delta, task.solved_delta or 0.0, task.task)


def _runs(side: dict[str, list[Tally]], common: Iterable[str]) -> dict[str, list[float]]:
    """Composites of the common tasks on which all of them are measured."""
    found = {}
    for task in common:
        ends = [pair for one in side[task] for pair in one.composites]
        if ends and all(low == high for low, high in ends):
            found[task] = sorted(low for low, _ in ends)
    return found


def _mcnemar(tasks: Iterable[TaskDelta]) -> McNemar:
    deltas = [task.solved_delta for task in tasks if task.solved_delta is not None]
    a_only, b_only = sum(delta < 0 for delta in deltas), sum(delta > 0 for delta in deltas)
    return McNemar(tasks=len(deltas), a_only=a_only, b_only=b_only, p=mcnemar_p(a_only, b_only))


def _difference(before: Sequence[Sequence[float]], after: Sequence[Sequence[float]]) -> Difference:
    if not before:
        none = NotMeasured(why="no common task on which both are measured")
        return Difference(tasks=0, a=none, b=none, value=none, interval=None, p=None)
    found = paired_bootstrap(before, after)
    a, b = (fmean(fmean(runs) for runs in side) for side in (before, after))
    return Difference(
        tasks=len(before),
        a=Measured(value=a, unit="score"),
        b=Measured(value=b, unit="score"),
        value=Measured(value=found.delta, unit="score"),
        interval=found.interval,
        p=found.p,
    )


def _better(pbs: Difference) -> Which:
    p = pbs.p if pbs.p_holm is None else pbs.p_holm
    if p is None or p > ALPHA or not isinstance(pbs.value, Measured):
        return "neither"
    return "b" if pbs.value.value > 0 else "a"
