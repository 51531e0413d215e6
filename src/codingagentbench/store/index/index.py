"""Every cell of a results folder, ready to be listed, counted and ranked.

The ledgers are the truth; their attempts are copied to Parquet parts once, and lines are held in a DuckDB database
in memory. A refresh reads what the ledgers have gained.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codingagentbench.stats import DEFAULT_METHODOLOGY, By, Leaderboard, board
from codingagentbench.store.index import export, select
from codingagentbench.store.index.rows import COLUMNS, lines_of
from codingagentbench.store.index.sweep import Loaded, Sweep
from codingagentbench.store.index.tables import Tables
from codingagentbench.store.index.tallies import tallies
from codingagentbench.store.index.where import EVERYTHING, FACETS, Where, column, plugins
from codingagentbench.store.line import CellLine
from codingagentbench.store.query import sweep_ids
from codingagentbench.store.removals import Removal, read_removals

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FACET_COLUMNS = tuple(column(facet) for facet in FACETS if facet != "task")


class CellIndex:
    """Open it with `CellIndex.open`. Methods may be called from several threads; none sees half a refresh."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self.version = ""
        self._tables = Tables()
        self._sweeps: dict[str, Sweep] = {}
        self._loaded: dict[str, Loaded] = {}
        self._removals: tuple[Removal, ...] = ()
        self._values: dict[tuple[str, str], Sequence[str]] = {}
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
            self._tables.db.execute("begin")
            try:
                loaded, removals = self._read()
            except BaseException:
                self._tables.db.execute("rollback")
                raise
            self._tables.db.execute("commit")
            self._loaded, self._removals = loaded, removals
            self.version = self._version_of(loaded, removals)
            if self.version != before:
                self._values = {}
            return self.version != before

    def _read(self) -> tuple[dict[str, Loaded], tuple[Removal, ...]]:
        there = sweep_ids(self.results)
        removals = read_removals(self.results)
        for gone in self._loaded.keys() - set(there):
            self._tables.forget(gone)
            self._sweeps.pop(gone, None)
        loaded = {}
        for sweep_id in there:
            sweep = self._sweeps.get(sweep_id)
            if sweep is None:
                sweep = self._sweeps[sweep_id] = Sweep(self.results, sweep_id, self._tables)
            loaded[sweep_id] = sweep.refresh(self._loaded.get(sweep_id, Loaded()))
        if removals != self._removals or (removals and loaded != self._loaded):
            self._tables.mark_removed({removal.cell for removal in removals})
        return loaded, removals

    @staticmethod
    def _version_of(loaded: dict[str, Loaded], removals: tuple[Removal, ...]) -> str:
        parts = [(sweep_id, found.mark, found.unplanned) for sweep_id, found in sorted(loaded.items())]
        return hashlib.sha256(repr((parts, removals)).encode()).hexdigest()[:32]

    @contextmanager
    def _reading(self) -> Iterator[DuckDBPyConnection]:
        """A connection of its own, to which the tables stay as they are now."""
        cursor = self._tables.db.cursor()
        try:
            cursor.execute("begin")
            yield cursor
        finally:
            cursor.close()

    def _condition(self, cursor: DuckDBPyConnection, where: Where) -> select.Condition:
        return select.condition(where, lambda facet: self._distinct(cursor, column(facet)))

    def _distinct(self, cursor: DuckDBPyConnection, name: str) -> Sequence[str]:
        key = (self.version, name)
        if key not in self._values:
            found = cursor.execute(f"select distinct coalesce({name}, '') from line").fetchall()
            self._values[key] = [value for (value,) in found]
        return self._values[key]

    def lines(self, where: Where | None = None) -> list[CellLine]:
        """The attempt that speaks for each cell, by sweep and planned order."""
        with self._reading() as cursor:
            condition = self._condition(cursor, where or EVERYTHING)
            return self._lines(cursor, condition, *select.ordering(select.PLANNED_ORDER, descending=False))

    def _lines(
        self,
        cursor: DuckDBPyConnection,
        condition: select.Condition,
        join: str,
        order: str,
        values: dict[str, Any],
        *,
        window: str = "",
    ) -> list[CellLine]:
        query = f"select {COLUMNS} from line {join} where {condition.text} order by {order} {window}"
        return lines_of(cursor.execute(query, {**condition.values, **values}), self._tables.shapes)

    def page(
        self,
        where: Where | None = None,
        order: str = select.PLANNED_ORDER,
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[int, list[CellLine]]:
        """How many cells match, and some of them in an order of `select.ORDERS`; cells without a value come last.

        Raises:
            UsageError: no such order.
        """
        join, by, values = select.ordering(order, descending=descending)
        with self._reading() as cursor:
            condition = self._condition(cursor, where or EVERYTHING)
            counted = cursor.execute(f"select count(*) from line where {condition.text}", condition.values)
            total = int((counted.fetchone() or (0,))[0])
            values |= {"limit": max(0, limit), "offset": max(0, offset)}
            found = self._lines(cursor, condition, join, by, values, window="limit $limit offset $offset")
        return total, found

    def facets(self, where: Where | None = None) -> dict[str, dict[str, int]]:
        """Cells that match by sweep_id, tui, model, family, language, plugin, outcome and cause, names in order.

        A cell counts under each of its plugins, a bare agent under "", and a valid cell under no cause.
        """
        sets = ", ".join(f"({name})" for name in _FACET_COLUMNS)
        names = ", ".join(_FACET_COLUMNS)
        with self._reading() as cursor:
            condition = self._condition(cursor, where or EVERYTHING)
            rows = cursor.execute(
                f"select grouping_id({names}), {names}, count(*) from line where {condition.text} "
                f"group by grouping sets ({sets}) order by all",
                condition.values,
            ).fetchall()
        return _facet_counts(rows)

    def leaderboard(
        self,
        by: By = "pair",
        where: Where | None = None,
        *,
        methodology: str = DEFAULT_METHODOLOGY,
        intervals: bool = True,
    ) -> Leaderboard:
        """The leaderboard that `stats.leaderboard` makes of these cells; see `Where` for what it leaves out."""
        where = where or EVERYTHING
        reason = select.left_out(where)
        with self._reading() as cursor:
            condition = self._condition(cursor, select.ranked(where))
            out = cursor.execute(
                f"select {reason} as reason, count(*) from line where {condition.text} group by 1 order by 1",
                condition.values,
            ).fetchall()
            found = tallies(cursor, condition, reason, methodology)
        left_out = {name: count for name, count in out if name}
        return board(found, by=by, methodology=methodology, left_out=left_out, intervals=intervals)

    def export(self, path: Path) -> None:
        """Write all lines to one Parquet file.

        Raises:
            StoreError: it cannot be written.
        """
        with self._reading() as cursor:
            export.export_lines(cursor, path)


def _facet_counts(rows: Sequence[tuple[Any, ...]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {_facet_name(name): {} for name in _FACET_COLUMNS}
    for grouping, *values, count in rows:
        # The one column that a row is grouped by is the one whose bit is not set.
        at = next(at for at in range(len(values)) if not grouping >> (len(values) - 1 - at) & 1)
        name, value = _FACET_COLUMNS[at], values[at]
        if name == "cause" and value is None:
            continue
        for part in (plugins(value) or ("",)) if name == "plugin_stack" else (value,):
            found = counts[_facet_name(name)]
            found[part] = found.get(part, 0) + count
    return {name: dict(sorted(found.items())) for name, found in counts.items()}


def _facet_name(name: str) -> str:
    return "plugin" if name == "plugin_stack" else name
