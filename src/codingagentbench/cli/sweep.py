"""`cab sweep`: a declared matrix of cells; running it again resumes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codingagentbench.cli.output import Json, console, note, print_json, table
from codingagentbench.cli.run import Endpoint, KeyEnv, make_options

if TYPE_CHECKING:
    from codingagentbench.core.spec import Limits
    from codingagentbench.plugins import Plugin
    from codingagentbench.store import Counts
    from codingagentbench.sweep import SweepFile

app = typer.Typer(help="Sweeps: plan, run (and resume), status.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="The sweep's TOML file (docs/sweeps.md).")]
Out = Annotated[Path, typer.Option("--out", help="Results folder.")]


@app.command("run")
def run(
    file: File,
    out: Out = Path("results"),
    jobs: Annotated[int | None, typer.Option(min=1, help="Cells at a time (default: the CPU cores).")] = None,
    executor: Annotated[str, typer.Option(help="local; others come later.")] = "local",
    endpoint: Endpoint = None,
    key_env: KeyEnv = "CAB_KEY",
    retry_missing: Annotated[
        bool, typer.Option("--retry-missing", help="Try cells again that ended invalid.")
    ] = False,
    json: Json = False,
) -> None:
    """Run every cell that has no measurement yet. Stop it at any moment; the same command goes on."""
    from codingagentbench.core.errors import Interrupted, UsageError
    from codingagentbench.provenance import owner_alive
    from codingagentbench.runner.tidy import tidy
    from codingagentbench.store import Ledger, ledger_path
    from codingagentbench.sweep import prepare, run_sweep

    if executor != "local":
        raise UsageError(f"there is no executor {executor!r}", where="--executor", remedy="use local")
    sweep, plugins = _load(file)
    planned = prepare(out, sweep, *_known(sweep))
    options = make_options(endpoint, key_env, plugins=plugins)
    _preflight(out, sweep.sweep_id, options)
    if retry_missing:
        with Ledger(ledger_path(out, sweep.sweep_id), alive=owner_alive) as ledger:
            ledger.retry_missing()
    tidy()
    try:
        with _progress(quiet=json) as on_progress:
            result = run_sweep(
                out,
                sweep.sweep_id,
                "codingagentbench.runner.cell:run_cell",
                jobs=jobs or os.cpu_count() or 1,
                options=options,
                retry=planned.retry,
                on_progress=on_progress,
            )
    finally:
        tidy()
    if json:
        print_json({"sweep_id": result.sweep_id, "wall_s": result.wall_s, **_counts(result.counts)})
    else:
        _summary(result.counts)
    if result.interrupted:
        raise Interrupted("stopped", where=sweep.sweep_id, remedy="run the same command again: it goes on")


@app.command("status")
def status(
    sweep: Annotated[str, typer.Argument(help="Sweep id.")], out: Out = Path("results"), json: Json = False
) -> None:
    """How a sweep stands: cells by state and outcome, per pair, spend and forecast."""
    from dataclasses import asdict

    from codingagentbench.core.errors import StoreError
    from codingagentbench.store import ledger_path
    from codingagentbench.sweep import sweep_status

    if not ledger_path(out, sweep).exists():
        raise StoreError(f"there is no sweep {sweep!r}", where=str(out), remedy="`cab sweep run FILE` makes one")
    found = sweep_status(out, sweep)
    if json:
        pairs = [
            {"tui": pair.tui, "model": pair.model, "states": dict(pair.states), "solved": pair.solved}
            for pair in found.pairs
        ]
        spending = asdict(found.spending)
        print_json(
            {
                "sweep_id": sweep,
                **_counts(found.counts),
                "pairs": pairs,
                "spending": spending,
                "eta_s": found.eta_s,
            }
        )
        return
    _summary(found.counts)
    rows = [
        (pair.tui, pair.model, sum(pair.states.values()), pair.states["done"], pair.solved, pair.states["missing"])
        for pair in found.pairs
    ]
    columns = ("agent", "model", "cells", "done", "solved", "missing")
    table("", columns, rows, numeric=columns[2:])
    spent = found.spending
    usd = "" if spent.usd is None else f", {spent.usd:.4f} USD"
    print(f"{spent.attempts} attempts, {spent.tokens} tokens{usd}, {spent.wall_s:.0f} s of cells")
    if found.eta_s is not None:
        print(f"about {found.eta_s:.0f} s to go")


@app.command("plan")
def plan(file: File, out: Out = Path("results"), json: Json = False) -> None:
    """What running a file would do: cells in all, new, done, and what changed. Writes nothing."""
    from dataclasses import asdict

    from codingagentbench.sweep import preview

    sweep, _ = _load(file)
    found = preview(out, sweep, *_known(sweep))
    if json:
        print_json(asdict(found))
        return
    rows = [(name, value) for name, value in asdict(found).items() if name != "changes"]
    table("", ("", found.sweep_id), rows[1:])
    for change in found.changes:
        note(change)


def _known(sweep: SweepFile) -> tuple[tuple[str, ...], dict[str, Limits]]:
    """Agents and tasks; the impossible twins too where the definition asks for them."""
    from codingagentbench.agents import agent_names
    from codingagentbench.core.task import is_twin, twin_id
    from codingagentbench.tasks import list_tasks, twin_choices

    tasks, matrix = list_tasks(), sweep.definition.sweep
    limits = {task.id: task.limits for task in tasks}
    named = (*matrix.tasks, *(extra.task for extra in sweep.definition.include))
    if matrix.twins or any(map(is_twin, named)):
        limits |= {twin_id(task.id): task.limits for task in tasks if twin_choices(task)}
    return agent_names(), limits


def _load(path: Path) -> tuple[SweepFile, dict[str, Plugin]]:
    """The definition, with plugins named by content instead of by file."""
    from dataclasses import replace

    from codingagentbench.plugins import load_plugin
    from codingagentbench.sweep import load_sweep

    sweep = load_sweep(path)
    definition = sweep.definition
    stacks = (*definition.sweep.plugin_stacks, *(extra.plugin_stack for extra in definition.include))
    plugins = {name: load_plugin(name) for name in {name for stack in stacks for name in stack}}
    if not plugins:
        return sweep, {}

    def named(stack: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(plugins[name].reference for name in stack)

    matrix = definition.sweep.model_copy(
        update={"plugin_stacks": tuple(map(named, definition.sweep.plugin_stacks))}
    )
    include = tuple(
        extra.model_copy(update={"plugin_stack": named(extra.plugin_stack)}) for extra in definition.include
    )
    renamed = definition.model_copy(update={"sweep": matrix, "include": include})
    return replace(sweep, definition=renamed), {plugin.reference: plugin for plugin in plugins.values()}


def _preflight(out: Path, sweep_id: str, options: Any) -> None:
    """Say what is missing (agent, toolchain, endpoint) before the first cell, not in the middle."""
    from codingagentbench.store import LedgerReader, ledger_path

    with LedgerReader(ledger_path(out, sweep_id)) as ledger:
        if not ledger.has_open_cells():
            return
        from codingagentbench.runner.parts import gather  # not for a resume with nothing left: it takes a while

        cells = ledger.cells(state="todo")
    seen = {(cell.spec.tui, cell.spec.model, cell.spec.task, cell.spec.sandbox): cell.spec for cell in cells}
    for spec in seen.values():
        gather(spec, options)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Any]:
    """A progress bar on a terminal; a line whenever a tenth is done elsewhere; nothing with --json."""
    if quiet:
        yield None
        return
    if not console().is_terminal:
        yield _Lines()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console()) as bars:
        whole = bars.add_task("cells")

        def show(counts: Counts) -> None:
            bars.update(whole, completed=counts.finished, total=counts.total, description=_line(counts))

        yield show


class _Lines:
    """Progress for a log: one line a tenth."""

    def __init__(self) -> None:
        self._last = -1

    def __call__(self, counts: Counts) -> None:
        tenth = counts.finished * 10 // max(1, counts.total)
        if tenth != self._last:
            self._last = tenth
            note(f"{counts.finished}/{counts.total} cells: {_line(counts)}")


def _line(counts: Counts) -> str:
    said = [f"{number} {outcome}" for outcome, number in sorted(counts.outcomes.items()) if number]
    return ", ".join([*said, f"{counts.leased} running"] if counts.leased else said) or "starting"


def _counts(counts: Counts) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(counts), "total": counts.total, "finished": counts.finished}


def _summary(counts: Counts) -> None:
    print(f"{counts.finished} of {counts.total} cells finished: {_line(counts)}")
    for cause, number in sorted(counts.causes.items()):
        print(f"  {number} without a measurement: {cause}")
