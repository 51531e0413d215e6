"""A leaderboard's tallies, counted by the database: one row a pair and task, whatever the number of cells.

Rows are told apart by everything that a leaderboard filters by, so that those of all cells, counted once, give the
tallies of any filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codingagentbench.stats.tally import MEAN_AXES, Samples, Tally
from codingagentbench.store.index.select import Condition
from codingagentbench.store.index.where import plugins

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMES = ("tui", "model", "plugin_stack", "behavior_mode", "task", "sweep_id", "family", "language")
_FLAGS = ("planned", "removed", "reference", "provisional", "sandboxed")
_KEYS = ", ".join((*NAMES, *_FLAGS))

_AXES = ("composite", *MEAN_AXES)
_FIELDS = ("kind", "value_at", "low_at", "high_at")
_VALID = "outcome != 'invalid'"

_PLACES = ", ".join(
    f"max({field}) filter (axis = '{axis}') as {axis}_{field}" for axis in _AXES for field in _FIELDS
)
_VALUES = ", ".join(f"numbers[{axis}_value_at] as {axis}, {axis}_kind" for axis in MEAN_AXES)
_SAMPLES = ", ".join(
    f"list({axis} order by {axis}) filter ({_VALID} and {axis}_kind = 'measured') as {axis}, "
    f"count(*) filter ({_VALID} and coalesce({axis}_kind, 'not_measured') = 'not_measured') as {axis}_unmeasured"
    for axis in MEAN_AXES
)
_SPENT = ", ".join(
    f"list({name}::double order by {name}) filter ({_VALID} and {name} is not null) as {name}, "
    f"count(*) filter ({_VALID} and {name} is null) as {name}_unmeasured"
    for name in ("total_tokens", "usd")
)
_TIMES = ", ".join(
    f"list({name} order by {name}) filter ({_VALID}) as {name}" for name in ("active_ms", "wall_ms", "overhead_ms")
)


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that no filter of a leaderboard but outcome and cause tells apart. `names`: by column, `NAMES`."""

    names: Mapping[str, str]
    planned: bool
    removed: bool
    provisional: bool
    sandboxed: bool
    cells: int
    tally: Tally


def _query(condition: Condition) -> str:
    """Tallies of the cells of a condition. Parameter: `methodology`."""
    return f"""
with place as (
    select shape, {_PLACES} from axis_at where methodology = $methodology group by shape
),
cell as (
    select line.*, {_VALUES},
        case composite_kind
            when 'measured' then numbers[composite_value_at]
            when 'not_measured' then coalesce(numbers[composite_low_at], 0.0)
            else 0.0
        end as low,
        case composite_kind
            when 'measured' then numbers[composite_value_at]
            when 'not_measured' then coalesce(numbers[composite_high_at], 1.0)
            else 1.0
        end as high
    from line left join place on place.shape = line.shape
    where {condition.text}
)
select {_KEYS}, count(*) as cells,
    histogram(outcome) as outcomes,
    histogram(coalesce(cause, 'unknown')) filter (outcome = 'invalid') as causes,
    list(low order by low, high) filter ({_VALID}) as lows,
    list(high order by low, high) filter ({_VALID}) as highs,
    {_SAMPLES}, {_SPENT}, coalesce(sum(model_calls) filter ({_VALID}), 0)::bigint as calls, {_TIMES}
from cell group by {_KEYS}
"""


def groups(db: DuckDBPyConnection, condition: Condition, methodology: str) -> list[Group]:
    """The groups of these cells; of one pair and task there may be several."""
    found = db.execute(_query(condition), {**condition.values, "methodology": methodology})
    names = [column[0] for column in found.description or ()]
    return [_group(dict(zip(names, row, strict=True))) for row in found.fetchall()]


def _group(row: Mapping[str, Any]) -> Group:
    return Group(
        names={name: row[name] for name in NAMES},
        planned=row["planned"],
        removed=row["removed"],
        provisional=row["provisional"],
        sandboxed=row["sandboxed"],
        cells=row["cells"],
        tally=_tally(row),
    )


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(
        pair=(row["tui"], row["model"], plugins(row["plugin_stack"]), row["behavior_mode"]),
        task=row["task"],
        reference=row["reference"],
        outcomes=_counts(row["outcomes"]),
        causes=_counts(row["causes"]),
        composites=tuple(zip(row["lows"] or (), row["highs"] or (), strict=True)),
        axes={axis: _samples(row, axis) for axis in MEAN_AXES},
        tokens=_samples(row, "total_tokens"),
        usd=_samples(row, "usd"),
        calls=row["calls"],
        active_ms=_values(row["active_ms"]),
        wall_ms=_values(row["wall_ms"]),
        overhead_ms=_values(row["overhead_ms"]),
    )


def _counts(found: Mapping[str, int] | None) -> dict[str, int]:
    return dict(sorted((found or {}).items()))


def _values(found: Sequence[float] | None) -> tuple[float, ...]:
    return tuple(found or ())


def _samples(row: Mapping[str, Any], name: str) -> Samples:
    return Samples(_values(row[name]), row[f"{name}_unmeasured"])
