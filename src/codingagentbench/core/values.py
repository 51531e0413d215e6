"""Typed absence: a value is measured, not measured, or not applicable. Never a flag beside a number.

A formula takes values through `require`, which refuses the last two, so nothing unmeasured becomes 0 or 1.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measured(_Value):
    """A number with its unit and the evidence it was read from (file names inside the cell directory)."""

    kind: Literal["measured"] = "measured"
    value: float
    unit: str = ""
    evidence: tuple[str, ...] = ()


class NotMeasured(_Value):
    """There is something to measure and it was not; `low`/`high` bound it where they are known."""

    kind: Literal["not_measured"] = "not_measured"
    why: str
    low: float | None = None
    high: float | None = None


class NotApplicable(_Value):
    """There is nothing to measure, e.g. a refusal on an ordinary task."""

    kind: Literal["not_applicable"] = "not_applicable"
    why: str


AxisValue = Annotated[Measured | NotMeasured | NotApplicable, Field(discriminator="kind")]


class AbsentValueError(ValueError):
    """A formula was given something that was not measured."""


def require(value: Measured | NotMeasured | NotApplicable, name: str = "value") -> float:
    """The number of a measured value.

    Raises:
        AbsentValueError: the value is not measured or not applicable.
    """
    if isinstance(value, Measured):
        return value.value
    raise AbsentValueError(f"{name} is {value.kind.replace('_', ' ')}: {value.why}")
