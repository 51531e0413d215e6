"""A handful of numbers as pages show them: how many, the middle one, and how far apart they lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codingagentbench.stats import percentile


@dataclass(frozen=True, slots=True)
class Spread:
    """`low` and `high` hold the middle half between them; `least` and `most` are the ends."""

    n: int
    median: float
    low: float
    high: float
    least: float
    most: float


def spread(values: Iterable[float]) -> Spread | None:
    """The spread of some numbers, None when there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    low, median, high = (percentile(ordered, share) for share in (0.25, 0.5, 0.75))
    return Spread(len(ordered), median, low, high, ordered[0], ordered[-1])
