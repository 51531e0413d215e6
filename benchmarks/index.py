"""What the query layer costs: `python benchmarks/index.py [CELLS ...]`, or 5,000 and 100,000 made-up ones.

"cold" reads ledgers into Parquet parts, "warm" finds the parts made. Each number but "cold" is the best of three.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import machine
from synthetic import add_cell, make_results

from codingagentbench.store import CellIndex, Where
from codingagentbench.store.index.home import INDEX_NAME


def _best(action: Callable[[], object], times: int = 3) -> float:
    """Seconds."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        found.append(time.perf_counter() - started)
    return min(found)


def _refresh_one(results: Path, index: CellIndex) -> float:
    """Seconds of a refresh after one new attempt, the best of three."""
    found = []
    for _ in range(3):
        add_cell(results)
        found.append(_best(index.refresh, 1))
    return min(found)


def _measure(results: Path, cells: int) -> list[tuple[str, float]]:
    index = CellIndex(results)
    some = Where(tui="pi", family=("polyglot", "mutations"))
    rows = [
        ("open, cold", _best(index.refresh, 1)),
        ("open, warm", _best(lambda: CellIndex.open(results))),
        ("refresh, nothing new", _best(index.refresh)),
        ("refresh, one new attempt", _refresh_one(results, index)),
        ("lines()", _best(index.lines)),
        ("page(): 50 in planned order", _best(lambda: index.page(limit=50, offset=cells // 2))),
        ("page(): 50 by composite", _best(lambda: index.page(order="composite", descending=True, limit=50))),
        ("page(): 50 by tokens, filtered", _best(lambda: index.page(some, "total_tokens", limit=50))),
        ("facets()", _best(index.facets)),
        ("facets(), filtered", _best(lambda: index.facets(some))),
        ("leaderboard() without intervals", _best(lambda: index.leaderboard(intervals=False))),
        ("leaderboard()", _best(index.leaderboard, 2)),
        ("export()", _best(lambda: index.export(results / "cells.parquet"))),
    ]
    parts = sum(path.stat().st_size for path in results.glob(f"*/{INDEX_NAME}/*"))
    print(f"\n{cells:,} cells: ledgers {_size(results, '*/ledger.sqlite')} MB, parts {parts / 1e6:.1f} MB")
    return rows


def _size(folder: Path, pattern: str) -> str:
    return f"{sum(path.stat().st_size for path in folder.glob(pattern)) / 1e6:.1f}"


def main() -> None:
    """Print a table of each size."""
    for name, value in machine.facts():
        print(f"{name}: {value}")
    for cells in [int(word) for word in sys.argv[1:]] or [5_000, 100_000]:
        folder = Path(tempfile.mkdtemp(prefix="cab-index-"))
        try:
            for name, seconds in _measure(make_results(folder, cells), cells):
                print(f"  {name:<34} {seconds * 1000:>10,.1f} ms")
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
