"""Reading a scorer's keys, which come from a file: a number, list or text where there is one, else nothing."""

from __future__ import annotations

import math
from typing import Any

from codingagentbench.core.values import AxisValue, Measured, NotMeasured
from codingagentbench.site import formats

AXIS_NAMES = {
    "pass_rate": "Pass",
    "partial_score": "Partial score",
    "tokens": "Tokens",
    "tokens_per_correct": "Tokens/correct",
    "cost": "Cost",
    "latency": "Wall",
    "blast_radius": "Blast",
    "refusal": "Refusal",
    "integrity": "Integrity",
    "instructions": "Instructions",
    "composite": "Composite",
}
"""The short name of each axis."""


def number(keys: dict[str, Any], name: str) -> float | None:
    """A finite number under a key."""
    value = keys.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def items(keys: dict[str, Any], name: str) -> list[Any]:
    """The list under a key, empty when there is none."""
    value = keys.get(name)
    return value if isinstance(value, list) else []


def table(keys: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under a key, empty when there is none."""
    value = keys.get(name)
    return value if isinstance(value, dict) else {}


def measured(value: AxisValue | None) -> float | None:
    """The number of a measured value."""
    return value.value if isinstance(value, Measured) else None


def in_words(axis: str, value: AxisValue | None) -> str:
    """A value as text with its unit; one that is not there is said to be missing, never 0."""
    if value is None:
        return "not scored"
    if isinstance(value, Measured):
        return figure(axis, value.value)
    if isinstance(value, NotMeasured) and value.low is not None and value.high is not None:
        return f"not measured ({figure(axis, value.low)} to {figure(axis, value.high)})"
    return value.kind.replace("_", " ")


def figure(axis: str, value: float) -> str:
    """A number of an axis as pages write it."""
    if not math.isfinite(value):
        return str(value)
    if axis in ("tokens", "tokens_per_correct"):
        return formats.whole(value)
    if axis == "latency":
        return formats.duration(value)
    return formats.usd(value) if axis == "cost" else formats.number(value)
