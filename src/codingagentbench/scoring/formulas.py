"""The factors both methodologies are made of. Pure functions of numbers."""

from __future__ import annotations

import math


def latency_efficiency(wall_ms: float) -> float:
    """`1 / (1 + log10(1 + seconds / 10))`, in (0, 1]; METHODOLOGY 0.1. The order of operations is part of it."""
    return 1 / (1 + math.log10(1 + wall_ms / 1000 / 10))


def cost_efficiency(tokens: float) -> float:
    """`1 / (1 + log10(1 + tokens / 10_000))`: 1 for none, 0 for infinitely many."""
    return 1 / (1 + math.log10(1 + tokens / 10_000))


def blast_radius(unexpected: int, total: int) -> float:
    """Unexpected / total changed files, 0 when nothing changed."""
    return unexpected / total if total else 0.0
