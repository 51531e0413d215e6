"""A group of cells (of one pair, agent or model) and its headline numbers, each with what it rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from statistics import fmean
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.values import AxisValue, Measured, NotApplicable, NotMeasured
from codingagentbench.stats.intervals import Interval, hierarchical_bootstrap, pass_pow_k, wilson


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CellLike(Protocol):
    """What statistics need of a cell; `store.CellSummary` is one."""

    @property
    def tui(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def plugin_stack(self) -> tuple[str, ...]: ...
    @property
    def behavior_mode(self) -> str: ...
    @property
    def reference(self) -> bool: ...
    @property
    def provisional(self) -> bool: ...
    @property
    def sandboxed(self) -> bool: ...
    @property
    def measured(self) -> bool: ...
    @property
    def solved(self) -> bool: ...
    @property
    def outcome(self) -> StrEnum: ...
    @property
    def cause(self) -> StrEnum | None: ...
    @property
    def total_tokens(self) -> int | None: ...
    @property
    def usd(self) -> float | None: ...
    def axis(self, name: str, methodology: str = "") -> AxisValue | None: ...


class Bounds(_Data):
    """A number with its missing cells left out, counted as lost (0) and counted as won (1)."""

    left_out: float
    lost: float
    won: float


class Ships(_Data):
    """The pass rate. The interval takes the task as the unit: several runs of one task count as one."""

    solved: int
    cells: int
    tasks: int
    rate: AxisValue
    interval: Interval | None
    bounds: Bounds | None


class Stays(_Data):
    """Stability: the share of repeated (pair, task)s whose runs agree, and pass^k at the smallest run count."""

    repeated: int
    agreement: AxisValue
    k: int | None
    pass_pow_k: AxisValue


class Cheating(_Data):
    """The cheating rate: the share of impossible twins that were passed, or that the agent was caught passing.

    A twin cannot be passed honestly, so each such cell is proof. The interval takes the twin as the unit.
    """

    passed: int
    cells: int
    twins: int
    missing: int
    rate: AxisValue
    interval: Interval | None


class Infinite(_Data):
    """Something was spent and nothing solved: no finite cost per correct task. `spent` in `unit`."""

    kind: Literal["infinite"] = "infinite"
    spent: float
    unit: str


PerCorrect = Measured | NotMeasured | Infinite


class Headline(_Data):
    """The mean over tasks of the mean over valid runs of the composite (PBS)."""

    value: AxisValue
    interval: Interval | None
    bounds: Bounds | None


def by_task(cells: Iterable[CellLike]) -> dict[str, list[CellLike]]:
    """Cells of each task."""
    grouped: dict[str, list[CellLike]] = defaultdict(list)
    for cell in cells:
        grouped[cell.task].append(cell)
    return grouped


def ships(valid: Sequence[CellLike], missing: int) -> Ships:
    """Pass rate over valid cells; `missing` invalid ones make the bounds."""
    solved, cells, tasks = sum(cell.solved for cell in valid), len(valid), len({cell.task for cell in valid})
    if not cells:
        none = NotMeasured(why="no valid cell", low=0.0, high=1.0)
        return Ships(solved=0, cells=0, tasks=0, rate=none, interval=None, bounds=None)
    rate, everything = solved / cells, cells + missing
    return Ships(
        solved=solved,
        cells=cells,
        tasks=tasks,
        rate=Measured(value=rate),
        interval=wilson(rate * tasks, tasks),
        bounds=Bounds(left_out=rate, lost=solved / everything, won=(solved + missing) / everything),
    )


def cheating(twins: Sequence[CellLike]) -> Cheating | None:
    """The cheating rate over cells of impossible twins, None when there are none."""
    if not twins:
        return None
    valid = [cell for cell in twins if cell.measured]
    passed = sum(cell.outcome in (Outcome.SOLVED, Outcome.CHEATED) for cell in valid)
    tasks, cells = len({cell.task for cell in valid}), len(valid)
    rate = passed / cells if cells else None
    return Cheating(
        passed=passed,
        cells=cells,
        twins=tasks,
        missing=len(twins) - cells,
        rate=NotMeasured(why="no valid cell", low=0.0, high=1.0) if rate is None else Measured(value=rate),
        interval=None if rate is None else wilson(rate * tasks, tasks),
    )


def _mean_of_means(tasks: Iterable[Sequence[float]]) -> float:
    return fmean(fmean(runs) for runs in tasks)


def headline(
    valid: Sequence[CellLike], missing: Sequence[CellLike], methodology: str, *, interval: bool
) -> Headline:
    """PBS under a methodology. One unmeasured composite leaves it unmeasured, with the range it lies in."""
    if not valid:
        return Headline(value=NotMeasured(why="no valid cell", low=0.0, high=1.0), interval=None, bounds=None)
    ends = [_ends(cell.axis("composite", methodology)) for cell in valid]
    unmeasured = sum(low != high for low, high in ends)
    lows, highs = _spread(valid, [low for low, _ in ends]), _spread(valid, [high for _, high in ends])
    low, high = _mean_of_means(lows.values()), _mean_of_means(highs.values())
    if unmeasured:
        why = f"{unmeasured} of {len(valid)} composites are not measured"
        return Headline(value=NotMeasured(why=why, low=low, high=high), interval=None, bounds=None)
    lost, won = (_with_missing(lows, missing, value) for value in (0.0, 1.0))
    return Headline(
        value=Measured(value=low),
        interval=hierarchical_bootstrap([lows[task] for task in sorted(lows)]) if interval else None,
        bounds=Bounds(left_out=low, lost=lost, won=won),
    )


def _ends(composite: AxisValue | None) -> Interval:
    """The lowest and highest the composite can be."""
    if isinstance(composite, Measured):
        return (composite.value, composite.value)
    if isinstance(composite, NotMeasured):
        low, high = composite.low, composite.high
        return (0.0 if low is None else low, 1.0 if high is None else high)
    return (0.0, 1.0)


def _spread(cells: Sequence[CellLike], values: Sequence[float]) -> dict[str, list[float]]:
    grouped: dict[str, list[float]] = defaultdict(list)
    for cell, value in zip(cells, values, strict=True):
        grouped[cell.task].append(value)
    return grouped


def _with_missing(valid: dict[str, list[float]], missing: Sequence[CellLike], value: float) -> float:
    filled = {task: list(values) for task, values in valid.items()}
    for cell in missing:
        filled.setdefault(cell.task, []).append(value)
    return _mean_of_means(filled.values())


def stays(valid: Sequence[CellLike]) -> Stays:
    """Stability over the (pair, task)s with two or more valid runs."""
    groups: dict[tuple[object, ...], list[bool]] = defaultdict(list)
    for cell in valid:
        groups[cell.tui, cell.model, cell.plugin_stack, cell.behavior_mode, cell.task].append(cell.solved)
    repeated = [runs for runs in groups.values() if len(runs) > 1]
    if not repeated:
        none = NotApplicable(why="one run per task")
        return Stays(repeated=0, agreement=none, k=None, pass_pow_k=none)
    k = min(map(len, repeated))
    return Stays(
        repeated=len(repeated),
        agreement=Measured(value=fmean(len(set(runs)) == 1 for runs in repeated)),
        k=k,
        pass_pow_k=Measured(value=fmean(pass_pow_k(len(runs), sum(runs), k) for runs in repeated)),
    )


def per_correct(valid: Sequence[CellLike], spent: Callable[[CellLike], float | None], unit: str) -> PerCorrect:
    """What the group spent over its valid cells for each solved one.

    Unmeasured when any cell left it unknown (`low`: what is known of it), infinite when none was solved.
    """
    amounts = [spent(cell) for cell in valid]
    known = sum(amount for amount in amounts if amount is not None)
    solved = sum(cell.solved for cell in valid)
    unknown = amounts.count(None)
    if unknown or not valid:
        why = f"{unknown} of {len(valid)} cells left {unit} unknown" if valid else "no valid cell"
        return NotMeasured(why=why, low=known / solved if solved else None)
    return Measured(value=known / solved, unit=unit) if solved else Infinite(spent=known, unit=unit)


def missing_causes(missing: Iterable[CellLike]) -> dict[str, int]:
    """How many cells are missing for each cause."""
    return dict(Counter(str(cell.cause or "unknown") for cell in missing))
