"""Every statement of the index. Constants only: whatever comes from outside is a parameter."""

from __future__ import annotations

import json

from codingagentbench.store.index.shapes import NUMBER, SLOT
from codingagentbench.store.index.where import COLUMNS, FACETS

TEXTS = (
    "cell_id", "spec_digest", "fingerprint", "sweep_id", "tui", "tui_version", "model", "task", "language",
    "behavior_mode", "sandbox", "image_digest", "model_build_id", "task_digest", "outcome", "cause_detail",
    "started_at", "ended_at", "tokens_source", "methodology", "directory",
)  # fmt: skip
_DEFAULTS = {"behavior_mode": "factory", "sandbox": "local"}
_NULLABLE_TEXTS = ("cause", "limit_hit")
_LISTS = ("plugin_stack", "violations")
_WHOLE = {"run": 1, "attempt": 1, "model_calls": 0}
_NULLABLE_WHOLE = ("exit_code", "prompt_tokens", "completion_tokens", "total_tokens")
_NULLABLE_FLOATS = ("harness_cpu_ms", "usd")
_FLAGS = {"reference": False, "provisional": False, "sandboxed": True}

_STRUCTURE = json.dumps(
    {
        **dict.fromkeys((*TEXTS, *_NULLABLE_TEXTS), "VARCHAR"),
        **dict.fromkeys((*_WHOLE, *_NULLABLE_WHOLE), "BIGINT"),
        **dict.fromkeys(_NULLABLE_FLOATS, "DOUBLE"),
        **dict.fromkeys(_FLAGS, "BOOLEAN"),
        **dict.fromkeys((*_LISTS, "latency", "scores"), "JSON"),
    }
)

_FIELDS = ", ".join(
    (
        *(f"coalesce(s.{name}, '{_DEFAULTS.get(name, '')}') as {name}" for name in TEXTS),
        *(f"coalesce(s.{name}, {default}) as {name}" for name, default in _WHOLE.items()),
        *(f"coalesce(s.{name}, {str(default).lower()}) as {name}" for name, default in _FLAGS.items()),
        *(f"coalesce(s.{name}::varchar, '[]') as {name}" for name in _LISTS),
        *(f"s.{name} as {name}" for name in (*_NULLABLE_TEXTS, *_NULLABLE_WHOLE, *_NULLABLE_FLOATS)),
    )
)

_PARTS_SUM = "({})"


def _sum_of(parts: tuple[str, ...]) -> str:
    return " + ".join(f"coalesce(parts['{part}'], 0.0)" for part in parts)


SPLIT = f"""
create or replace temp table split as
with read as (select seq, ordinal, shown, place, from_json(summary, '{_STRUCTURE}') as s from fresh),
told as (
    select *, coalesce(s.latency::varchar, '{{}}') as latency,
        '{{"latency":' || coalesce(s.latency::varchar, '{{}}') || ',"scores":' || coalesce(s.scores::varchar, '{{}}') || '}}'
        as document,
    from read
),
timed as (select *, cast(latency::json as map(varchar, double)) as parts from told)
select seq, ordinal, shown, place, {_FIELDS},
    coalesce(list_sum(map_values(parts)), 0.0) as wall_ms,
    {_sum_of(("prefill", "decode", "tool", "idle"))} as active_ms,
    {_sum_of(("queue", "setup", "sandbox", "snapshot", "teardown"))} as overhead_ms,
    regexp_replace(document, '{NUMBER}', '{SLOT}', 'g') as text,
    regexp_extract_all(document, '{NUMBER}', 1)::double[] as numbers
from timed
"""
"""Attempts of the table `fresh` (seq, ordinal, shown, place, summary) with their fields in columns."""

SPLIT_ATTEMPTS = "select * exclude (text), md5_number_lower(text) as shape from split order by seq"
SPLIT_SHAPES = "select distinct md5_number_lower(text) as shape, text from split"

MERGE_ATTEMPTS = "select * from read_parquet(?, hive_partitioning = false) order by seq"
MERGE_SHAPES = "select distinct shape, text from read_parquet(?, hive_partitioning = false)"

TABLES = """
create table line (
    sweep_id varchar, ordinal bigint, seq bigint, planned boolean, removed boolean, attempts bigint, place varchar,
    family varchar, shape ubigint, numbers double[], wall_ms double, active_ms double, overhead_ms double
);
"""
