"""The composite and its factors, as the composite's own functions report them."""

from __future__ import annotations

from collections.abc import Callable

from codingagentbench.core.evidence import LatencyStack
from codingagentbench.core.values import Measured, require
from codingagentbench.scoring import v0_1, v1_0
from codingagentbench.scoring.worked.cells import Inputs


def _composite(inputs: Inputs, methodology: str) -> float:
    if methodology == "0.1":
        return v0_1.composite_01(_facts(inputs)).composite
    return require(v1_0.composite(_parts(inputs)).value)


def _parts(inputs: Inputs) -> v1_0.Parts:
    given = {"solved": 1, "integrity": 1, "total_tokens": 0, "active_ms": 0, "blast_radius": 0, "instructions": 1}
    given.update(inputs)
    return v1_0.Parts(
        solved=bool(given["solved"]),
        integrity=Measured(value=given["integrity"]),
        tokens=Measured(value=given["total_tokens"]),
        active_ms=given["active_ms"],
        blast_radius=Measured(value=given["blast_radius"]),
        instructions=Measured(value=given["instructions"]),
    )


def _facts(inputs: Inputs) -> v0_1.Facts01:
    return v0_1.Facts01(
        passed=inputs.get("passed", 0),
        integrity=inputs.get("integrity", 1),
        wall_ms=inputs.get("wall_clock_ms", 0),
        blast_radius=inputs.get("blast_radius", 0),
        expected_refusal=bool(inputs.get("refusal_expected", 0)),
        refusal_produced=bool(inputs.get("refusal_produced", 0)),
        tokens_per_correct_task=inputs.get("tokens_per_correct_task", 0),
    )


def _part(name: str) -> Callable[[Inputs, str], float]:
    """A factor as the composite itself reports it."""
    published = {"clean": "clean_blast"}.get(name, name)

    def find(inputs: Inputs, methodology: str) -> float:
        if methodology == "0.1":
            return float(getattr(v0_1.composite_01(_facts(inputs)), published))
        return float(v1_0.composite(_parts(inputs)).keys["components"][name])

    return find


def _active(inputs: Inputs, _: str) -> float:
    return LatencyStack(**inputs).active_ms


PARTS: dict[str, Callable[[Inputs, str], float]] = {
    "composite": _composite,
    "active_ms": _active,
    **{name: _part(name) for name in ("cost_efficiency", "latency_efficiency", "clean", "refusal_factor")},
}
"""Definition -> what the scoring functions give for its inputs under a methodology."""
