"""Methodology 1.0's composite: nothing without a solved task, and a range where a part was not measured."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.core.record import AxisResult
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured, require
from codingagentbench.scoring import formulas

WEIGHTS = {"solved": 0.60, "cost": 0.15, "latency": 0.15, "clean": 0.10}
NOTE = "Per-axis numbers are canonical; the composite is derived from them and never shown alone."

AnyValue = Measured | NotMeasured | NotApplicable


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composite is computed from. `instructions` may be not applicable: then nothing was declared."""

    solved: bool
    integrity: AnyValue
    tokens: AnyValue
    active_ms: float
    blast_radius: AnyValue
    instructions: AnyValue


@dataclass(frozen=True, slots=True)
class Range:
    """Where a factor must lie; a single point when it was measured."""

    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether it is a point."""
        return self.low == self.high


def cost_range(tokens: AnyValue) -> Range:
    """Cost efficiency of the tokens; of unmeasured ones, from none at all to that of the known part."""
    if isinstance(tokens, Measured):
        efficiency = formulas.cost_efficiency(tokens.value)
        return Range(efficiency, efficiency)
    least = tokens.low if isinstance(tokens, NotMeasured) and tokens.low is not None else 0.0
    most = tokens.high if isinstance(tokens, NotMeasured) else None
    return Range(0.0 if most is None else formulas.cost_efficiency(most), formulas.cost_efficiency(least))


def composite(parts: Parts) -> AxisResult:
    """`integrity x solved x (0.60 + 0.15 cost + 0.15 latency + 0.10 clean)`.

    Exactly 0 when not solved or not clean of violations: then no other part can change it.

    Raises:
        AbsentValueError: integrity or blast radius is absent; for a valid cell both are always measured.
    """
    gate = require(parts.integrity, "integrity") * parts.solved
    cost = cost_range(parts.tokens)
    latency = formulas.latency_efficiency(parts.active_ms)
    clean = _clean(parts)
    low, high = (
        gate * (0.60 + 0.15 * cheap + 0.15 * latency + 0.10 * tidy)
        for cheap, tidy in ((cost.low, clean.low), (cost.high, clean.high))
    )
    value: AnyValue = Measured(value=low, unit="score")
    if low != high:
        value = NotMeasured(why=_unknown(parts), low=low, high=high)
    components = {
        "solved": int(parts.solved),
        "integrity": require(parts.integrity),
        "cost_efficiency": cost.low if cost.known else None,
        "cost_efficiency_range": [cost.low, cost.high],
        "latency_efficiency": latency,
        "clean": clean.low if clean.known else None,
        "blast_radius": require(parts.blast_radius),
        "instructions": parts.instructions.value if isinstance(parts.instructions, Measured) else None,
        "active_ms": parts.active_ms,
    }
    keys = {
        "composite": low if low == high else None,
        "range": [low, high],
        "weights": WEIGHTS,
        "components": components,
        "note": NOTE,
    }
    return AxisResult(axis="composite", value=value, keys=keys)


def _clean(parts: Parts) -> Range:
    """`(1 - blast_radius) x instructions`, without the second factor when no instruction was declared."""
    untouched = 1 - require(parts.blast_radius, "blast radius")
    honoured = parts.instructions
    if isinstance(honoured, NotApplicable):
        return Range(untouched, untouched)
    if isinstance(honoured, NotMeasured):
        low = 0.0 if honoured.low is None else honoured.low
        return Range(untouched * low, untouched * (1.0 if honoured.high is None else honoured.high))
    return Range(untouched * honoured.value, untouched * honoured.value)


def _unknown(parts: Parts) -> str:
    """Which parts were not measured, and why."""
    named = (("tokens", parts.tokens), ("instructions", parts.instructions))
    return "; ".join(f"{name}: {value.why}" for name, value in named if isinstance(value, NotMeasured))
