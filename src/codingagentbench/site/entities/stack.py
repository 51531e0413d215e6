"""Where time went, as parts that add up: one bar of a cell, or of the means over many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codingagentbench.core.evidence import LatencyStack
from codingagentbench.store.line import CellLine

PARTS = tuple(LatencyStack.model_fields)
"""Names of the parts, in the order in which they follow each other."""


@dataclass(frozen=True, slots=True)
class StackPart:
    """One part: `ms` of it, and where its bar begins and how long it is on a scale of 100."""

    name: str
    ms: float
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Stack:
    """Parts that add up to `total` ms; `n` cells were averaged."""

    parts: tuple[StackPart, ...]
    total: float
    n: int = 1


def stack(latency: Mapping[str, float], scale: float = 0.0, n: int = 1) -> Stack:
    """The stack of some parts. `scale`: ms that the whole width stands for; the total when 0."""
    total = sum(latency.get(name, 0.0) for name in PARTS)
    whole = scale or total or 1.0
    parts, x = [], 0.0
    for name in PARTS:
        ms = max(0.0, latency.get(name, 0.0))
        width = ms / whole * 100
        parts.append(StackPart(name, ms, x, width))
        x += width
    return Stack(tuple(parts), total, n)


def mean_stack(lines: Sequence[CellLine]) -> Stack | None:
    """Means over the valid cells; they add up to the mean wall clock. None when no cell is valid."""
    valid = [line for line in lines if line.measured]
    if not valid:
        return None
    means = {name: sum(line.latency.get(name, 0.0) for line in valid) / len(valid) for name in PARTS}
    return stack(means, n=len(valid))
