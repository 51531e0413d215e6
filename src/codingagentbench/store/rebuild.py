"""A lost or damaged ledger is made again from the attempt folders, which are the truth."""

from __future__ import annotations

from pathlib import Path

from codingagentbench.store.layout import ledger_path, sweep_dir
from codingagentbench.store.ledger import Ledger, RetryPolicy
from codingagentbench.store.records import attempt_dirs, read_record
from codingagentbench.store.staging import Alive
from codingagentbench.store.summary import summarise

_NEW_NAME = ".ledger.rebuilt"


def rebuild(results: Path, sweep_id: str, *, alive: Alive, retry: RetryPolicy | None = None) -> int:
    """Write a new ledger for a sweep, replacing the old one; no sweep may be running.

    What no folder tells is lost: cells that never ran (planned again by the next `cab sweep run`), attempts that
    died before they left a folder, and which cells had left the definition.

    Returns:
        How many attempts were found.

    Raises:
        StoreError, MalformedFile: a folder cannot be read; the old ledger is then left alone.
    """
    folder = sweep_dir(results, sweep_id)
    found = [
        (record.spec, summarise(record))
        for record in map(read_record, attempt_dirs(folder))
        if record.spec.sweep_id == sweep_id
    ]
    found.sort(key=lambda pair: (pair[1].ended_at, pair[1].attempt))
    fresh = folder / _NEW_NAME
    _remove(fresh)
    with Ledger(fresh, alive=alive, retry=retry) as ledger:
        for spec, summary in found:
            ledger.adopt(spec, summary)
    target = ledger_path(results, sweep_id)
    _remove(target)
    fresh.rename(target)
    return len(found)


def _remove(ledger: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        ledger.with_name(ledger.name + suffix).unlink(missing_ok=True)


def needs_rebuild(results: Path, sweep_id: str) -> bool:
    """Whether the sweep has attempt folders and no ledger."""
    folder = sweep_dir(results, sweep_id)
    return (
        folder.is_dir()
        and not ledger_path(results, sweep_id).exists()
        and next(attempt_dirs(folder), None) is not None
    )
