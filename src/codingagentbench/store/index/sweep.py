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


class Sweep:
    """A sweep's way into the tables. One thread at a time."""

    def __init__(self, results: Path, sweep_id: str, tables: Tables) -> None:
        self.sweep_id = sweep_id
        self._path = ledger_path(results, sweep_id)
        self._tables = tables
        self._home = CacheHome(results, sweep_id)
        self._parts = Parts(self._home.folder, tables.db)

    def refresh(self, loaded: Loaded) -> Loaded:
        """Read what the ledger has gained since, into the parts and into the tables.

        Raises:
            StoreError: the ledger cannot be read, or the cache cannot be written.
        """
        import duckdb

        with LedgerTail(self._path) as ledger, ledger.snapshot():
            try:
                return self._read(ledger, loaded)
            except OSError as error:
                raise self._unwritable(error.strerror or str(error)) from error
            except duckdb.Error as error:
                raise self._unwritable(str(error)) from error

    def _unwritable(self, why: str) -> StoreError:
        folder = self._parts.folder
        return StoreError(
            f"the index cannot be kept up: {why}",
            where=str(folder),
            remedy="check space and permissions; the folder can be deleted, it is made again from the ledger",
        )

    def _read(self, ledger: LedgerTail, loaded: Loaded) -> Loaded:
        mark, unplanned = ledger.mark(), tuple(ledger.unplanned_ordinals())
        if mark != loaded.mark or not loaded.generation:
            with locked(self._parts.folder):
                manifest = self._kept_up(ledger, mark)
                loaded = self._load_or_make_anew(ledger, manifest, loaded)
            self._tables.mark_unplanned(self.sweep_id, unplanned)
        elif unplanned != loaded.unplanned:
            self._tables.mark_unplanned(self.sweep_id, unplanned)
        return Loaded(loaded.generation, loaded.mark, unplanned)

    def _kept_up(self, ledger: LedgerTail, mark: Mark) -> Manifest:
        """The manifest after what the ledger has gained was written; made anew for another ledger."""
        manifest = self._parts.manifest()
        if manifest.mark != mark and manifest.mark != ledger.mark(manifest.mark.last):
            manifest = nothing()
        if manifest.mark == mark and manifest.parts:
            return manifest
        parts = manifest.parts
        for batch in ledger.after(manifest.mark.last):
            parts = self._parts.merged(parts, self._parts.write(batch))
        manifest = Manifest(manifest.generation, mark, parts)
        self._parts.publish(manifest)
        return manifest

    def _load_or_make_anew(self, ledger: LedgerTail, manifest: Manifest, loaded: Loaded) -> Loaded:
        """Load the parts; a damaged one (a machine that lost its power) has them all made again, once."""
        import duckdb

        try:
            return self._load(manifest, loaded)
        except duckdb.Error:
            self._parts.publish(nothing())
            return self._load(self._kept_up(ledger, ledger.mark()), Loaded())

    def _load(self, manifest: Manifest, loaded: Loaded) -> Loaded:
        after = loaded.mark.last if manifest.generation == loaded.generation else 0
        if not after:
            self._tables.forget(self.sweep_id)
        fresh = [part for part in manifest.parts if part.last > after]
        if fresh:
            files, shapes = self._parts.files(fresh), self._parts.files(fresh, shapes=True)
            self._tables.gain(self.sweep_id, files, shapes, after)
        return Loaded(manifest.generation, manifest.mark)
