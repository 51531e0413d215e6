"""`cab compare`: two pairs on their common tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codingagentbench.cli.output import Json, line, number, print_json, table

if TYPE_CHECKING:
    from codingagentbench.core.values import AxisValue
    from codingagentbench.stats import Needed, PairComparison, Side
    from codingagentbench.store import CellLine

_LISTED = 20


def compare(
    a: Annotated[str, typer.Argument(help="The pair that changes are counted from: tui:vendor/model.")],
    b: Annotated[str, typer.Argument(help="The other pair: tui:vendor/model.")],
    out: Annotated[Path, typer.Option("--out", help="Results folder.")] = Path("results"),
    sweep: Annotated[str, typer.Option(help="Glob over sweep ids.")] = "*",
    task: Annotated[str, typer.Option(help="Glob over tasks, e.g. 'polyglot/*'.")] = "*",
    plugin: Annotated[str, typer.Option(help="Glob over plugins; '' for bare agents, '*' for any stack.")] = "",
    mode: Annotated[str, typer.Option(help="Behaviour mode.")] = "factory",
    methodology: Annotated[str, typer.Option(help="0.1 or 1.0.")] = "1.0",
    json: Json = False,
) -> None:
    """Compare two pairs task by task: regressions first, exact tests, and how much more would have to be run."""
    from codingagentbench.core.errors import UsageError
    from codingagentbench.scoring import METHODOLOGIES
    from codingagentbench.stats import compare_pairs
    from codingagentbench.store import CellIndex, Where

    if methodology not in METHODOLOGIES:
        raise UsageError(f"unknown methodology {methodology!r}", remedy=f"known: {', '.join(METHODOLOGIES)}")
    where = Where(
        sweep=sweep,
        task=task,
        plugin=None if plugin == "*" else plugin,
        planned_only=True,
        provisional=False,
        unsandboxed=False,
    )
    lines = [found for found in CellIndex.open(out).lines(where) if found.behavior_mode == mode]
    found = compare_pairs(_of_pair(lines, a, out), _of_pair(lines, b, out), methodology)
    if json:
        print_json({"a": a, "b": b, **found.model_dump(mode="json")})
    else:
        _print(a, b, found)


def _of_pair(lines: Iterable[CellLine], pair: str, out: Path) -> list[CellLine]:
    """Lines of `tui:vendor/model` or `tui/vendor/model`.

    Raises:
        UsageError: there are none; says which pairs there are.
    """
    from codingagentbench.core.errors import UsageError

    by_name: dict[str, list[CellLine]] = {}
    for found in lines:
        by_name.setdefault(f"{found.tui}/{found.model}", []).append(found)
    wanted = pair.replace(":", "/", 1) if ":" in pair.split("/", 1)[0] else pair
    if wanted in by_name:
        return by_name[wanted]
    there = [name.replace("/", ":", 1) for name in sorted(by_name)]
    more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
    known = ", ".join(there[:_LISTED]) + more if there else "none with these options"
    raise UsageError(f"no cell of a pair {pair!r}", where=str(out), remedy=f"pairs with cells: {known}")


def _print(a: str, b: str, found: PairComparison) -> None:
    rows = [
        (
            task.task,
            _share(task.a),
            _share(task.b),
            _number(task.a.composite),
            _number(task.b.composite),
            _signed(task.delta),
            _which(task.delta),
        )
        for task in found.tasks
    ]
    columns = ("task", "a solved", "b solved", "a composite", "b composite", "b - a", "")
    table(f"a = {a}, b = {b} (methodology {found.methodology})", columns, rows)
    for text in (*_totals(found), *_alone(found)):
        print(line(text))


def _totals(found: PairComparison) -> list[str]:
    pbs, verdicts = found.pbs, found.verdicts
    totals = [
        f"verdicts: a better on {verdicts.a_only}, b better on {verdicts.b_only} of {verdicts.tasks} tasks with "
        f"valid runs of both; exact McNemar p = {verdicts.p:.3g}"
    ]
    if pbs.interval is None or pbs.p is None:
        totals.append(f"PBS: {getattr(pbs.value, 'why', 'not measured')}")
    else:
        low, high = pbs.interval
        totals.append(
            f"PBS on {pbs.tasks} tasks: a {_number(pbs.a)}, b {_number(pbs.b)}; b - a = {_signed(pbs.value)}, "
            f"95 % {low:+.3f} to {high:+.3f}, p = {pbs.p:.3g}"
        )
    better = "neither is shown to be better" if found.better == "neither" else f"{found.better} is better"
    return [*totals, f"at 5 %: {better}", _needed(found.needed)]


def _needed(needed: Needed) -> str:
    parts = [
        *([f"{needed.tasks} tasks with as many runs of each"] if needed.tasks is not None else []),
        *([f"{needed.runs_per_task} runs of each of these tasks"] if needed.runs_per_task is not None else []),
    ]
    told = f"to tell a difference of this size: {' or '.join(parts)}" if parts else "to tell the two apart"
    return f"{told} ({needed.why})" if needed.why else f"{told} (80 % power)"


def _alone(found: PairComparison) -> list[str]:
    sides = (("a", found.only_a), ("b", found.only_b))
    return [f"only {name} has: {_short(tasks)}" for name, tasks in sides if tasks]


def _short(tasks: Sequence[str]) -> str:
    more = f" and {len(tasks) - _LISTED} more" if len(tasks) > _LISTED else ""
    return ", ".join(tasks[:_LISTED]) + more


def _share(side: Side) -> str:
    missing = f", {side.missing} missing" if side.missing else ""
    return f"{side.solved}/{side.valid}{missing}"


def _number(value: AxisValue) -> str:
    return number(getattr(value, "value", None))


def _signed(value: AxisValue) -> str:
    found = getattr(value, "value", None)
    return "-" if found is None else f"{found:+.3f}"


def _which(value: AxisValue) -> str:
    found = getattr(value, "value", None)
    if found is None:
        return "not measured"
    return "regression" if found < 0 else "improvement" if found > 0 else ""
