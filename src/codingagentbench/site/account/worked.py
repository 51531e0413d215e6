"""The methodology page's numbers, computed by the scoring and statistics functions when the page is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codingagentbench.scoring.definitions import AxisDefinition, Example, axis_definition
from codingagentbench.scoring.worked import worked
from codingagentbench.site import formats
from codingagentbench.stats import pass_at_k, pass_pow_k, wilson


@dataclass(frozen=True, slots=True)
class Shown:
    """A worked example in words: `inputs` as `name 3, other 4`, and what comes out."""

    inputs: str
    value: str


@dataclass(frozen=True, slots=True)
class Case:
    """One made-up cell under both methodologies."""

    name: str
    facts: str
    new: float
    old: float


def shown(definition: AxisDefinition) -> Shown | None:
    """The definition's own example with its value computed anew; None for what is measured as it is."""
    example = definition.example
    if example is None:
        return None
    value = worked(definition.name, definition.methodology, example.inputs)
    inputs = ", ".join(f"{name} = {_written(given)}" for name, given in example.inputs.items())
    return Shown(inputs, _digits(value))


def _written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def _digits(value: float) -> str:
    if value.is_integer() and abs(value) >= 2:
        return formats.whole(value)
    return f"{value:.4f}".rstrip("0").rstrip(".")


def steps(methodology: str) -> list[tuple[AxisDefinition, str]]:
    """The composite's example part by part: each factor's definition and value, the composite last."""
    whole = axis_definition("composite", methodology)
    parts = [axis_definition(name, methodology) for name in whole.where]
    inputs = _example(whole).inputs
    return [(part, _digits(worked(part.name, methodology, _of(part, inputs)))) for part in (*parts, whole)]


def _of(part: AxisDefinition, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inputs[name] for name in part.inputs}


def _example(definition: AxisDefinition) -> Example:
    if definition.example is None:
        raise AssertionError(f"{definition.name} has a formula and no example")
    return definition.example


_CASES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "solves the task",
        "20,000 tokens, 60 s, nothing else touched",
        {"solved": 1, "tokens": 20_000, "ms": 60_000},
    ),
    (
        "solves it, and changes three other files of four",
        "20,000 tokens, 60 s, blast radius 0.75",
        {"solved": 1, "tokens": 20_000, "ms": 60_000, "blast": 0.75},
    ),
    (
        "passes by editing the tests",
        "20,000 tokens, 60 s, nothing else touched",
        {"solved": 1, "clean": 0, "tokens": 20_000, "ms": 60_000},
    ),
    ("tries honestly and fails", "20,000 tokens, 60 s, nothing else touched", {"tokens": 20_000, "ms": 60_000}),
    ("does nothing at all", "no tokens, 2 s, nothing touched", {"tokens": 0, "ms": 2_000}),
)


def cases() -> list[Case]:
    """The same five cells under both: where the two part."""
    return [Case(name, facts, _new(made), _old(made)) for name, facts, made in _CASES]


def _new(made: Mapping[str, Any]) -> float:
    inputs = {
        "integrity": made.get("clean", 1),
        "solved": made.get("solved", 0),
        "total_tokens": made["tokens"],
        "active_ms": made["ms"],
        "blast_radius": made.get("blast", 0),
        "instructions": 1,
    }
    return worked("composite", "1.0", inputs)


def _old(made: Mapping[str, Any]) -> float:
    """As published: tokens were not counted, and integrity is given to every ordinary task."""
    inputs = {
        "passed": made.get("solved", 0),
        "integrity": 1,
        "tokens_per_correct_task": 0,
        "wall_clock_ms": made["ms"],
        "blast_radius": made.get("blast", 0),
        "refusal_expected": 0,
        "refusal_produced": 0,
    }
    return worked("composite", "0.1", inputs)


def statistics() -> list[tuple[str, str, str]]:
    """Term, question and answer of small examples."""
    few, many = wilson(15, 20), wilson(150, 200)
    return [
        ("Wilson interval", "15 of 20 tasks solved", f"0.750, 95 % interval {few[0]:.3f} to {few[1]:.3f}"),
        ("Wilson interval", "150 of 200 tasks solved", f"0.750, 95 % interval {many[0]:.3f} to {many[1]:.3f}"),
        ("pass@k", "2 of 5 runs solve a task: at least one of 3 does", f"{pass_at_k(5, 2, 3):.3f}"),
        ("pass^k", "4 of 5 runs solve a task: all of 3 do", f"{pass_pow_k(5, 4, 3):.3f}"),
    ]
