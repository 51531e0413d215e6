"""Every cell of a results folder, ready to be listed, counted and ranked.

The ledgers are the truth; their attempts are copied to Parquet parts once, and lines are held in a DuckDB database
in memory. A refresh reads what the ledgers have gained.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codingagentbench.stats import DEFAULT_METHODOLOGY, By, Leaderboard, Tally
from codingagentbench.store.index import export, select
from codingagentbench.store.index.known import Known
from codingagentbench.store.index.sweep import IndexFault, Loaded, Sweep
from codingagentbench.store.index.tables import Tables
from codingagentbench.store.index.view import View
from codingagentbench.store.index.where import EVERYTHING, Where
from codingagentbench.store.line import CellLine
from codingagentbench.store.query import sweep_ids
from codingagentbench.store.removals import Removal, read_removals


class CellIndex:
    """Open it with `CellIndex.open`. Methods may be called from several threads; none sees half a refresh."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self.version = ""
        self._tables = Tables()
        self._sweeps: dict[str, Sweep] = {}
        self._loaded: dict[str, Loaded] = {}
        self._removals: tuple[Removal, ...] = ()
        self._known = Known()
        self._lock = threading.Lock()

    @classmethod
    def open(cls, results: Path) -> CellIndex:
        """The index of a results folder, refreshed.

        Raises:
            StoreError: there is no such folder, or a ledger cannot be read.
            MalformedFile: `removals.toml` cannot be read.
        """
        index = cls(results)
        index.refresh()
        return index

    def refresh(self) -> bool:
        """Take in what has changed on disk; whether anything had. `version` is another one then.

        Raises:
            StoreError, MalformedFile: as `open`; what was known before stays.
        """
        with self._lock:
            before = self.version
            try:
                loaded, removals = self._in_one_step()
            except IndexFault as fault:
                fault.sweep.discard()
                loaded, removals = self._in_one_step()
            self._loaded, self._removals = loaded, removals
            self.version = self._version_of(loaded, removals)
            if self.version != before:
                self._known = Known()
            return self.version != before

    def _in_one_step(self) -> tuple[dict[str, Loaded], tuple[Removal, ...]]:
        with self._tables.changing():
            return self._read()

    def _read(self) -> tuple[dict[str, Loaded], tuple[Removal, ...]]:
        there = sweep_ids(self.results)
        removals = read_removals(self.results)
        for gone in self._loaded.keys() - set(there):
            self._tables.forget(gone)
        self._sweeps = {
            sweep_id: self._sweeps.get(sweep_id) or Sweep(self.results, sweep_id, self._tables)
            for sweep_id in there
        }
        loaded = {
            sweep_id: sweep.refresh(self._loaded.get(sweep_id, Loaded()))
            for sweep_id, sweep in self._sweeps.items()
        }
        if removals != self._removals or (removals and loaded != self._loaded):
            self._tables.mark_removed({removal.cell for removal in removals})
        return loaded, removals

    @staticmethod
    def _version_of(loaded: dict[str, Loaded], removals: tuple[Removal, ...]) -> str:
        parts = [(sweep_id, found.mark, found.unplanned) for sweep_id, found in sorted(loaded.items())]
        return hashlib.sha256(repr((parts, removals)).encode()).hexdigest()[:32]

    @contextmanager
    def _view(self) -> Iterator[View]:
        known = self._known  # taken first: it may be older than the view, and is then of a version gone by
        cursor = self._tables.db.cursor()
        try:
            cursor.execute("begin")
            yield View(cursor, self._tables.shapes, known)
        finally:
            cursor.close()

    def lines(self, where: Where | None = None) -> list[CellLine]:
        """The attempt that speaks for each cell, by sweep and planned order."""
        with self._view() as view:
            return view.lines(where or EVERYTHING)

    def page(
        self,
        where: Where | None = None,
        order: str = select.PLANNED_ORDER,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[int, list[CellLine]]:
        """How many cells match, and some of them in an order of `ORDERS`; cells without a value come last.

        Raises:
            UsageError: no such order.
        """
        ordering, listing = select.ordering(order, descending=descending), self._known.listing
        if listing is not None and order == select.PLANNED_ORDER and not (where or EVERYTHING).removed:
            return listing.page(where or EVERYTHING, limit=limit, offset=offset, descending=descending)
        with self._view() as view:
            return view.page(where or EVERYTHING, ordering, limit=limit, offset=offset)

    def facets(self, where: Where | None = None) -> dict[str, dict[str, int]]:
        """Cells that match by sweep_id, tui, model, family, language, plugin, outcome and cause, names in order.

        A cell counts under each of its plugins, a bare agent under "", and a valid cell under no cause.
        """
        with self._view() as view:
            return view.facets(where or EVERYTHING)

    def leaderboard(
        self,
        by: By = "pair",
        where: Where | None = None,
        *,
        methodology: str = DEFAULT_METHODOLOGY,
        intervals: bool = True,
    ) -> Leaderboard:
        """The leaderboard that `stats.leaderboard` makes of these cells; see `Where` for what it leaves out."""
        with self._view() as view:
            return view.leaderboard(by, where or EVERYTHING, methodology, intervals=intervals)

    def tallies(self, where: Where | None = None, *, methodology: str = DEFAULT_METHODOLOGY) -> list[Tally]:
        """What the leaderboard of these cells is counted from: a tally a pair and task, in their order."""
        with self._view() as view:
            return view.tallies(where or EVERYTHING, methodology)

    def export(self, path: Path) -> None:
        """Write all lines, removed ones included, to one Parquet file.

        Raises:
            StoreError: it cannot be written.
        """
        with self._view() as view:
            export.export_lines(view.cursor, path)
