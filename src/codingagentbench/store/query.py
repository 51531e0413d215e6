"""Cells of all sweeps in a results folder, read from the ledgers; no attempt folder is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from codingagentbench.core.errors import StoreError, UsageError
from codingagentbench.core.outcome import Outcome
from codingagentbench.store.layout import LEDGER_NAME
from codingagentbench.store.line import CellLine, line_of
from codingagentbench.store.reader import LedgerReader
from codingagentbench.store.removals import read_removals
from codingagentbench.store.summary import CellSummary


@dataclass(frozen=True, slots=True)
class CellFilter:
    """Globs over names; `outcome` empty means any; `planned_only` leaves out cells no longer in a definition.

    `removed` also takes the cells of `removals.toml`, which are otherwise left out.
    """

    sweep: str = "*"
    tui: str = "*"
    model: str = "*"
    task: str = "*"
    outcomes: frozenset[Outcome] = frozenset()
    planned_only: bool = False
    removed: bool = False


def sweep_ids(results: Path) -> list[str]:
    """Ids of the sweeps in a results folder, sorted.

    Raises:
        StoreError: there is no such folder.
    """
    if not results.is_dir():
        raise StoreError(
            "there are no results here", where=str(results), remedy="run something first, or give --out"
        )
    return sorted(path.parent.name for path in results.glob(f"*/{LEDGER_NAME}"))


def load_summaries(results: Path, wanted: CellFilter | None = None) -> list[CellSummary]:
    """The attempt that speaks for each cell (latest valid, else latest), by sweep and planned order.

    Raises:
        StoreError: no results folder, or an unreadable ledger. MalformedFile: so is `removals.toml`.
    """
    return [summary for _, _, summary in _shown(results, wanted or CellFilter())]


def load_lines(results: Path, wanted: CellFilter | None = None) -> list[CellLine]:
    """The same cells as `load_summaries`, as flat lines.

    Raises:
        StoreError: no results folder, or an unreadable ledger. MalformedFile: so is `removals.toml`.
    """
    from codingagentbench.store.index import CellIndex, Where

    wanted = wanted or CellFilter()
    where = Where(
        sweep=wanted.sweep,
        tui=wanted.tui,
        model=wanted.model,
        task=wanted.task,
        outcome=tuple(sorted(wanted.outcomes)) or None,
        planned_only=wanted.planned_only,
        removed=wanted.removed,
    )
    return CellIndex.open(results).lines(where)


def _shown(results: Path, wanted: CellFilter) -> Iterator[tuple[str, int, CellSummary]]:
    """Place, number of attempts and summary of each cell that the filter takes."""
    removed = frozenset() if wanted.removed else {removal.cell for removal in read_removals(results)}
    for sweep_id in sweep_ids(results):
        if not fnmatchcase(sweep_id, wanted.sweep):
            continue
        with LedgerReader(results / sweep_id / LEDGER_NAME) as ledger:
            found = ledger.shown(
                tui=wanted.tui, model=wanted.model, task=wanted.task, planned_only=wanted.planned_only
            )
        for place, attempts, summary in found:
            if place not in removed and (not wanted.outcomes or summary.outcome in wanted.outcomes):
                yield place, attempts, summary


def load_other_attempts(results: Path) -> list[CellLine]:
    """Every attempt that does not speak for its cell, as a flat line.

    Raises:
        StoreError: no results folder, or an unreadable ledger.
    """
    found: list[CellLine] = []
    for sweep_id in sweep_ids(results):
        with LedgerReader(results / sweep_id / LEDGER_NAME) as ledger:
            found += [line_of(summary, attempts, place) for place, attempts, summary in ledger.unshown()]
    return found


def remeasured(results: Path, sweep: str = "*") -> int:
    """Planned cells of the chosen sweeps with more than one valid attempt.

    Raises:
        StoreError: no results folder, or an unreadable ledger.
    """
    found = 0
    for sweep_id in sweep_ids(results):
        if fnmatchcase(sweep_id, sweep):
            with LedgerReader(results / sweep_id / LEDGER_NAME) as ledger:
                found += ledger.remeasured()
    return found


def load_attempts(results: Path, cell_id: str) -> list[CellSummary]:
    """Every attempt of a cell id, in the order in which they ended; plugin stacks and modes share an id.

    Raises:
        UsageError: no such cell.
        StoreError: an unreadable ledger.
    """
    sweep_id = cell_id.partition("/")[0]
    attempts: list[CellSummary] = []
    if sweep_id in sweep_ids(results):
        with LedgerReader(results / sweep_id / LEDGER_NAME) as ledger:
            attempts = ledger.attempts(cell_id)
    if not attempts:
        raise UsageError(
            f"no attempt of a cell {cell_id!r}", where=str(results), remedy="`cab cells list` shows the cells"
        )
    return attempts
