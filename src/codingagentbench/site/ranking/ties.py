"""Rows under headings that say which of them cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from codingagentbench.stats import Leaderboard, Row, group_letter


@dataclass(frozen=True, slots=True)
class Band:
    """Rows that follow each other in the order by PBS and are of one group of ties. `letter` empty: not ranked."""

    letter: str
    title: str
    rows: tuple[Row, ...]


def bands(board: Leaderboard, rows: Sequence[Row]) -> list[Band]:
    """The rows to show, in the board's own order, by group."""
    sizes: dict[int | None, int] = {}
    for row in board.rows:
        sizes[row.group] = sizes.get(row.group, 0) + 1
    seen: set[int | None] = set()
    found = []
    for group, members in groupby(rows, key=lambda row: row.group):
        found.append(Band(group_letter(group), _title(group, sizes[group], again=group in seen), tuple(members)))
        seen.add(group)
    return found


def _title(group: int | None, size: int, *, again: bool) -> str:
    if not group:
        return "Not ranked: PBS is not measured"
    name = f"Group {group_letter(group)}"
    if again:
        return f"{name}, continued: these cannot be told apart from its first row either"
    if size == 1:
        return (
            f"{name}: one row, told apart from the first row of every group above"
            if group > 1
            else f"{name}: one row"
        )
    return f"{name}: {size} rows; none can be told apart from the first of them"
