"""What one (agent, model, plugin stack, behaviour mode) did on one task: all that a leaderboard needs of cells.

Made from cells here, or by the store's query layer in SQL; the numbers that follow are the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from codingagentbench.core.evidence import LatencyStack
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.values import AxisValue, Measured, NotMeasured
from codingagentbench.stats.intervals import Interval

MEAN_AXES = ("blast_radius", "integrity", "refusal", "instructions", "partial_score")
"""Axes of which a row shows the mean."""

ACTIVE_PARTS = LatencyStack.ACTIVE
OVERHEAD_PARTS = ("queue", "setup", "sandbox", "snapshot", "teardown")
"""Parts of the latency stack: the agent's and the model's time, and the harness's own. The rest is waiting for the
provider, and verification, most of which is the task's tests."""

PairKey = tuple[str, str, tuple[str, ...], str]
"""(tui, model, plugin stack, behaviour mode)."""


class CellLike(Protocol):
    """What statistics need of a cell; `store.CellSummary` and `store.CellLine` are such."""

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
    @property
    def model_calls(self) -> int: ...
    @property
    def latency(self) -> Mapping[str, float]: ...
    def axis(self, name: str, methodology: str = "") -> AxisValue | None: ...


@dataclass(frozen=True, slots=True)
class Samples:
    """Measured values, ascending; how many valid cells left theirs unmeasured. Not applicable counts nowhere."""

    values: tuple[float, ...] = ()
    unmeasured: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Cells of one pair on one task.

    `outcomes` counts all of them, `causes` the invalid ones. `composites`: lowest and highest of each valid cell's
    composite, ascending; equal where it was measured. `axes`: by name, `MEAN_AXES`. Times in ms, one a valid cell.
    """

    pair: PairKey
    task: str
    reference: bool
    outcomes: Mapping[str, int]
    causes: Mapping[str, int]
    composites: tuple[Interval, ...]
    axes: Mapping[str, Samples]
    tokens: Samples
    usd: Samples
    calls: int
    active_ms: tuple[float, ...] = field(default=())
    wall_ms: tuple[float, ...] = field(default=())
    overhead_ms: tuple[float, ...] = field(default=())

    @property
    def solved(self) -> int:
        """Cells with all hidden checks passed, or the right refusal."""
        return self.outcomes.get(Outcome.SOLVED.value, 0)

    @property
    def valid(self) -> int:
        """Cells that hold a measurement."""
        return len(self.composites)

    @property
    def missing(self) -> int:
        """Invalid cells."""
        return self.outcomes.get(Outcome.INVALID.value, 0)


def tally(cells: Iterable[CellLike], methodology: str) -> list[Tally]:
    """Cells by pair and task. Their order makes no difference."""
    groups: dict[tuple[PairKey, str], list[CellLike]] = defaultdict(list)
    for cell in cells:
        pair = (cell.tui, cell.model, tuple(cell.plugin_stack), cell.behavior_mode)
        groups[pair, cell.task].append(cell)
    return [_tally(*key, groups[key], methodology) for key in sorted(groups)]


def _tally(pair: PairKey, task: str, cells: Sequence[CellLike], methodology: str) -> Tally:
    valid = [cell for cell in cells if cell.measured]
    return Tally(
        pair=pair,
        task=task,
        reference=any(cell.reference for cell in cells),
        outcomes=dict(sorted(Counter(str(cell.outcome) for cell in cells).items())),
        causes=dict(sorted(Counter(str(cell.cause or "unknown") for cell in cells if not cell.measured).items())),
        composites=tuple(sorted(ends(cell.axis("composite", methodology)) for cell in valid)),
        axes={name: _axis_samples([cell.axis(name, methodology) for cell in valid]) for name in MEAN_AXES},
        tokens=_samples([cell.total_tokens for cell in valid]),
        usd=_samples([cell.usd for cell in valid]),
        calls=sum(cell.model_calls for cell in valid),
        active_ms=_sums(valid, ACTIVE_PARTS),
        wall_ms=tuple(sorted(sum(cell.latency.values()) for cell in valid)),
        overhead_ms=_sums(valid, OVERHEAD_PARTS),
    )


def ends(composite: AxisValue | None) -> Interval:
    """The lowest and highest a composite can be; from 0 to 1 where nothing is known of it."""
    if isinstance(composite, Measured):
        return (composite.value, composite.value)
    if isinstance(composite, NotMeasured):
        low, high = composite.low, composite.high
        return (0.0 if low is None else low, 1.0 if high is None else high)
    return (0.0, 1.0)


def _axis_samples(values: Sequence[AxisValue | None]) -> Samples:
    found = sorted(value.value for value in values if isinstance(value, Measured))
    unmeasured = sum(value is None or isinstance(value, NotMeasured) for value in values)
    return Samples(tuple(found), unmeasured)


def _samples(values: Sequence[float | None]) -> Samples:
    found = sorted(float(value) for value in values if value is not None)
    return Samples(tuple(found), len(values) - len(found))


def _sums(cells: Iterable[CellLike], parts: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(sorted(sum(cell.latency.get(part, 0.0) for part in parts) for cell in cells))
