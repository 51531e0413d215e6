"""The cells of a static site's leaderboard as columns of small numbers, for its script to filter and add up.

One group is one pair on one task in one sweep. Scales: composites and axes in 1/10,000, USD in millionths, active
time in 10 ms. What the script computes from them, and how exactly, is in `assets/board.js`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.site import paths
from codingagentbench.site.site import Site
from codingagentbench.stats import DEFAULT_METHODOLOGY
from codingagentbench.stats.tally import Samples, Tally, tally
from codingagentbench.store.line import CellLine

MOST_CELLS = 20_000
"""Above this a static site leaves the filters to `cab leaderboard` and to the served site."""

AXES = ("blast_radius", "integrity", "refusal", "instructions")
LETTERS = {
    Outcome.SOLVED: "s", Outcome.CHEATED: "c", Outcome.REFUSED: "r", Outcome.LIMIT: "l",
    Outcome.AGENT_ERROR: "e", Outcome.GAVE_UP: "g", Outcome.WRONG: "w",
}  # fmt: skip
"""A letter for each outcome; invalid cells are digits that count `CAUSES`."""

CAUSES = (*InvalidCause, "unknown")


def script(site: Site) -> bytes:
    """The script file that hands the data over."""
    data = json.dumps(compact(site), separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c")
    return f"cab.receive('board',{data});\n".encode()


def compact(site: Site) -> dict[str, Any]:
    """All cells, whatever kind they are of, as columns."""
    sections = _sections(site.catalogue.lines)
    groups = [group for _, _, found in sections for group in found]
    pairs = {pair: number for number, pair in enumerate(dict.fromkeys(group.pair for group in groups))}
    references = {group.pair for group in groups if group.reference}
    tasks = {task: number for number, task in enumerate(sorted(site.catalogue.by_task))}
    sweeps = {sweep: number for number, sweep in enumerate(sorted(site.catalogue.by_sweep))}
    return {
        "methodology": DEFAULT_METHODOLOGY,
        "causes": [str(cause) for cause in CAUSES],
        "pairs": [[*pair, int(pair in references), paths.pair(pair)] for pair in pairs],
        "tasks": [[task, site.catalogue.by_task[task][0].language] for task in tasks],
        "sweeps": list(sweeps),
        "runs": _runs(sections, pairs, sweeps),
        "task": [tasks[group.task] for group in groups],
        "outcomes": " ".join(map(_outcomes, groups)),
        "composites": [_composite(ends) for group in groups for ends in group.composites],
        "active": [round(ms / 10) for group in groups for ms in group.active_ms],
        "tokens": _spent([group.tokens for group in groups], 1),
        "usd": _spent([group.usd for group in groups], 1e6),
        "axes": {name: _axis([group.axes[name] for group in groups]) for name in AXES},
    }


_Section = tuple[str, int, list[Tally]]
"""A sweep, the kinds of its cells (1 provisional, 2 not sandboxed), and its groups by pair."""


def _sections(lines: Iterable[CellLine]) -> list[_Section]:
    found: dict[tuple[str, int], list[CellLine]] = defaultdict(list)
    for line in lines:
        if not line.planned:
            continue
        found[line.sweep_id, line.provisional + 2 * (not line.sandboxed)].append(line)
    return [(*key, tally(found[key], DEFAULT_METHODOLOGY)) for key in sorted(found)]


def _runs(sections: Iterable[_Section], pairs: dict[Any, int], sweeps: dict[str, int]) -> list[int]:
    """pair, sweep, kinds, how many groups follow, again and again."""
    runs: list[int] = []
    for sweep, kinds, groups in sections:
        for group in groups:
            head = [pairs[group.pair], sweeps[sweep], kinds]
            if runs[-4:-1] == head:
                runs[-1] += 1
            else:
                runs += [*head, 1]
    return runs


def _outcomes(group: Tally) -> str:
    valid = "".join(letter * group.outcomes.get(outcome, 0) for outcome, letter in LETTERS.items())
    causes = [str(cause) for cause in CAUSES]
    return valid + "".join(str(causes.index(cause)) * count for cause, count in group.causes.items())


def _composite(ends: tuple[float, float]) -> int:
    """-1 when it was not measured."""
    return round(ends[0] * 10_000) if ends[0] == ends[1] else -1


def _spent(groups: Sequence[Samples], scale: float) -> dict[str, Any]:
    """Sums a group, and how many of its cells left theirs unknown."""
    return {
        "sum": _column([round(sum(group.values) * scale) for group in groups]),
        "unknown": _column([group.unmeasured for group in groups]),
    }


def _axis(groups: Sequence[Samples]) -> dict[str, Any]:
    """Sums a group and the number of measured cells."""
    return {
        "sum": _column([round(sum(group.values) * 10_000) for group in groups]),
        "cells": _column([len(group.values) for group in groups]),
    }


def _column(values: Sequence[int]) -> list[int] | int:
    """One number where all are equal."""
    return values[0] if len(set(values)) == 1 else list(values)
