"""The columns of the index and the statements that fill it: constants. What comes from outside is a parameter."""

from __future__ import annotations

import json

from codingagentbench.stats.tally import ACTIVE_PARTS, OVERHEAD_PARTS
from codingagentbench.store.index.shapes import NUMBER, SLOT

_TEXTS = (
    "cell_id", "spec_digest", "fingerprint", "sweep_id", "tui", "tui_version", "model", "task", "language",
    "behavior_mode", "sandbox", "image_digest", "model_build_id", "task_digest", "outcome", "cause_detail",
    "started_at", "ended_at", "tokens_source", "methodology", "directory",
)  # fmt: skip
_DEFAULT_TEXTS = {"behavior_mode": "factory", "sandbox": "local"}
_NULL_TEXTS = ("cause", "limit_hit")
_LISTS = ("plugin_stack", "violations")
_WHOLE = {"run": 1, "attempt": 1, "model_calls": 0}
_NULL_WHOLE = ("exit_code", "prompt_tokens", "completion_tokens", "total_tokens")
_NULL_FLOATS = ("harness_cpu_ms", "usd")
_FLAGS = {"reference": "false", "provisional": "false", "sandboxed": "true"}
_DOCUMENTS = ("latency", "scores")

_STRUCTURE = json.dumps(
    {
        **dict.fromkeys((*_TEXTS, *_NULL_TEXTS), "VARCHAR"),
        **dict.fromkeys((*_WHOLE, *_NULL_WHOLE), "BIGINT"),
        **dict.fromkeys(_NULL_FLOATS, "DOUBLE"),
        **dict.fromkeys(_FLAGS, "BOOLEAN"),
        **dict.fromkeys((*_LISTS, *_DOCUMENTS), "JSON"),
    }
)
"""A summary, in the words of `from_json`."""

_FIELDS = ", ".join(
    (
        *(f"coalesce(s.{name}, '{_DEFAULT_TEXTS.get(name, '')}') as {name}" for name in _TEXTS),
        *(f"coalesce(s.{name}, {default}) as {name}" for name, default in {**_WHOLE, **_FLAGS}.items()),
        *(f"coalesce(s.{name}::varchar, '[]') as {name}" for name in _LISTS),
        *(f"s.{name}" for name in (*_NULL_TEXTS, *_NULL_WHOLE, *_NULL_FLOATS)),
    )
)

ATTEMPT_COLUMNS = {
    **dict.fromkeys(("seq", "ordinal", "shown"), "bigint"),
    **dict.fromkeys(("place", *_TEXTS), "varchar"),
    **dict.fromkeys(_WHOLE, "bigint"),
    **dict.fromkeys(_FLAGS, "boolean"),
    **dict.fromkeys((*_LISTS, *_NULL_TEXTS), "varchar"),
    **dict.fromkeys(_NULL_WHOLE, "bigint"),
    **dict.fromkeys((*_NULL_FLOATS, "wall_ms", "active_ms", "overhead_ms"), "double"),
    "numbers": "double[]",
    "shape": "ubigint",
}
"""What a part holds of an attempt. `plugin_stack` and `violations` are JSON lists; the last two: `shapes.py`."""


def _sum_of(parts: tuple[str, ...]) -> str:
    return " + ".join(f"coalesce(parts['{part}'], 0.0)" for part in parts)


SPLIT = f"""
create or replace temp table split as
with read as (select seq, ordinal, shown, place, from_json(summary, '{_STRUCTURE}') as s from fresh),
told as (
    select *, coalesce(s.latency::varchar, '{{}}') as latency, coalesce(s.scores::varchar, '{{}}') as scores
    from read
),
timed as (
    select *, cast(latency::json as map(varchar, double)) as parts,
        '{{"latency":' || latency || ',"scores":' || scores || '}}' as document
    from told
)
select seq, ordinal, shown, place, {_FIELDS}, coalesce(list_sum(map_values(parts)), 0.0) as wall_ms,
    {_sum_of(ACTIVE_PARTS)} as active_ms, {_sum_of(OVERHEAD_PARTS)} as overhead_ms,
    regexp_extract_all(document, '{NUMBER}', 2)::double[] as numbers,
    regexp_replace(document, '{NUMBER}', '{SLOT}', 'g') as text
from timed
"""
"""Attempts of the table `fresh` (seq, ordinal, shown, place, summary) with their fields in columns."""

SPLIT_ATTEMPTS = "select * exclude (text), md5_number_lower(text) as shape from split order by seq"
SPLIT_SHAPES = "select distinct md5_number_lower(text) as shape, text from split"

MERGE_ATTEMPTS = "select * from read_parquet(?, hive_partitioning = false) order by seq"
READ_SHAPES = "select distinct shape, text from read_parquet(?, hive_partitioning = false)"

_LINE_COLUMNS = {
    "ledger": "varchar", "planned": "boolean", "removed": "boolean", "attempts": "bigint", "family": "varchar",
    **ATTEMPT_COLUMNS,
}  # fmt: skip

TABLES = (
    "create table line (" + ", ".join(f"{name} {kind}" for name, kind in _LINE_COLUMNS.items()) + ")",
    "create table axis_at (shape ubigint, methodology varchar, axis varchar, kind varchar, value_at bigint, "
    "low_at bigint, high_at bigint)",
)
"""`line`: the attempt that speaks for each cell of each ledger. `axis_at`: where shapes have an axis's numbers."""

LEARN = """
insert into axis_at
select unnest($shape::ubigint[]), unnest($methodology::varchar[]), unnest($axis::varchar[]),
    unnest($kind::varchar[]), unnest($value_at::bigint[]), unnest($low_at::bigint[]), unnest($high_at::bigint[])
"""
"""Many rows at once: a statement a row takes a millisecond."""

GAIN = (
    "create or replace temp table gained as "
    "select * from read_parquet($files, hive_partitioning = false) where seq > $after",
    "create or replace temp table touched as "
    "select ordinal, arg_max(shown, seq) as shown, count(*) as tries from gained group by ordinal",
    "update line set attempts = line.attempts + touched.tries from touched "
    "where line.ledger = $ledger and line.ordinal = touched.ordinal",
    "create or replace temp table speaking as "
    "select $ledger as ledger, true as planned, false as removed, "
    "coalesce(line.attempts, touched.tries) as attempts, split_part(gained.task, '/', 1) as family, gained.* "
    "from gained join touched on gained.ordinal = touched.ordinal and gained.attempt = touched.shown "
    "left join line on line.ledger = $ledger and line.ordinal = gained.ordinal",
    "delete from line where ledger = $ledger and ordinal in (select ordinal from speaking)",
    "insert into line by name select * from speaking",
)
"""Takes new attempts of a ledger into `line`: a cell keeps its line unless one of them now speaks for it."""

FORGET = "delete from line where ledger = ?"
SET_PLANNED = (
    "update line set planned = not planned "
    "where ledger = $ledger and planned = (ordinal in (select unnest($unplanned::bigint[])))"
)
SET_REMOVED = (
    "update line set removed = not removed where removed != (place in (select unnest($places::varchar[])))"
)
