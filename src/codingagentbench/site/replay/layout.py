"""Spans put in order on one clock: times made usable, parents resolved, a lane for each. Any trace is hostile."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from codingagentbench.core.evidence import Span

SPANS = 20_000
"""Spans that a replay holds; the rest is only in the file."""

LONGEST_MS = 30 * 24 * 3_600_000.0
"""A time beyond this is taken for a broken one."""

SHORTEST_MS = 0.001
"""A run shorter than this has no length to draw on."""

DEPTHS = 12
LANES_A_DEPTH = 12
"""Deeper spans, and more at once, share the last lane."""


class Bar(NamedTuple):
    """A span on the replay's clock: `start` and `end` in ms, 0 <= start <= end <= duration.

    `parent` is the index of the bar it lies under, None for the top or where the parent is unknown. `notes` says
    what was wrong with the span as recorded.
    """

    span: Span
    start: float
    end: float
    parent: int | None
    depth: int
    lane: int
    notes: tuple[str, ...]

    @property
    def length(self) -> float:
        """Milliseconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Layout:
    """Bars by start, `lanes` to draw them in, the clock's end in ms, and how many spans were left out."""

    bars: tuple[Bar, ...]
    lanes: int
    duration: float
    left_out: int

    @property
    def program(self) -> Bar | None:
        """The agent's program: the first `adapter_run`."""
        return next((bar for bar in self.bars if bar.span.kind == "adapter_run"), None)


def lay_out(spans: Sequence[Span]) -> Layout:
    """Lay out the first `SPANS` spans. The clock ends with the cell's span, without one with the last span."""
    kept = spans[:SPANS]
    duration = _duration(kept)
    timed = sorted(
        ((*_times(span, duration), span) for span in kept), key=lambda found: (found[0], -found[1], found[3].id)
    )
    parents, problems = _parents([span for *_, span in timed])
    depths = _depths(parents)
    lanes, count = _lanes([(start, end) for start, end, *_ in timed], depths)
    bars = tuple(
        Bar(span, start, end, parents[i], depths[i], lanes[i], (*notes, *problems[i]))
        for i, (start, end, notes, span) in enumerate(timed)
    )
    return Layout(bars, count, duration, len(spans) - len(kept))


def _duration(spans: Sequence[Span]) -> float:
    ends = [span.end for span in spans if _usable(span.end)]
    roots = [span.end for span in spans if span.kind == "cell" and _usable(span.end) and span.end > 0]
    longest = max(roots or ends, default=0.0)
    return longest if longest >= SHORTEST_MS else 0.0


def _usable(time: float) -> bool:
    return math.isfinite(time) and 0 <= time <= LONGEST_MS


def _times(span: Span, duration: float) -> tuple[float, float, tuple[str, ...]]:
    """Start and end within the clock, and what had to be changed for it."""
    if not (math.isfinite(span.start) and math.isfinite(span.end)):
        start = span.start if _usable(span.start) else 0.0
        end = span.end if _usable(span.end) else start
        notes = ["a time is not a number"]
    else:
        start, end, notes = span.start, span.end, []
    low, high = min(max(start, 0.0), duration), min(max(end, 0.0), duration)
    if (low, high) != (start, end):
        notes.append("it lies outside the run's time")
    if high < low:
        high = low
        notes.append("it ends before it starts")
    return low, high, tuple(notes)


def _parents(spans: Sequence[Span]) -> tuple[list[int | None], list[tuple[str, ...]]]:
    """Parents by index. A parent that is missing, or leads back to the span, is none, and said so."""
    places: dict[str, int] = {}
    for index, span in enumerate(spans):
        places.setdefault(span.id, index)
    parents = [None if span.parent is None else places.get(span.parent) for span in spans]
    notes: list[tuple[str, ...]] = [
        ("its parent is not in the trace",) if span.parent is not None and parents[i] is None else ()
        for i, span in enumerate(spans)
    ]
    for index in _closing(parents):
        parents[index] = None
        notes[index] = ("its parents lead back to itself",)
    return parents, notes


def _closing(parents: Sequence[int | None]) -> list[int]:
    """One span of each cycle: the one at which a walk towards the top comes round."""
    state = [0] * len(parents)  # 0 not seen, 1 on this walk, 2 done
    found = []
    for first in range(len(parents)):
        walk, here = [], first
        while state[here] == 0:
            state[here] = 1
            walk.append(here)
            above = parents[here]
            if above is None:
                break
            if state[above] == 1:
                found.append(here)
                break
            here = above
        for index in walk:
            state[index] = 2
    return found


def _depths(parents: Sequence[int | None]) -> list[int]:
    depths = [-1] * len(parents)
    for first in range(len(parents)):
        walk: list[int] = []
        here: int | None = first
        while here is not None and depths[here] < 0:
            walk.append(here)
            here = parents[here]
        depth = -1 if here is None else depths[here]
        for index in reversed(walk):
            depth = min(depth + 1, DEPTHS - 1)
            depths[index] = depth
    return depths


def _lanes(times: Sequence[tuple[float, float]], depths: Sequence[int]) -> tuple[list[int], int]:
    """A lane for each span: a depth's lanes follow the shallower ones; spans at once lie in different lanes."""
    free: list[list[float]] = [[] for _ in range(DEPTHS)]
    own = []
    for (start, end), depth in zip(times, depths, strict=True):
        lanes = free[depth]
        place = next((i for i, until in enumerate(lanes) if until <= start), len(lanes))
        if place == len(lanes) and place < LANES_A_DEPTH:
            lanes.append(end)
        place = min(place, LANES_A_DEPTH - 1)
        lanes[place] = max(lanes[place], end)
        own.append(place)
    bases = list(accumulate(map(len, free), initial=0))
    return [bases[depth] + place for place, depth in zip(own, depths, strict=True)], bases[-1]
