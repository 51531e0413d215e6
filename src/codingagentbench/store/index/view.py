"""The tables as they were at one moment, and the questions that are put to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codingagentbench.stats import By, Leaderboard, board
from codingagentbench.store.index import select
from codingagentbench.store.index.rows import COLUMNS, lines_of
from codingagentbench.store.index.shapes import Shape
from codingagentbench.store.index.tallies import tallies
from codingagentbench.store.index.where import FACETS, Where, column, plugins
from codingagentbench.store.line import CellLine

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Values = dict[str, Sequence[str]]
"""The values there are, by column, as far as they were asked for."""

_COUNTED = tuple(column(facet) for facet in FACETS if facet != "task")


class View:
    """A connection of its own, inside a transaction. `values` may be shared by views of the same lines."""

    def __init__(self, cursor: DuckDBPyConnection, shapes: Mapping[int, Shape], values: Values) -> None:
        self.cursor = cursor
        self._shapes = shapes
        self._values = values

    def _condition(self, where: Where) -> select.Condition:
        return select.condition(where, lambda facet: self._distinct(column(facet)))

    def _distinct(self, name: str) -> Sequence[str]:
        if name not in self._values:
            found = self.cursor.execute(f"select distinct coalesce({name}, '') from line").fetchall()
            self._values[name] = [value for (value,) in found]
        return self._values[name]

    def lines(self, where: Where) -> list[CellLine]:
        """As `CellIndex.lines`."""
        condition = self._condition(where)
        ordering = select.ordering(select.PLANNED_ORDER, descending=False)
        query = f"select {COLUMNS} from line where {condition.text} order by {ordering.by}"
        return lines_of(self.cursor.execute(query, condition.values), self._shapes)

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

    def leaderboard(self, by: By, where: Where, methodology: str, *, intervals: bool) -> Leaderboard:
        """As `CellIndex.leaderboard`."""
        reason = select.left_out(where)
        condition = self._condition(select.ranked(where))
        out = self.cursor.execute(
            f"select {reason} as reason, count(*) from line where {condition.text} group by 1 order by 1",
            condition.values,
        ).fetchall()
        found = tallies(self.cursor, condition, reason, methodology)
        left_out = {name: count for name, count in out if name}
        return board(found, by=by, methodology=methodology, left_out=left_out, intervals=intervals)


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
