"""What the results hold that a reader must know of: cheats, missing cells, cells measured twice, removals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from codingagentbench.core.outcome import Outcome
from codingagentbench.site import paths
from codingagentbench.site.site import Site
from codingagentbench.store import CellFilter, CellLine, Pair, Removal, load_lines


@dataclass(frozen=True, slots=True)
class Remeasured:
    """A cell with more than one valid attempt. `line` speaks for it; `others` are its other attempts, in order."""

    line: CellLine
    others: tuple[CellLine, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """A removal and what the cell had said; None when the results hold no such cell."""

    removal: Removal
    line: CellLine | None


@dataclass(frozen=True, slots=True)
class Findings:
    """Cells in planned order by sweep. `cards` counts valid cells by the methodologies they are scored under."""

    cells: int
    violated: tuple[CellLine, ...]
    kinds: dict[str, int]
    invalid: tuple[CellLine, ...]
    causes: dict[str, int]
    remeasured: tuple[Remeasured, ...]
    unplanned: tuple[CellLine, ...]
    cards: dict[tuple[str, ...], int]
    removed: tuple[Removed, ...]

    @property
    def cheated(self) -> tuple[CellLine, ...]:
        """Cells whose outcome is `cheated`."""
        return tuple(line for line in self.violated if line.outcome is Outcome.CHEATED)

    def removed_pairs(self) -> dict[Pair, tuple[int, int]]:
        """By pair, how many of its cells were removed and how many of those were solved."""
        gone = [one.line for one in self.removed if one.line]
        pairs = Counter(line.pair for line in gone)
        solved = Counter(line.pair for line in gone if line.solved)
        return {pair: (count, solved[pair]) for pair, count in pairs.items()}


def find(site: Site) -> Findings:
    """Go through all cells.

    Raises:
        StoreError: a ledger cannot be read.
    """
    lines = site.catalogue.lines
    violated = tuple(line for line in lines if line.violations or line.outcome is Outcome.CHEATED)
    invalid = tuple(line for line in lines if not line.measured)
    return Findings(
        cells=len(lines),
        violated=violated,
        kinds=_counted(kind for line in violated for kind in dict.fromkeys(line.violations)),
        invalid=invalid,
        causes=_counted(str(line.cause or "unknown") for line in invalid),
        remeasured=tuple(_remeasured(site, lines)),
        unplanned=tuple(line for line in lines if not line.planned),
        cards=dict(Counter(tuple(sorted(line.axes)) for line in lines if line.measured)),
        removed=tuple(_removed(site)),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(words).most_common())


def _remeasured(site: Site, lines: Sequence[CellLine]) -> Iterable[Remeasured]:
    for line in lines:
        if line.attempts > 1 and line.measured:
            attempts = site.other_attempts.get(line.place, {}).values()
            others = sorted(
                (other for other in attempts if other.spec_digest == line.spec_digest), key=lambda one: one.attempt
            )
            if any(other.measured for other in others):
                yield Remeasured(line, tuple(others))


def _removed(site: Site) -> Iterable[Removed]:
    if not site.removals:
        return ()
    known = {line.place: line for line in load_lines(site.results, CellFilter(removed=True))}
    return [Removed(removal, known.get(removal.cell)) for removal in site.removals]


def as_json(findings: Findings) -> dict[str, Any]:
    """Everything the page lists, with nothing left out for length."""
    return {
        "cells": findings.cells,
        "violations": [_told(line, violations=line.violations) for line in findings.violated],
        "invalid": [_told(line, cause=line.cause, detail=line.cause_detail) for line in findings.invalid],
        "remeasured": [
            _told(one.line, others=[(other.attempt, other.outcome) for other in one.others])
            for one in findings.remeasured
        ],
        "no_longer_planned": [_told(line) for line in findings.unplanned],
        "removals": [
            {**one.removal.model_dump(mode="json"), "said": _told(one.line) if one.line else None}
            for one in findings.removed
        ],
        "scored_under": [
            {"methodologies": versions, "cells": count} for versions, count in findings.cards.items()
        ],
    }


def _told(line: CellLine, **more: Any) -> dict[str, Any]:
    identity = {"cell": line.place, "cell_id": line.cell_id, "attempt": line.attempt, "outcome": line.outcome}
    return {**identity, "page": paths.cell(line), **more}
