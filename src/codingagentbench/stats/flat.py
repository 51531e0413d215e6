"""A leaderboard's rows as one flat line each, for CSV: the same for `cab leaderboard` and the site."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from codingagentbench.core.values import AxisValue, Measured
from codingagentbench.stats.group import PerCorrect
from codingagentbench.stats.leaderboard import Row

FIELDS = (
    "rank", "rank_low", "rank_high", "group", "tui", "model", "plugin_stack", "behavior_mode", "reference",
    "pbs", "pbs_low", "pbs_high", "pbs_missing_lost", "pbs_missing_won", "pass_rate", "pass_rate_low",
    "pass_rate_high", "solved", "valid", "tasks", "missing", "missing_causes", "stays", "tokens_per_correct",
    "usd_per_correct", "active_ms_median", "wall_ms_median", "model_calls", "blast_radius", "instructions",
    "integrity", "refusal_on_traps", "false_refusals", "false_refusal_rate", "cheated", "twins_passed",
    "twins_valid",
)  # fmt: skip


def as_csv(rows: Sequence[Row]) -> str:
    """A header and one line a row; an empty field is a number that was not measured."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_flat, rows))
    return out.getvalue()


def group_letter(group: int | None) -> str:
    """A tied group's letter: A, B, ... Z, AA, AB, ...; empty for rows that were not compared."""
    text, rest = "", group or 0
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def _flat(row: Row) -> dict[str, Any]:
    rank, pbs, ships = row.rank_interval or ("", ""), row.pbs.interval or ("", ""), row.ships.interval or ("", "")
    bounds = row.pbs.bounds
    return {
        "rank": row.rank, "rank_low": rank[0], "rank_high": rank[1], "group": group_letter(row.group),
        "tui": row.tui, "model": row.model, "plugin_stack": " ".join(row.plugin_stack),
        "behavior_mode": row.behavior_mode, "reference": row.reference,
        "pbs": _number(row.pbs.value), "pbs_low": pbs[0], "pbs_high": pbs[1],
        "pbs_missing_lost": bounds.lost if bounds else None, "pbs_missing_won": bounds.won if bounds else None,
        "pass_rate": _number(row.ships.rate), "pass_rate_low": ships[0], "pass_rate_high": ships[1],
        "solved": row.ships.solved, "valid": row.valid, "tasks": row.ships.tasks, "missing": row.missing,
        "missing_causes": " ".join(f"{cause}:{count}" for cause, count in row.missing_causes.items()),
        "stays": _number(row.stays.agreement), "tokens_per_correct": _number(row.tokens_per_correct),
        "usd_per_correct": _number(row.usd_per_correct), "active_ms_median": _number(row.active_ms.value),
        "wall_ms_median": _number(row.wall_ms.value), "model_calls": _number(row.model_calls.value),
        "blast_radius": _number(row.blast_radius.value), "instructions": _number(row.instructions.value),
        "integrity": _number(row.integrity.value), "refusal_on_traps": _number(row.refusal.value),
        "false_refusals": row.false_refusals, "false_refusal_rate": row.false_refusal_rate,
        "cheated": row.outcomes.get("cheated", 0),
        "twins_passed": row.cheating.passed if row.cheating else None,
        "twins_valid": row.cheating.cells if row.cheating else None,
    }  # fmt: skip


def _number(value: AxisValue | PerCorrect) -> float | None:
    return value.value if isinstance(value, Measured) else None
