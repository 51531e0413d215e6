"""One cell outside a sweep: run it as the next attempt and enter it in the ledger."""

from __future__ import annotations

from pathlib import Path

from codingagentbench.core.errors import StoreError
from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec
from codingagentbench.provenance import owner_alive
from codingagentbench.runner.cell import run_cell
from codingagentbench.runner.options import RunOptions
from codingagentbench.runner.tidy import tidy
from codingagentbench.store import (
    Ledger,
    attempt_dir,
    clean_staging,
    ledger_path,
    staging_root,
    summarise,
    sweep_dir,
)


def run_single(spec: CellSpec, options: RunOptions, results: Path) -> tuple[CellRecord, Path]:
    """The record of a new attempt and its folder.

    Raises:
        CabError: as `run_cell`.
    """
    folder = sweep_dir(results, spec.sweep_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"results cannot be written: {error.strerror}", where=str(folder), remedy="give a writable --out"
        ) from None
    tidy()
    clean_staging(folder, owner_alive)
    attempt = _next_attempt(results, spec)
    record = run_cell(spec, attempt=attempt, staging_root=staging_root(results, spec.sweep_id), options=options)
    with Ledger(ledger_path(results, spec.sweep_id), alive=owner_alive) as ledger:
        ledger.adopt(spec, summarise(record))
    return record, attempt_dir(results, spec, attempt)


def _next_attempt(results: Path, spec: CellSpec) -> int:
    cell = attempt_dir(results, spec, 1).parent
    taken = [int(path.name.removeprefix("attempt")) for path in cell.glob("attempt*") if path.is_dir()]
    return max(taken, default=0) + 1
