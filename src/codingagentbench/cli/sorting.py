"""In which order `cab leaderboard` prints its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from codingagentbench.core.errors import UsageError

if TYPE_CHECKING:
    from codingagentbench.stats import Leaderboard, Row

_BEST_LAST = (
    "tokens_per_correct", "usd_per_correct", "blast_radius", "active_ms", "wall_ms", "overhead_ms", "model_calls",
    "false_refusals", "missing", "cheating",
)  # fmt: skip
_MORE_IS_BETTER = ("pbs", "ships", "stays", "partial_score", "integrity", "refusal", "instructions")
SORTS = (*_MORE_IS_BETTER, *_BEST_LAST)
"""What rows can be sorted by, the best first: the highest of the first ones, the lowest of the others."""

_FIELDS: dict[str, Callable[[Row], object]] = {
    "pbs": lambda row: row.pbs.value,
    "ships": lambda row: row.ships.rate,
    "stays": lambda row: row.stays.agreement,
    "cheating": lambda row: row.cheating and row.cheating.rate,
}


def sorted_rows(board: Leaderboard, name: str) -> Leaderboard:
    """The leaderboard with its rows in another order, rows without a value last; `tied_with` follows them.

    Raises:
        UsageError: no such column.
    """
    if name not in SORTS:
        raise UsageError(f"rows cannot be sorted by {name!r}", remedy=f"known: {', '.join(SORTS)}")
    sign = -1 if name in _MORE_IS_BETTER else 1
    values = [_number(row, name) for row in board.rows]
    order = sorted(range(len(values)), key=lambda at: _key(values[at], sign))
    place = {old: new for new, old in enumerate(order)}
    rows = []
    for row in (board.rows[old] for old in order):
        rows.append(row.model_copy(update={"tied_with": tuple(sorted(place[at] for at in row.tied_with))}))
    return board.model_copy(update={"rows": tuple(rows)})


def _number(row: Row, name: str) -> float | None:
    found = _FIELDS[name](row) if name in _FIELDS else getattr(row, name)
    found = getattr(found, "value", found)
    found = getattr(found, "value", found)
    return float(found) if isinstance(found, int | float) else None


def _key(value: float | None, sign: int) -> tuple[bool, float]:
    return (value is None, sign * (value or 0.0))
