"""The axes of an attempt: a card each, both methodologies side by side, and each scorer's breakdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from codingagentbench.core.record import AXES, AxisResult, CellRecord, ScoreCard
from codingagentbench.core.values import AxisValue, Measured, NotMeasured
from codingagentbench.site.cell.document import pretty
from codingagentbench.site.cell.values import AXIS_NAMES, figure, in_words, number
from codingagentbench.site.cell.worked import worked

METHODOLOGIES = ("1.0", "0.1")
"""Versions that a page shows side by side, ours first."""


_UNCOUNTED = "the tokens were not counted"


class Score(NamedTuple):
    """An axis under one methodology. `absent` tells a word from a number; `why` is the cause of it."""

    text: str
    absent: bool
    why: str = ""


class AxisScores(NamedTuple):
    """One card: `shown` is under the record's methodology, `by` under each of `METHODOLOGIES`."""

    axis: str
    name: str
    shown: Score
    by: tuple[Score, ...]


class Breakdown(NamedTuple):
    """How one axis came about: `document` is the scorer's keys as JSON, `evidence` names files of the attempt."""

    axis: str
    name: str
    methodology: str
    score: Score
    worked: str
    document: str
    evidence: tuple[str, ...]


def axis_scores(record: CellRecord) -> tuple[AxisScores, ...]:
    """Every axis in the order of the pages; tokens per correct task stand behind the tokens."""
    return tuple(_axis_scores(record, axis) for axis in _axes())


def breakdowns(record: CellRecord) -> tuple[Breakdown, ...]:
    """The breakdown of each axis under the record's methodology; empty for an invalid attempt."""
    card = record.scores.get(record.methodology)
    if card is None:
        return ()
    return tuple(_breakdown(card.axes[axis], card.methodology) for axis in AXES if axis in card.axes)


def other_breakdowns(record: CellRecord) -> tuple[Breakdown, ...]:
    """Those under every other methodology, of the axes whose keys are not the same there."""
    shown = record.scores.get(record.methodology)
    if shown is None:
        return ()
    return tuple(
        _breakdown(card.axes[axis], card.methodology)
        for card in record.scores.values()
        for axis in AXES
        if axis in card.axes and (axis not in shown.axes or card.axes[axis].keys != shown.axes[axis].keys)
    )


def _axes() -> Iterator[str]:
    for axis in AXES:
        yield axis
        if axis == "tokens":
            yield "tokens_per_correct"


def _axis_scores(record: CellRecord, axis: str) -> AxisScores:
    by = {version: _score(record, version, axis) for version in {*METHODOLOGIES, record.methodology}}
    return AxisScores(
        axis, AXIS_NAMES[axis], by[record.methodology], tuple(by[version] for version in METHODOLOGIES)
    )


def _score(record: CellRecord, version: str, axis: str) -> Score:
    card = record.scores.get(version)
    if not record.outcome.measured:
        return Score("missing", absent=True, why="invalid: no axis is filled")
    if card is None:
        return Score("not scored", absent=True, why=f"not scored under methodology {version}")
    if axis == "tokens_per_correct":
        return _per_correct(card)
    result = card.axes.get(axis)
    return score_of(axis, result.value if result else None)


def score_of(axis: str, value: AxisValue | None) -> Score:
    """A typed value as text, with why it is none."""
    why = "" if value is None or isinstance(value, Measured) else value.why
    if isinstance(value, NotMeasured) and value.low is not None and value.high is None:
        why = f"{why}; at least {figure(axis, value.low)}" if value.low else why
    return Score(in_words(axis, value), not isinstance(value, Measured), why)


def _per_correct(card: ScoreCard) -> Score:
    result = card.axes.get("tokens")
    keys: dict[str, Any] = result.keys if result else {}
    if result is None or not isinstance(result.value, Measured):
        why = result.value.why if result and not isinstance(result.value, Measured) else _UNCOUNTED
        return Score("not measured", absent=True, why=why)
    if keys.get("tokens_per_correct_task") == "infinite":
        return Score("infinite", absent=True, why="tokens were spent and nothing was solved")
    value = number(keys, "tokens_per_correct_task")
    if value is None:
        return Score("not measured", absent=True, why=_UNCOUNTED)
    return Score(figure("tokens_per_correct", value), absent=False)


def _breakdown(result: AxisResult, methodology: str) -> Breakdown:
    value, keys = result.value, result.keys
    return Breakdown(
        axis=result.axis,
        name=AXIS_NAMES.get(result.axis, result.axis),
        methodology=methodology,
        score=score_of(result.axis, value),
        worked=worked(result.axis, methodology, keys),
        document=pretty(keys) if keys else "",
        evidence=value.evidence if isinstance(value, Measured) else (),
    )
