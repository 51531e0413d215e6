"""One sweep in the index: its ledger, its parts and its lines, brought to the same state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import StoreError
from codingagentbench.store.index.home import CacheHome, locked
from codingagentbench.store.index.parts import Manifest, Parts, nothing
from codingagentbench.store.index.tables import Tables
from codingagentbench.store.index.tail import NOTHING_READ, LedgerTail, Mark
from codingagentbench.store.layout import ledger_path


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the tables hold of a sweep: everything of a generation up to a mark; `unplanned`: ordinals."""

    generation: str = ""
    mark: Mark = NOTHING_READ
    unplanned: tuple[int, ...] = ()


class IndexFault(StoreError):
    """DuckDB refused: a part is damaged (a machine that lost its power), or an attempt's summary is."""

    def __init__(self, sweep: Sweep, why: str) -> None:
        super().__init__(
            f"the index cannot be kept up: {why}",
            where=str(sweep.folder),
            remedy="check space and permissions; the folder can be deleted, it is made again from the ledger",
        )
        self.sweep = sweep


class Sweep:
    """A sweep's way into the tables. One thread at a time."""

    def __init__(self, results: Path, sweep_id: str, tables: Tables) -> None:
        self.sweep_id = sweep_id
        self._path = ledger_path(results, sweep_id)
        self._tables = tables
        self._home = CacheHome(results, sweep_id)
        self._parts = Parts(self._home.folder, tables.db)

    @property
    def folder(self) -> Path:
        """Where its parts lie."""
        return self._home.folder

    def discard(self) -> None:
        """Have all parts made again."""
        with locked(self.folder):
            self._parts.publish(nothing())

    def refresh(self, loaded: Loaded) -> Loaded:
        """Read what the ledger has gained since, into the parts and into the tables.

        Raises:
            IndexFault: DuckDB refused; its transaction is of no use any more.
            StoreError: the ledger cannot be read, or the parts cannot be written.
        """
        import duckdb

        with LedgerTail(self._path) as ledger, ledger.snapshot():
            try:
                return self._read(ledger, loaded)
            except (OSError, duckdb.Error) as error:
                raise IndexFault(self, str(error)) from error

    def _read(self, ledger: LedgerTail, loaded: Loaded) -> Loaded:
        mark, unplanned = ledger.mark(), tuple(ledger.unplanned_ordinals())
        gained = mark != loaded.mark or not loaded.generation
        if gained:
            with locked(self.folder):
                loaded = self._load(self._kept_up(ledger, mark), loaded)
        if unplanned != loaded.unplanned or (gained and unplanned):
            self._tables.mark_unplanned(self.sweep_id, unplanned)
        return Loaded(loaded.generation, loaded.mark, unplanned)

    def _kept_up(self, ledger: LedgerTail, mark: Mark) -> Manifest:
        """The manifest after what the ledger has gained was written; made anew for another ledger."""
        manifest = self._parts.manifest()
        if manifest.mark == mark:
            return manifest
        if manifest.mark != ledger.mark(manifest.mark.last):
            manifest = nothing()
        parts = manifest.parts
        for batch in ledger.after(manifest.mark.last):
            parts = self._parts.merged(parts, self._parts.write(batch))
        manifest = Manifest(manifest.generation, mark, parts)
        self._parts.publish(manifest)
        return manifest

    def _load(self, manifest: Manifest, loaded: Loaded) -> Loaded:
        same = manifest.generation == loaded.generation
        after = loaded.mark.last if same else 0
        if not same:
            self._tables.forget(self.sweep_id)
        fresh = [part for part in manifest.parts if part.last > after]
        if fresh:
            files, shapes = self._parts.files(fresh), self._parts.files(fresh, shapes=True)
            self._tables.gain(self.sweep_id, files, shapes, after)
        return Loaded(manifest.generation, manifest.mark, loaded.unplanned if same else ())
