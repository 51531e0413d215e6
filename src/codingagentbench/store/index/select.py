"""From what is asked to a condition and its parameters, and to an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from codingagentbench.core.errors import UsageError
from codingagentbench.core.record import AXES
from codingagentbench.store.index.where import FACETS, Where, chosen, column

Values = Callable[[str], Sequence[str]]
"""The values there are in a facet's column."""

_PLAIN_ORDERS = (
    "cell_id", "sweep_id", "tui", "model", "task", "family", "language", "outcome", "cause", "run", "attempts",
    "started_at", "ended_at", "wall_ms", "active_ms", "overhead_ms", "model_calls", "prompt_tokens",
    "completion_tokens", "total_tokens", "usd", "harness_cpu_ms",
)  # fmt: skip
PLANNED_ORDER = "planned"
ORDERS = (PLANNED_ORDER, *_PLAIN_ORDERS, *AXES)
"""What lines can be sorted by: planned order by sweep, a column, or an axis under the cell's own methodology."""


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL after `where`, and its parameters by name."""

    text: str
    values: dict[str, Any]


_SWITCHES = {
    "planned_only": ("not line.planned", True),
    "references": ("line.reference", False),
    "provisional": ("line.provisional", False),
    "unsandboxed": ("not line.sandboxed", False),
    "removed": ("line.removed", False),
}
"""Which cells a switch is about, and the setting that leaves them out."""


def condition(where: Where, values: Values) -> Condition:
    """The condition of what a list takes."""
    texts, parameters = ["true"], {}
    for facet in FACETS:
        wanted = getattr(where, facet)
        if wanted is not None:
            texts.append(f"coalesce(line.{column(facet)}, '') in (select unnest(${facet}::varchar[]))")
            parameters[facet] = chosen(facet, wanted, values(facet))
    if where.removed is None:
        where = replace(where, removed=False)
    for switch, (cells, out) in _SWITCHES.items():
        if getattr(where, switch) is out:
            texts.append(f"not ({cells})")
    return Condition(" and ".join(texts), parameters)


def ranked(where: Where) -> Where:
    """What a leaderboard is made of before reference, provisional and unsandboxed cells are counted out."""
    planned = True if where.planned_only is None else where.planned_only
    return replace(where, planned_only=planned, references=None, provisional=None, unsandboxed=None)


@dataclass(frozen=True, slots=True)
class Ordering:
    """SQL to join to `line`, SQL after `order by`, and its parameters by name."""

    join: str
    by: str
    values: dict[str, Any]


def ordering(order: str, *, descending: bool) -> Ordering:
    """How to sort by a name of `ORDERS`. Cells without a value come last, equal ones in planned order.

    Raises:
        UsageError: no such order.
    """
    if order not in ORDERS:
        raise UsageError(f"cells cannot be sorted by {order!r}", remedy=f"known: {', '.join(ORDERS)}")
    way = "desc" if descending else "asc"
    planned = "line.ledger, line.ordinal"
    if order == PLANNED_ORDER:
        return Ordering("", f"line.ledger {way}, line.ordinal {way}", {})
    if order in _PLAIN_ORDERS:
        return Ordering("", f"line.{order} {way} nulls last, {planned}", {})
    join = (
        "left join axis_at on axis_at.shape = line.shape and axis_at.methodology = line.methodology "
        "and axis_at.axis = $order_axis"
    )
    by = f"line.numbers[axis_at.value_at] {way} nulls last, {planned}"
    return Ordering(join, by, {"order_axis": order})
