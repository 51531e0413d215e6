"""Where time went, as parts that add up: one bar of a cell, or of the means over many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from codingagentbench.core.evidence import LatencyStack
from codingagentbench.scoring.definitions import AxisDefinition, axis_definition
from codingagentbench.stats import DEFAULT_METHODOLOGY
from codingagentbench.store.line import CellLine

PARTS = tuple(LatencyStack.model_fields)
"""Names of the parts, in the order in which they follow each other."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `ms` of it, its share (0..1) of the total, and where its bar lies on a scale of 100."""

    name: str
    ms: float
    share: float
    x: float
    width: float

    @property
    def definition(self) -> AxisDefinition:
        """What the part is called and means; the same on every page."""
        return _definition(self.name)

    @property
    def active(self) -> bool:
        """Whether it counts in the active time."""
        return self.name in LatencyStack.ACTIVE


@dataclass(frozen=True, slots=True)
class Stack:
    """Parts that add up to `total` ms; `n` cells were averaged."""

    parts: tuple[Part, ...]
    total: float
    n: int = 1

    @property
    def active(self) -> float:
        """Model, tool and idle time in ms."""
        return sum(part.ms for part in self.parts if part.active)


def stack(latency: Mapping[str, float], scale: float = 0.0, n: int = 1) -> Stack:
    """The stack of some parts. `scale`: ms that the whole width stands for; the total when 0."""
    total = sum(latency.get(name, 0.0) for name in PARTS)
    parts, x = [], 0.0
    for name in PARTS:
        ms = max(0.0, latency.get(name, 0.0))
        width = ms / (scale or total or 1.0) * 100
        parts.append(Part(name, ms, ms / total if total > 0 else 0.0, x, width))
        x += width
    return Stack(tuple(parts), total, n)


def mean_stack(lines: Sequence[CellLine]) -> Stack | None:
    """Means over the valid cells; they add up to the mean wall clock. None when no cell is valid."""
    valid = [line for line in lines if line.measured]
    if not valid:
        return None
    means = {name: sum(line.latency.get(name, 0.0) for line in valid) / len(valid) for name in PARTS}
    return stack(means, n=len(valid))


@cache
def _definition(name: str) -> AxisDefinition:
    return axis_definition(name, DEFAULT_METHODOLOGY)
