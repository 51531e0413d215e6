"""Which recordings the gallery shows: the newest of every task family. No more of them are read than are shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import CabError
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.replay.still import still
from codingagentbench.store.line import CellLine

SHOWN = 60
"""Recordings on one page."""

LISTED = 200
"""Further cells that a static page names without opening their recordings."""


@dataclass(frozen=True, slots=True)
class Card:
    """A recording with something to see. `tools` counts tool calls, None where the attempt cannot be read."""

    line: CellLine
    still: str
    tools: int | None


def in_turn(lines: Iterable[CellLine]) -> list[CellLine]:
    """Cells with files, newest first, the families taking turns: any first part has some of every family."""
    newest = sorted((line for line in lines if line.directory), key=lambda line: line.place)
    newest.sort(key=lambda line: line.ended_at, reverse=True)
    taken: Counter[str] = Counter()
    turns = []
    for line in newest:
        turns.append((taken[line.family], line))
        taken[line.family] += 1
    turns.sort(key=lambda turn: turn[0])
    return [line for _, line in turns]


def cards(results: Path, lines: Sequence[CellLine]) -> list[Card]:
    """A card for each cell whose recording has output."""
    found = ((line, still(results / line.directory / "terminal.cast")) for line in lines)
    return [Card(line, text, _tools(results, line)) for line, text in found if text]


def by_family(shown: Iterable[Card]) -> dict[str, list[Card]]:
    """Cards of each family, families in the order of their names, cards newest first."""
    found: dict[str, list[Card]] = defaultdict(list)
    for card in shown:
        found[card.line.family].append(card)
    return {
        family: sorted(found[family], key=lambda card: card.line.ended_at, reverse=True)
        for family in sorted(found)
    }


def _tools(results: Path, line: CellLine) -> int | None:
    try:
        attempt = Attempt.open(results, line.directory)
    except CabError:
        return None
    return sum(span.kind == "tool_call" for span in attempt.spans)
