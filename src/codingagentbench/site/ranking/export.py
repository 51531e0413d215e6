"""A board as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from codingagentbench.core.values import Measured
from codingagentbench.site.ranking.columns import false_refusal_rate
from codingagentbench.site.ranking.state import State
from codingagentbench.stats import Leaderboard, Row


def as_json(board: Leaderboard, rows: Sequence[Row], state: State) -> bytes:
    """The board with typed absences as `cab leaderboard --json` prints it, and the query that chose its rows.

    `tied_with` counts rows of the whole board, in the order by PBS.
    """
    places = {id(row): place for place, row in enumerate(board.rows)}
    data = board.model_dump(mode="json") | {
        "query": state.query,
        "rows": [row.model_dump(mode="json") | {"place": places[id(row)]} for row in rows],
    }
    return json.dumps(data, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def as_csv(rows: Sequence[Row]) -> bytes:
    """One line a row; an empty field is a number that was not measured."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS)
    writer.writeheader()
    writer.writerows(map(_flat, rows))
    return out.getvalue().encode("utf-8", "replace")


FIELDS = (
    "rank", "rank_low", "rank_high", "group", "tui", "model", "plugin_stack", "behavior_mode", "reference",
    "pbs", "pbs_low", "pbs_high", "pbs_missing_lost", "pbs_missing_won", "pass_rate", "pass_rate_low",
    "pass_rate_high", "solved", "valid", "tasks", "missing", "missing_causes", "stays", "tokens_per_correct",
    "usd_per_correct", "active_ms_median", "blast_radius", "instructions", "integrity", "refusal_on_traps",
    "false_refusals", "false_refusal_rate", "cheated", "twins_passed", "twins_valid",
)  # fmt: skip


def _flat(row: Row) -> dict[str, Any]:
    rank, pbs, ships = row.rank_interval or ("", ""), row.pbs.interval or ("", ""), row.ships.interval or ("", "")
    bounds = row.pbs.bounds
    return {
        "rank": row.rank, "rank_low": rank[0], "rank_high": rank[1], "group": row.group, "tui": row.tui,
        "model": row.model, "plugin_stack": " ".join(row.plugin_stack), "behavior_mode": row.behavior_mode,
        "reference": row.reference, "pbs": _number(row.pbs.value), "pbs_low": pbs[0], "pbs_high": pbs[1],
        "pbs_missing_lost": bounds.lost if bounds else None, "pbs_missing_won": bounds.won if bounds else None,
        "pass_rate": _number(row.ships.rate), "pass_rate_low": ships[0], "pass_rate_high": ships[1],
        "solved": row.ships.solved, "valid": row.valid, "tasks": row.ships.tasks, "missing": row.missing,
        "missing_causes": " ".join(f"{cause}:{count}" for cause, count in row.missing_causes.items()),
        "stays": _number(row.stays.agreement), "tokens_per_correct": _number(row.tokens_per_correct),
        "usd_per_correct": _number(row.usd_per_correct), "active_ms_median": _number(row.active_ms.value),
        "blast_radius": _number(row.blast_radius.value), "instructions": _number(row.instructions.value),
        "integrity": _number(row.integrity.value), "refusal_on_traps": _number(row.refusal.value),
        "false_refusals": row.false_refusals, "false_refusal_rate": false_refusal_rate(row),
        "cheated": row.outcomes.get("cheated", 0),
        "twins_passed": row.cheating.passed if row.cheating else None,
        "twins_valid": row.cheating.cells if row.cheating else None,
    }  # fmt: skip


def _number(value: object) -> float | None:
    return value.value if isinstance(value, Measured) else None
