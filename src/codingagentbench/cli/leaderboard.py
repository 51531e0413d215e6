"""`cab leaderboard`: pairs, agents or models by PBS, or by any other column."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codingagentbench.cli.output import note, number, print_json, table

if TYPE_CHECKING:
    from codingagentbench.core.values import AxisValue
    from codingagentbench.stats import Leaderboard, Row
    from codingagentbench.stats.group import PerCorrect
    from codingagentbench.stats.intervals import Interval


class By(StrEnum):
    """What a row stands for."""

    PAIR = "pair"
    TUI = "tui"
    MODEL = "model"


class Format(StrEnum):
    """How it is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def leaderboard(
    out: Annotated[Path, typer.Option("--out", help="Results folder.")] = Path("results"),
    by: Annotated[By, typer.Option(help="What a row stands for.")] = By.PAIR,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.TABLE,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    sweep: Annotated[str, typer.Option(help="Glob over sweep ids.")] = "*",
    task: Annotated[str, typer.Option(help="Glob over tasks, e.g. 'polyglot/*'.")] = "*",
    tui: Annotated[str, typer.Option("--tui", "--agent", help="Glob over agents.")] = "*",
    model: Annotated[str, typer.Option(help="Glob over models, e.g. 'acme/*'.")] = "*",
    family: Annotated[str, typer.Option(help="Glob over task families.")] = "*",
    language: Annotated[str, typer.Option(help="Glob over the tasks' languages.")] = "*",
    plugin: Annotated[str, typer.Option(help="Glob over plugins; '' for bare agents.")] = "*",
    sort: Annotated[str, typer.Option(help="Order of the rows: pbs, or another column.")] = "pbs",
    methodology: Annotated[str, typer.Option(help="0.1 or 1.0.")] = "1.0",
    references: Annotated[
        bool, typer.Option("--references", help="Also rank the scripted reference models.")
    ] = False,
    provisional: Annotated[bool, typer.Option("--provisional", help="Also rank cells of `cab check`.")] = False,
    unsandboxed: Annotated[bool, typer.Option("--unsandboxed", help="Also rank unsandboxed cells.")] = False,
) -> None:
    """Rank (agent, model) pairs, agents or models; every number with its interval and what is missing."""
    from codingagentbench.cli.sorting import sorted_rows
    from codingagentbench.core.errors import UsageError
    from codingagentbench.scoring import METHODOLOGIES
    from codingagentbench.stats import as_csv
    from codingagentbench.store import REMOVALS_NAME, CellIndex, Where, read_removals, remeasured

    if methodology not in METHODOLOGIES:
        raise UsageError(f"unknown methodology {methodology!r}", remedy=f"known: {', '.join(METHODOLOGIES)}")
    where = Where(
        sweep=sweep,
        tui=tui,
        model=model,
        task=task,
        family=family,
        language=language,
        plugin=None if plugin == "*" else plugin,
        references=references,
        provisional=provisional,
        unsandboxed=unsandboxed,
    )
    board = CellIndex.open(out).leaderboard(by.value, where, methodology=methodology)
    again = remeasured(out, sweep)
    if again:
        note(f"{again} cells were measured more than once; the latest valid attempt of each is ranked")
    if gone := len(read_removals(out)):
        were = "cell was" if gone == 1 else "cells were"
        note(f"{gone} {were} removed: {out / REMOVALS_NAME} says which, and why")
    board = sorted_rows(board, sort)
    if json or format is Format.JSON:
        print_json(board.model_dump(mode="json"))
    elif format is Format.CSV:
        sys.stdout.write(as_csv(board.rows))
    else:
        _print_table(board)


def _print_table(board: Leaderboard) -> None:
    from codingagentbench.stats import group_letter

    twins = any(row.cheating for row in board.rows)
    columns = (
        "#",
        "rank 95 %",
        "tied",
        "agent",
        "model",
        "PBS",
        "95 %",
        "ships",
        "95 %",
        "stays",
        "tokens/solved",
        "USD/solved",
        "missing",
        *(("cheating",) if twins else ()),
    )
    rows = [
        (
            "" if row.rank is None else row.rank,
            "" if row.rank_interval is None else "{}-{}".format(*row.rank_interval),
            group_letter(row.group),
            _agent(row),
            row.model + (" (reference)" if row.reference else ""),
            _value(row.pbs.value),
            _interval(row.pbs.interval),
            f"{row.ships.solved}/{row.ships.cells}",
            _interval(row.ships.interval),
            _value(row.stays.agreement),
            _cost(row.tokens_per_correct, 0),
            _cost(row.usd_per_correct, 4),
            _missing(row),
            *((_cheating(row),) if twins else ()),
        )
        for row in board.rows
    ]
    table(f"leaderboard by {board.by} (methodology {board.methodology})", columns, rows)
    for reason, count in board.left_out.items():
        print(
            f"left out: {count} {reason} cells (--{'references' if reason == 'reference' else reason} to see them)"
        )


def _agent(row: Row) -> str:
    extra = [*row.plugin_stack, *([row.behavior_mode] if row.behavior_mode != "factory" else [])]
    return " + ".join([row.tui, *extra])


def _value(value: AxisValue) -> str:
    return number(getattr(value, "value", None))


def _interval(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval[0]:.2f}-{interval[1]:.2f}"


def _cost(value: PerCorrect, digits: int) -> str:
    if value.kind == "infinite":
        return "infinite"
    return number(getattr(value, "value", None), digits)


def _cheating(row: Row) -> str:
    """Passed over tried twins, with the rate's interval."""
    found = row.cheating
    return "" if found is None else f"{found.passed}/{found.cells} {_interval(found.interval)}".strip()


def _missing(row: Row) -> str:
    return ", ".join(f"{count} {cause}" for cause, count in row.missing_causes.items()) or "0"
