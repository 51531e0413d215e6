"""Two cells side by side in a terminal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codingagentbench.cli.card import shown
from codingagentbench.cli.output import line, table

if TYPE_CHECKING:
    from codingagentbench.core.values import AxisValue
    from codingagentbench.site.compare.cells import CellComparison
    from codingagentbench.store import CellLine

_SHOWN_DIFF = 40


def find_line(out: Path, cell_id: str) -> CellLine:
    """The cell of an id: its latest valid attempt, else its latest.

    Raises:
        UsageError: no such cell.
    """
    from codingagentbench.store import load_attempts
    from codingagentbench.store.line import line_of

    attempts = load_attempts(out, cell_id)
    return line_of(next((one for one in reversed(attempts) if one.measured), attempts[-1]), len(attempts))


def print_diff(found: CellComparison) -> None:
    """What differs: identity, axes, checks, patches and steps."""
    one, other = found.one, found.other
    print(line(f"A  {one.cell_id}  {one.outcome.value}"))
    print(line(f"B  {other.cell_id}  {other.outcome.value}"))
    for name in found.unreadable:
        print(f"the evidence of {name} cannot be read: what rests on it is not compared")
    differing = [(fact.name, fact.one, fact.other) for fact in found.facts if fact.differs]
    table("what differs between them", ("field", "A", "B"), differing)
    axes = [
        (axis.name, _value(axis.one), _value(axis.other), "" if axis.delta is None else f"{axis.delta:+.3f}")
        for axis in found.axes
    ]
    table("axes", ("axis", "A", "B", "B - A"), axes)
    _print_checks(found)
    _print_patches(found)
    _print_steps(found)


def as_json(found: CellComparison) -> dict[str, Any]:
    """The whole comparison as one document."""
    parts = {name: getattr(found, name) for name in ("checks", "patches", "traces")}
    return {
        "a": found.one.cell_id,
        "b": found.other.cell_id,
        "outcomes": [found.one.outcome.value, found.other.outcome.value],
        "facts": [asdict(fact) for fact in found.facts if fact.differs],
        "axes": [
            {
                "axis": axis.name,
                "a": axis.one.model_dump() if axis.one else None,
                "b": axis.other.model_dump() if axis.other else None,
                "delta": axis.delta,
            }
            for axis in found.axes
        ],
        "unreadable": found.unreadable,
        **{name: None if part is None else asdict(part) for name, part in parts.items()},
    }


def _value(value: AxisValue | None) -> str:
    return "not scored" if value is None else shown(value)


def _print_checks(found: CellComparison) -> None:
    checks = found.checks
    if checks is None or checks.none:
        print("hidden checks: not compared")
        return
    print(
        f"hidden checks: {checks.both_pass} pass with both, {checks.both_fail} with neither, "
        f"{checks.regressions} with A only, {checks.gains} with B only"
    )
    if checks.differ:
        rows = [(check.id, check.kind, check.one, check.other) for check in checks.differ]
        table("checks that differ, regressions first", ("check", "kind", "A", "B"), rows)


def _print_patches(found: CellComparison) -> None:
    if found.patches is None:
        print("patches: not compared")
        return
    for file in found.patches.files:
        print(line(f"{file.status}: {file.path}"))
        if file.status == "different":
            for diff in file.lines[:_SHOWN_DIFF]:
                print(line(f"    {diff.text}"))
            if file.cut or len(file.lines) > _SHOWN_DIFF:
                print("    ... (the rest is left out)")


def _print_steps(found: CellComparison) -> None:
    if found.traces is None:
        print("steps: not compared")
        return
    rows = []
    for pair in found.traces.pairs:
        step = pair.one or pair.other
        if step is not None:
            times = ["" if side is None else f"{side.start:.0f}" for side in (pair.one, pair.other)]
            who = {"same": "both", "only A": "A", "only B": "B"}[pair.mark]
            rows.append((who, step.kind, f"{step.name} {step.short}"[:100], *times))
    table("steps", ("who", "kind", "step", "A at ms", "B at ms"), rows, numeric=("A at ms", "B at ms"))
