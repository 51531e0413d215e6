"""Freezing a definition into its sweep folder, and telling what a changed one would do before it does it."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codingagentbench.core.digest import sha256_hex
from codingagentbench.core.errors import CabError, StoreError
from codingagentbench.core.spec import Limits
from codingagentbench.provenance import owner_alive
from codingagentbench.store import (
    DEFINITION_NAME,
    Ledger,
    LedgerReader,
    RetryPolicy,
    ledger_path,
    needs_rebuild,
    rebuild,
    sweep_dir,
)
from codingagentbench.sweep.definition import SweepFile, load_sweep, parse_sweep
from codingagentbench.sweep.expand import expand, plan_key


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """What running a definition would do. `changes` are sentences for people, one a changed key."""

    sweep_id: str
    total: int
    new: int
    done: int
    missing: int
    to_run: int
    leaving: int
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A definition entered into its ledger."""

    sweep_id: str
    added: int
    rebuilt: int
    retry: RetryPolicy


def preview(
    results: Path, file: SweepFile, known_tuis: Collection[str], known_tasks: Mapping[str, Limits]
) -> PlanPreview:
    """Compare a definition with what its sweep holds; writes nothing.

    Raises:
        MalformedFile: the definition does not fit the known agents and tasks.
        StoreError: the ledger cannot be read.
    """
    wanted = {spec.digest for spec in expand(file, known_tuis, known_tasks)}
    path = ledger_path(results, file.sweep_id)
    states: dict[str, Any] = {}
    if path.exists():
        with LedgerReader(path) as ledger:
            states = dict(ledger.digests())
    known = wanted & states.keys()
    done = sum(states[digest] == "done" for digest in known)
    missing = sum(states[digest] == "missing" for digest in known)
    return PlanPreview(
        sweep_id=file.sweep_id,
        total=len(wanted),
        new=len(wanted) - len(known),
        done=done,
        missing=missing,
        to_run=len(wanted) - done - missing,
        leaving=len(states.keys() - wanted),
        changes=_changes(sweep_dir(results, file.sweep_id) / DEFINITION_NAME, parse_sweep(file.text, file.path)),
    )


def prepare(
    results: Path, file: SweepFile, known_tuis: Collection[str], known_tasks: Mapping[str, Limits]
) -> Planned:
    """Freeze the definition as `results/<id>/sweep.toml` and enter its cells into the ledger. Idempotent.

    An unchanged definition is known by its key and not expanded again. A ledger that is gone while attempt folders
    exist is rebuilt from them first.

    Raises:
        MalformedFile: the definition does not fit the known agents and tasks.
        StoreError: results cannot be written.
    """
    sweep = file.definition.sweep
    retry = RetryPolicy(sweep.retry_invalid, sweep.retry_delay_s)
    key = plan_key(file, known_tasks)
    rebuilt, added = 0, 0
    if needs_rebuild(results, sweep.id):
        rebuilt = rebuild(results, sweep.id, alive=owner_alive, retry=retry)
    path = ledger_path(results, sweep.id)
    # A definition that does not fit must not leave an empty ledger behind.
    specs = None if path.exists() else expand(file, known_tuis, known_tasks)
    with Ledger(path, alive=owner_alive, retry=retry) as ledger:
        if ledger.meta("plan") != key:
            added = ledger.plan(specs or expand(file, known_tuis, known_tasks), key=key)
    _freeze(sweep_dir(results, sweep.id), file.text)
    return Planned(sweep.id, added, rebuilt, retry)


def _freeze(folder: Path, text: str) -> None:
    """Write the definition; the one it replaces is kept beside it under its digest."""
    target = folder / DEFINITION_NAME
    data = text.encode()
    try:
        before = target.read_bytes() if target.exists() else None
        if before == data:
            return
        if before is not None:
            (folder / f"sweep.{sha256_hex(before)[:8]}.toml").write_bytes(before)
        fresh = folder / f".{DEFINITION_NAME}.{os.getpid()}"
        fresh.write_bytes(data)
        fresh.replace(target)
    except OSError as error:
        raise StoreError(
            f"the definition cannot be frozen ({error.strerror})",
            where=str(target),
            remedy="give a writable --out",
        ) from error


def _changes(frozen: Path, file: SweepFile) -> tuple[str, ...]:
    if not frozen.exists():
        return ()
    try:
        before = load_sweep(frozen).definition
    except CabError as error:
        return (f"the frozen definition cannot be compared: {error.what}",)
    old, new = (
        {**one.sweep.model_dump(), "limits": one.limits.model_dump(exclude_unset=True)}
        | {"exclude": one.exclude, "include": one.include}
        for one in (before, file.definition)
    )
    return tuple(_sentence(key, old[key], new[key]) for key in old if old[key] != new[key])


_CONSEQUENCES = {
    "limits": "makes other cells; what was measured under the old limits is kept, out of rankings",
    "sandbox": "makes other cells; what was measured in the old sandbox is kept, out of rankings",
    "retry_invalid": "no cell changes",
    "retry_delay_s": "no cell changes",
}


def _sentence(key: str, old: Any, new: Any) -> str:
    if isinstance(old, tuple) and isinstance(new, tuple):
        added, gone = [item for item in new if item not in old], [item for item in old if item not in new]
        parts = [f"adds {_shown(added)}"] * bool(added) + [f"drops {_shown(gone)}"] * bool(gone)
        change = ", ".join(parts) or "another order, which moves no cell planned before"
    else:
        change = f"{_shown(old)} -> {_shown(new)}"
    consequence = _CONSEQUENCES.get(key)
    return f"{key}: {change}" + (f" ({consequence})" if consequence else "")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return str(value.model_dump(exclude_unset=True)) if hasattr(value, "model_dump") else str(value)
