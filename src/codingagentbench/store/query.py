"""Cells of all sweeps in a results folder, read from the ledgers; no attempt folder is opened."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from codingagentbench.core.errors import StoreError, UsageError
from codingagentbench.core.outcome import Outcome
from codingagentbench.store.layout import LEDGER_NAME
from codingagentbench.store.line import CellLine, line_of
from codingagentbench.store.reader import LedgerReader
from codingagentbench.store.summary import CellSummary


@dataclass(frozen=True, slots=True)
class CellFilter:
    """Globs over names; `outcome` empty means any; `planned_only` leaves out cells no longer in a definition."""

    sweep: str = "*"
    tui: str = "*"
    model: str = "*"
    task: str = "*"
    outcomes: frozenset[Outcome] = frozenset()
    planned_only: bool = False


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
        StoreError: no results folder, or an unreadable ledger.
    """
    wanted = wanted or CellFilter()
    found: list[CellSummary] = []
    for sweep_id in sweep_ids(results):
        if fnmatchcase(sweep_id, wanted.sweep):
            with LedgerReader(results / sweep_id / LEDGER_NAME) as ledger:
                found += ledger.summaries(
                    tui=wanted.tui, model=wanted.model, task=wanted.task, planned_only=wanted.planned_only
                )
    return [cell for cell in found if not wanted.outcomes or cell.outcome in wanted.outcomes]


def load_lines(results: Path, wanted: CellFilter | None = None) -> list[CellLine]:
    """The same cells as `load_summaries`, as flat lines.

    Raises:
        StoreError: no results folder, or an unreadable ledger.
    """
    return [line_of(summary) for summary in load_summaries(results, wanted)]


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
