"""The methodologies by version, and scoring one cell's evidence under one of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from codingagentbench.core.errors import UsageError
from codingagentbench.core.evidence import Evidence
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.record import AXES, AxisResult, ScoreCard
from codingagentbench.core.values import Measured, NotMeasured
from codingagentbench.scoring import v0_1, v1_0
from codingagentbench.scoring.axes import (
    blast_radius,
    cost,
    instructions,
    integrity,
    latency,
    partial_score,
    pass_rate,
    refusal,
    tokens,
)
from codingagentbench.scoring.outcome import decide_outcome, is_solved

Axes = dict[str, AxisResult]


def _shared_axes(evidence: Evidence) -> Axes:
    """Axes that both methodologies read alike."""
    scorers = (pass_rate, partial_score, tokens, cost, latency, refusal, instructions)
    return {result.axis: result for result in (scorer.score(evidence) for scorer in scorers)}


def _axes_10(evidence: Evidence) -> Axes:
    axes = {
        **_shared_axes(evidence),
        "blast_radius": blast_radius.score(evidence),
        "integrity": integrity.score(evidence),
    }
    axes["composite"] = v1_0.composite(
        v1_0.Parts(
            solved=is_solved(evidence),
            integrity=axes["integrity"].value,
            tokens=axes["tokens"].value,
            active_ms=evidence.latency.active_ms,
            blast_radius=axes["blast_radius"].value,
            instructions=axes["instructions"].value,
        )
    )
    return axes


def _axes_01(evidence: Evidence) -> Axes:
    axes = {
        **_shared_axes(evidence),
        "blast_radius": blast_radius.score(evidence, litter_counts=True),
        "integrity": integrity.score_01(evidence),
    }
    axes["composite"] = _composite_01(axes)
    return axes


def _composite_01(axes: Axes) -> AxisResult:
    facts = _facts_01(axes)
    if facts is None:
        return AxisResult(axis="composite", value=NotMeasured(why="an axis it needs was not measured"))
    found = v0_1.composite_01(facts)
    components: dict[str, Any] = {
        "pass_rate": facts.passed,
        "integrity": facts.integrity,
        "blast_radius": facts.blast_radius,
        "tokens_per_correct_task": axes["tokens"].keys["tokens_per_correct_task"],
        "wall_clock_ms": facts.wall_ms,
        "expected_refusal": facts.expected_refusal,
        "refusal_produced": facts.refusal_produced,
        "cost_efficiency": found.cost_efficiency,
        "latency_efficiency": found.latency_efficiency,
        "clean_blast": found.clean_blast,
        "refusal_factor": found.refusal_factor,
        "assumed": list(found.assumed),
    }
    keys = {"composite": found.composite, "weights": v0_1.WEIGHTS, "components": components, "note": v0_1.NOTE}
    return AxisResult(axis="composite", value=Measured(value=found.composite, unit="score"), keys=keys)


def _facts_01(axes: Axes) -> v0_1.Facts01 | None:
    """The formula's input, None unless every part was measured. 0.1 took unmeasured tokens for none; we do not."""
    needed = ("pass_rate", "latency", "blast_radius", "tokens")
    if not all(isinstance(axes[name].value, Measured) for name in needed):
        return None
    told = axes["refusal"].keys
    return v0_1.Facts01(
        passed=axes["pass_rate"].keys["pass"],
        integrity=axes["integrity"].keys["integrity"],
        wall_ms=axes["latency"].keys["wall_clock_ms"],
        blast_radius=axes["blast_radius"].keys["blast_radius"],
        expected_refusal=told["expected_refusal"],
        refusal_produced=told["refusal_produced"],
        tokens_per_correct_task=_tokens_per_correct_01(axes["tokens"].keys),
    )


def _tokens_per_correct_01(keys: dict[str, Any]) -> float:
    """0 when no tokens were used, as published even with no pass; else infinite with no pass."""
    total, passes = float(keys["total_tokens"]), keys["pass_used_for_division"]
    if not total:
        return 0.0
    return total / passes if passes else math.inf


METHODOLOGIES: dict[str, Callable[[Evidence], Axes]] = {"0.1": _axes_01, "1.0": _axes_10}
"""Version -> all axes of a valid cell."""


def score(evidence: Evidence, version: str) -> ScoreCard:
    """The score card of one cell under one methodology; no axis is filled for an invalid cell.

    Raises:
        UsageError: there is no such methodology.
    """
    try:
        axes_of = METHODOLOGIES[version]
    except KeyError:
        known = ", ".join(METHODOLOGIES)
        raise UsageError(f"unknown methodology {version!r}", remedy=f"choose one of: {known}") from None
    if (evidence.outcome or decide_outcome(evidence).outcome) is Outcome.INVALID:
        return ScoreCard(methodology=version, axes={})
    axes = axes_of(evidence)
    return ScoreCard(methodology=version, axes={name: axes[name] for name in AXES})
