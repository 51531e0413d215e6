"""Whether what lies on disk is what was recorded: attempt folders and records, a ledger and its folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codingagentbench.core.errors import CabError, StoreError
from codingagentbench.core.record import CellRecord
from codingagentbench.store.layout import ledger_path, sweep_dir
from codingagentbench.store.reader import LedgerReader
from codingagentbench.store.records import attempt_dirs, evidence_files, read_record
from codingagentbench.store.summary import CellSummary, summarise


def evidence_faults(directory: Path, record: CellRecord) -> tuple[str, ...]:
    """Files of an attempt that are gone, new or not as the record's digests say. Nothing outside of it is read."""
    try:
        there = {file.path: file for file in evidence_files(directory)}
    except (StoreError, OSError) as error:
        return (f"the files cannot be read: {error}",)
    listed = {file.path: file for file in record.evidence}
    gone = (f"{path}: is gone" for path in sorted(listed.keys() - there.keys()))
    new = (f"{path}: is not in the record" for path in sorted(there.keys() - listed.keys()))
    both = sorted(listed.keys() & there.keys())
    other = (f"{path}: is not the file that was recorded" for path in both if there[path] != listed[path])
    return (*gone, *new, *other)


def identity_faults(record: CellRecord) -> tuple[str, ...]:
    """Names and digests of a record that do not follow from its specification and canonical key."""
    spec, key = record.spec, record.key
    pairs = {
        "cell_id": (record.cell_id, spec.cell_id),
        "spec_digest": (record.spec_digest, spec.digest),
        "fingerprint": (record.fingerprint, key.fingerprint),
        "key": (
            (key.sweep_id, key.tui, key.task_id, key.plugin_stack, key.behavior_mode, key.run),
            (spec.sweep_id, spec.tui, spec.task, spec.plugin_stack, spec.behavior_mode, spec.run),
        ),
        "agent, model and kind": (
            (record.tui, record.model, record.reference, record.image_digest, record.model_build_id),
            (spec.tui, spec.model, spec.is_reference, key.image_digest, key.model_build_id),
        ),
    }
    return tuple(
        f"{name}: does not follow from the specification" for name, (has, due) in pairs.items() if has != due
    )


def ledger_faults(results: Path, sweep_id: str) -> tuple[str, ...]:
    """Where a sweep's ledger and its attempt folders tell different stories.

    Raises:
        StoreError: the ledger cannot be read.
    """
    with LedgerReader(ledger_path(results, sweep_id)) as ledger:
        rows = {row.directory: row for row in ledger.attempts() if row.directory}
    folders = {
        folder.relative_to(results).as_posix(): folder for folder in attempt_dirs(sweep_dir(results, sweep_id))
    }
    return (
        *(f"{place}: in the ledger, and its folder is gone" for place in sorted(rows.keys() - folders.keys())),
        *(f"{place}: not in the ledger" for place in sorted(folders.keys() - rows.keys())),
        *_differing(rows, folders),
    )


def _differing(rows: dict[str, CellSummary], folders: dict[str, Path]) -> Iterator[str]:
    for place in sorted(rows.keys() & folders.keys()):
        try:
            same = summarise(read_record(folders[place])) == rows[place]
        except CabError as error:
            yield f"{place}: {error.what}"
        else:
            if not same:
                yield f"{place}: the ledger says something else than the record"
