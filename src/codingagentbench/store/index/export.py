"""All lines as one Parquet file, with columns that need nothing of this package to be read."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from codingagentbench.core.errors import StoreError
from codingagentbench.store.index.rows import FIELDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LISTS = ("plugin_stack", "violations")
_PLAIN = ", ".join(
    f"cast(line.{name}::json as varchar[]) as {name}" if name in _LISTS else f"line.{name}" for name in FIELDS
)
_LINES = f"""
with scored as (
    select shape, list(
        {{'methodology': methodology, 'axis': axis, 'kind': kind, 'value': value_at, 'low': low_at,
        'high': high_at}}
        order by methodology, axis
    ) as places
    from axis_at group by shape
)
select {_PLAIN}, line.family, line.removed, line.active_ms, line.overhead_ms,
    coalesce(list_transform(places, lambda here: {{
        'methodology': here.methodology, 'axis': here.axis, 'kind': here.kind, 'value': numbers[here.value],
        'low': numbers[here.low], 'high': numbers[here.high]
    }}), []) as axes
from line left join scored on scored.shape = line.shape order by ledger, ordinal
"""


def export_lines(db: DuckDBPyConnection, path: Path) -> None:
    """Write the file in one step; an older one is replaced.

    Raises:
        StoreError: it cannot be written.
    """
    import duckdb

    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        db.sql(_LINES).write_parquet(str(fresh), compression="zstd")
        fresh.replace(path)
    except (OSError, duckdb.Error) as error:
        fresh.unlink(missing_ok=True)
        raise StoreError(f"cannot be written: {error}", where=str(path), remedy="give another path") from error
