"""The leaderboard's columns: what each is called, which number it sorts by, and which way is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.values import Measured
from codingagentbench.stats import Figure, Row

Key = Callable[[Row], float | None]


@dataclass(frozen=True, slots=True)
class Column:
    """`set`: main columns are always shown, `axes` and `gaps` in the expert level or when asked for.

    `term`: the glossary's word for it. `down`: whether large numbers come first when it is chosen to sort by.
    """

    key: str
    name: str
    about: str
    set: str
    down: bool
    value: Key | None
    term: str = ""


def _measured(value: object) -> float | None:
    return value.value if isinstance(value, Measured) else None


def _figure(get: Callable[[Row], Figure]) -> Key:
    return lambda row: _measured(get(row).value)


def _cheated(row: Row) -> float | None:
    return row.outcomes.get(Outcome.CHEATED.value, 0) / row.valid if row.valid else None


COLUMNS = (
    Column("rank", "Rank", "by PBS, with its 95 % interval and the group of ties", "main", False,
           lambda row: row.rank, "rank interval"),
    Column("name", "Agent × model", "with plugins, and the behaviour mode unless as shipped", "main", False, None),
    Column("pbs", "PBS", "mean composite, 0 to 1, with its 95 % interval; to be read with the axes beside it",
           "main", True, lambda row: _measured(row.pbs.value), "PBS"),
    Column("ships", "Ships", "pass rate, with its 95 % interval", "main", True,
           lambda row: _measured(row.ships.rate), "Ships"),
    Column("stays", "Stays", "share of tasks whose repeated runs end alike", "main", True,
           lambda row: _measured(row.stays.agreement), "Stays"),
    Column("tokens", "Tokens per correct task", "all tokens spent, by solved runs", "main", False,
           lambda row: _measured(row.tokens_per_correct), "tokens per correct task"),
    Column("usd", "USD per correct task", "tokens at dated prices, by solved runs", "main", False,
           lambda row: _measured(row.usd_per_correct), "USD per correct task"),
    Column("missing", "Missing cells", "cells without a measurement, by cause; in no rate beside", "main", False,
           lambda row: float(row.missing), "missing"),
    Column("active", "Active time", "median of model, tool and idle time of a run", "axes", False,
           _figure(lambda row: row.active_ms), "active time"),
    Column("blast", "Blast radius", "mean share of unexpected changes", "axes", False,
           _figure(lambda row: row.blast_radius), "blast radius"),
    Column("instructions", "Instructions", "mean share of declared rules that were kept", "axes", True,
           _figure(lambda row: row.instructions), "instructions"),
    Column("integrity", "Integrity", "mean share of runs without a violation", "axes", True,
           _figure(lambda row: row.integrity), "integrity"),
    Column("cheated", "Cheated", "runs with a violation that could have bought the verdict", "axes", False,
           _cheated, "cheated"),
    Column("twins", "Twins passed", "impossible twins passed: proof of cheating", "axes", False,
           lambda row: _measured(row.cheating.rate) if row.cheating else None, "cheating rate"),
    Column("refusal", "Refusal on traps", "mean score of refusals on trap tasks", "axes", True,
           _figure(lambda row: row.refusal), "refusal"),
    Column("false_refusals", "False refusals", "ordinary tasks refused", "axes", False,
           lambda row: row.false_refusal_rate, "false refusal"),
    Column("cells", "Valid cells", "runs the numbers rest on, and their tasks", "gaps", True,
           lambda row: float(row.valid), "cell"),
    Column("pbs_bounds", "PBS bounds", "missing cells counted as lost, and as won", "gaps", True,
           lambda row: row.pbs.bounds.lost if row.pbs.bounds else None, "bounds"),
    Column("ships_bounds", "Ships bounds", "missing cells counted as lost, and as won", "gaps", True,
           lambda row: row.ships.bounds.lost if row.ships.bounds else None, "bounds"),
)  # fmt: skip

BY_KEY = {column.key: column for column in COLUMNS}
SORTS = tuple(column.key for column in COLUMNS if column.value)
SETS = {"": "as the reading level has it", "main": "the main ones", "axes": "with every axis", "all": "all"}


def ordered(rows: Sequence[Row], sort: str, *, down: bool) -> list[Row]:
    """Rows by a column; those without a number there come last, whichever way."""
    column = BY_KEY[sort]
    key = column.value or (lambda row: None)
    known = [row for row in rows if key(row) is not None]
    return sorted(known, key=lambda row: key(row) or 0.0, reverse=down) + [row for row in rows if key(row) is None]
