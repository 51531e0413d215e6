"""`python benchmarks/run.py [cells|resume|help|floor|all] [--quick]`: the harness's own cost, as Markdown tables.

What is measured, the aims and the results so far: `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import statistics
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

_CONSOLE = Console(highlight=False, width=160)


def main() -> None:
    """Print the machine, then what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=("all", *_PARTS))
    parser.add_argument("--quick", action="store_true", help="a tenth of the cells and of the repetitions")
    chosen = parser.parse_args()
    _table(("machine", ""), machine.facts())
    for name, part in _PARTS.items():
        if chosen.what in (name, "all"):
            part(10 if chosen.quick else 1)


def _cells(divisor: int) -> None:
    rows = []
    for jobs, scratch in ((2, _memory()), (4, _memory()), (2, _disk())):
        found = run_cells(1000 // divisor, jobs, _disk(), scratch)
        rows.append(_cell_row(f"--jobs {jobs}, scratch in {scratch}", found))
    _table(
        ("cells", "cells/s", "wall a cell", "CPU harness", "of it in the cell", "CPU sandboxes", "CPU machine"), rows
    )


def _cell_row(name: str, found: CellCost) -> tuple[str, ...]:
    used = found.used
    return (
        f"{found.cells}, {name}",
        f"{found.cells / used.wall:.0f}",
        f"{found.wall:.1f} ms",
        *(
            f"{ms:.1f} ms"
            for ms in (
                (used.cpu - used.inner) / found.cells * 1000,
                found.record_cpu,
                used.inner / found.cells * 1000,
                used.machine / found.cells * 1000,
            )
        ),
    )


def _floor(divisor: int) -> None:
    rows = []
    for threads, scratch in ((2, _memory()), (4, _memory()), (2, _disk())):
        cells = 1000 // divisor
        used = run([_python(), floor.__file__, cells, threads, scratch])
        own = (f"{cells / used.wall:.0f}", f"{used.cpu / cells * 1000:.1f} ms", f"{used.machine / cells * 1000:.1f} ms")
        rows.append((f"{cells}, {threads} threads, scratch in {scratch}", *own))
    _table(("bare script of the same steps", "cells/s", "CPU, sandboxes included", "CPU machine"), rows)


def _resume(divisor: int) -> None:
    cells = 10_000 // divisor
    _table(_TIMES, [_times(f"resume of a finished sweep of {cells} cells", run_resume(cells, max(3, 10 // divisor)))])


def _help(divisor: int) -> None:
    _table(_TIMES, [_times("cab --help", [run([CAB, "--help"]) for _ in range(max(3, 20 // divisor))])])


_PARTS: dict[str, Callable[[int], None]] = {"cells": _cells, "floor": _floor, "resume": _resume, "help": _help}
_TIMES = ("whole process", "times", "wall, median", "best", "worst", "CPU, median")


def _times(name: str, found: Sequence[Used]) -> tuple[str, ...]:
    walls = [used.wall for used in found]
    cpu = statistics.median(used.cpu for used in found)
    seconds = (statistics.median(walls), min(walls), max(walls), cpu)
    return (name, str(len(found)), *(f"{one:.3f} s" for one in seconds))


def _memory() -> Path:
    """A folder in memory where there is one."""
    return machine.SHARED_MEMORY if machine.SHARED_MEMORY.is_dir() else _disk()


def _disk() -> Path:
    return Path(tempfile.gettempdir())


def _python() -> Path:
    return CAB.with_name("python")


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    drawn = Table(box=box.MARKDOWN)
    for number, column in enumerate(columns):
        drawn.add_column(column, justify="left" if number == 0 or len(columns) == 2 else "right", no_wrap=True)
    for row in rows:
        drawn.add_row(*row)
    _CONSOLE.print(drawn)


if __name__ == "__main__":
    main()
