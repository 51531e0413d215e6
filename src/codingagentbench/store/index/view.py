"""The tables as they were at one moment, and the questions that are put to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codingagentbench.stats import By, Leaderboard, Tally, board
from codingagentbench.store.index import select
from codingagentbench.store.index.known import Known
from codingagentbench.store.index.listing import Listing
from codingagentbench.store.index.ranked import is_of_groups, is_whole, taken
from codingagentbench.store.index.rows import COLUMNS, lines_of
from codingagentbench.store.index.shapes import Shape
from codingagentbench.store.index.tallies import Group, groups
from codingagentbench.store.index.where import EVERYTHING, FACETS, Where, column, plugins
from codingagentbench.store.line import CellLine

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EVERY_CELL = select.Condition("true", {})
_COUNTED = tuple(column(facet) for facet in FACETS if facet != "task")


class View:
    """A connection of its own, inside a transaction. `known` may be shared by views of the same lines."""

    def __init__(self, cursor: DuckDBPyConnection, shapes: Mapping[int, Shape], known: Known) -> None:
        self.cursor = cursor
        self._shapes = shapes
        self._known = known

    def _condition(self, where: Where) -> select.Condition:
        return select.condition(where, lambda facet: self._distinct(column(facet)))

    def _distinct(self, name: str) -> Sequence[str]:
        values = self._known.values
        if name not in values:
            found = self.cursor.execute(f"select distinct coalesce({name}, '') from line").fetchall()
            values[name] = [value for (value,) in found]
        return values[name]

    def lines(self, where: Where) -> list[CellLine]:
        """As `CellIndex.lines`."""
        condition = self._condition(where)
        ordering = select.ordering(select.PLANNED_ORDER, descending=False)
        query = f"select {COLUMNS} from line where {condition.text} order by {ordering.by}"
        found = lines_of(self.cursor.execute(query, condition.values), self._shapes)
        if where == EVERYTHING:
            self._known.listing = Listing(found)
        return found

    def page(
        self, where: Where, ordering: select.Ordering, *, limit: int, offset: int
    ) -> tuple[int, list[CellLine]]:
        """As `CellIndex.page`."""
        condition = self._condition(where)
        counted = self.cursor.execute(f"select count(*) from line where {condition.text}", condition.values)
        total = int((counted.fetchone() or (0,))[0])
        # The rows are found by what they are sorted by alone: sorting whole lines takes half a second of 100,000.
        found = self.cursor.execute(
            f"select {COLUMNS} from line {ordering.join} where line.rowid in ("
            f"select line.rowid from line {ordering.join} where {condition.text} order by {ordering.by} "
            f"limit $limit offset $offset) order by {ordering.by}",
            {**condition.values, **ordering.values, "limit": max(0, limit), "offset": max(0, offset)},
        )
        return total, lines_of(found, self._shapes)

    def facets(self, where: Where) -> dict[str, dict[str, int]]:
        """As `CellIndex.facets`."""
        names, sets = ", ".join(_COUNTED), ", ".join(f"({name})" for name in _COUNTED)
        condition = self._condition(where)
        rows = self.cursor.execute(
            f"select grouping_id({names}), {names}, count(*) from line where {condition.text} "
            f"group by grouping sets ({sets}) order by all",
            condition.values,
        ).fetchall()
        return _facet_counts(rows)

    def tallies(self, where: Where, methodology: str) -> list[Tally]:
        """As `CellIndex.tallies`."""
        return taken(self._groups(where, methodology), where)[0]

    def leaderboard(self, by: By, where: Where, methodology: str, *, intervals: bool) -> Leaderboard:
        """As `CellIndex.leaderboard`."""
        found, left_out = taken(self._groups(where, methodology), where)
        return board(found, by=by, methodology=methodology, left_out=left_out, intervals=intervals)

    def _groups(self, where: Where, methodology: str) -> Sequence[Group]:
        """Groups that hold those of a leaderboard: of all cells where they are known or all are asked for."""
        if is_whole(where):
            return self._known.groups(methodology, lambda: self._count(EVERY_CELL, methodology))
        if is_of_groups(where) and (kept := self._known.counted(methodology)) is not None:
            return kept
        return self._count(self._condition(select.ranked(where)), methodology)

    def _count(self, condition: select.Condition, methodology: str) -> list[Group]:
        return groups(self.cursor, condition, methodology)


def _facet_counts(rows: Sequence[tuple[Any, ...]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {_facet_name(name): {} for name in _COUNTED}
    for grouping, *values, count in rows:
        # The one column that a row is grouped by is the one whose bit is not set.
        at = next(at for at in range(len(values)) if not grouping >> (len(values) - 1 - at) & 1)
        name, value = _COUNTED[at], values[at]
        if name == "cause" and value is None:
            continue
        for part in (plugins(value) or ("",)) if name == "plugin_stack" else (value,):
            found = counts[_facet_name(name)]
            found[part] = found.get(part, 0) + count
    return {name: dict(sorted(found.items())) for name, found in counts.items()}


def _facet_name(name: str) -> str:
    return "plugin" if name == "plugin_stack" else name
