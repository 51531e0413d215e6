"""`python benchmarks/run.py [PART] [--quick]`: the harness's own cost, as Markdown tables.

What is measured, the aims and the results so far: `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import floor
import machine
from cells import CellCost, run_cells
from measure import CAB, Used, run
from resume import run_resume
from rich import box
from rich.console import Console
from rich.table import Table
from verification import overheads

_CONSOLE = Console(highlight=False, width=160)
_DISK = Path(tempfile.gettempdir())
_MEMORY = machine.SHARED_MEMORY if machine.SHARED_MEMORY.is_dir() else _DISK


def main() -> None:
    """Print the machine, then what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=("all", *_PARTS, "viewers"))
    parser.add_argument(
        "--inspect", metavar="PYTHON", help="viewers: a Python with inspect-ai beside its `inspect`"
    )
    parser.add_argument(
        "--harbor", metavar="PYTHON", help="viewers: the same with harbor; may be `chroot ROOT PYTHON`"
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the cells and of the repetitions")
    chosen = parser.parse_args()
    _table(("machine", ""), machine.facts())
    for name, part in _PARTS.items():
        if chosen.what in (name, "all"):
            part(10 if chosen.quick else 1)
    if chosen.what == "viewers":
        _viewers(chosen.inspect, chosen.harbor, 10 if chosen.quick else 1)


def _cells(divisor: int) -> None:
    """The first row is what a user gets."""
    count = 1000 // divisor
    rows = [
        _cell_row("--jobs 2", run_cells(count, 2)),
        _cell_row("--jobs 4", run_cells(count, 4)),
        _cell_row(f"--jobs 2, CAB_SCRATCH={_DISK}", run_cells(count, 2, _DISK)),
    ]
    columns = (
        "cells",
        "cells/s",
        "wall, median",
        "CPU harness",
        "as recorded",
        "CPU sandboxes",
        "CPU machine",
    )
    _table(columns, rows)


def _cell_row(name: str, found: CellCost) -> tuple[str, ...]:
    used, count = found.used, found.cells
    own = (used.cpu - used.inner) / count * 1000
    times = (found.wall, own, found.record_cpu, used.inner / count * 1000, used.machine / count * 1000)
    return (f"{count}, {name}", f"{count / used.wall:.0f}", *map(_ms, times))


def _floor(divisor: int) -> None:
    count = 1000 // divisor
    rows = []
    for threads, scratch in ((2, _MEMORY), (4, _MEMORY), (2, _DISK)):
        used = run([sys.executable, floor.__file__, count, threads, scratch])
        times = (used.cpu / count * 1000, used.machine / count * 1000)
        rows.append((f"{count}, {threads} threads, {scratch}", f"{count / used.wall:.0f}", *map(_ms, times)))
    _table(("bare script of the same steps", "cells/s", "CPU, sandboxes included", "CPU machine"), rows)


def _resume(divisor: int) -> None:
    cells = 10_000 // divisor
    _table(_TIMES, [_times(f"resume of {cells} finished cells", run_resume(cells, max(3, 10 // divisor)))])


def _help(divisor: int) -> None:
    _table(_TIMES, [_times("cab --help", [run([CAB, "--help"]) for _ in range(max(3, 20 // divisor))])])


def _verification(divisor: int) -> None:
    rows = [
        (name, str(len(times)), _ms(statistics.median(times)), _ms(min(times)))
        for name, times in overheads(max(3, 10 // divisor)).items()
    ]
    _table(("verification beside its test run", "times", "overhead, median", "best"), rows)


def _site(divisor: int) -> None:
    from pages import build_pages, first_paints

    rows = []
    for cells, options in ((20_000, ("--no-evidence",)), (2_000, ())):
        found = build_pages(cells // divisor, options)
        rows.append(
            (
                f"{found.cells} cells {' '.join(options)}",
                str(found.pages),
                str(found.files),
                f"{found.whole.wall:.1f} s",
                f"{found.pages / found.whole.wall:.0f}",
                f"{found.whole.cpu / found.pages * 1000:.1f} ms",
                f"{found.again.wall:.2f} s",
                str(found.again_files),
            )
        )
    columns = ("site of", "pages", "files", "wall", "pages/s", "CPU a page", "one more cell", "files made anew")
    _table(columns, rows)
    cells = 5000 // divisor
    paints = first_paints(cells)
    median, worst = statistics.median(paints.ms), max(paints.ms)
    columns = ("leaderboard of", "times", "first paint, median", "worst", "bytes of the page")
    _table(columns, [(f"{cells} cells", str(len(paints.ms)), _ms(median), _ms(worst), str(paints.size))])


def _serve(divisor: int) -> None:
    from load import row
    from pages import CLIENTS, serve_load

    rows = []
    pauses = (1.0, 0.0)
    for pause_s, load in zip(
        pauses, serve_load(100_000 // divisor, ("--jobs", "2", "--rate", "off"), pauses), strict=True
    ):
        name = f"{CLIENTS} clients, {'no pause' if not pause_s else f'{pause_s:.0f} s between requests'}"
        rows.append((*map(str, row(f"{name}: all, {load.rate:.0f}/s, {load.failures} failed", load.all)),))
        rows += [tuple(map(str, row(f"  {kind}", times))) for kind, times in sorted(load.latencies.items())]
    _table(("requests", "count", "median ms", "p95", "p99", "worst"), rows)


def _viewers(inspect_python: str | None, harbor_python: str | None, divisor: int) -> None:
    from load import Load, row
    from pages import CLIENTS, serve_load
    from viewers import harbor, inspect

    results = 5000 // divisor
    rows = []

    def add(name: str, clients: int, load: Load) -> None:
        for kind, times in sorted(load.latencies.items()):
            rows.append(tuple(map(str, row(f"{name}, {results} results, {clients} clients: {kind}", times))))
        rows.append((f"{name}: {load.rate:.0f} answers/s, {load.failures} failed", "", "", "", "", ""))

    for clients in (1, CLIENTS):
        if inspect_python:
            add("Inspect View", clients, inspect(inspect_python, results, clients))
        if harbor_python:
            add("Harbor's viewer", clients, harbor(harbor_python, results, clients))
        add("cab site serve", clients, serve_load(results, ("--rate", "off"), (0.0,), clients=clients)[0])
    _table(("requests", "count", "median ms", "p95", "p99", "worst"), rows)


_PARTS: dict[str, Callable[[int], None]] = {
    "cells": _cells,
    "floor": _floor,
    "resume": _resume,
    "help": _help,
    "verification": _verification,
    "site": _site,
    "serve": _serve,
}
_TIMES = ("whole process", "times", "wall, median", "best", "worst", "CPU, median")


def _times(name: str, found: Sequence[Used]) -> tuple[str, ...]:
    walls = [used.wall for used in found]
    cpu = statistics.median(used.cpu for used in found)
    seconds = (statistics.median(walls), min(walls), max(walls), cpu)
    return (name, str(len(found)), *(f"{one:.3f} s" for one in seconds))


def _ms(value: float) -> str:
    return f"{value:.1f} ms"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    drawn = Table(box=box.MARKDOWN)
    for number, column in enumerate(columns):
        drawn.add_column(column, justify="right" if number and len(columns) > 2 else "left", no_wrap=True)
    for row in rows:
        drawn.add_row(*row)
    _CONSOLE.print(drawn)


if __name__ == "__main__":
    main()
