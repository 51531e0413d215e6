"""The timeline as it is drawn without scripts: rectangles in a fixed view box, with a scale in seconds."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from codingagentbench.site.formats import duration
from codingagentbench.site.replay.layout import Bar, Layout

RECTS = 300
"""Spans that are drawn; the shortest are left out beyond."""

WIDTH = 1000.0
LANE = 20
TOP = 22
_LEAST = 1.5
_TICKS = 8


class Rect(NamedTuple):
    """One span's rectangle in the view box, `label` empty where it would not fit."""

    x: float
    y: float
    width: float
    kind: str
    failed: bool
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """`ticks` are (x, text); `left_out` counts spans that are not drawn."""

    rects: tuple[Rect, ...]
    ticks: tuple[tuple[float, str], ...]
    kinds: tuple[str, ...]
    height: int
    left_out: int


def draw(layout: Layout) -> Timeline:
    """The longest spans, in order of time."""
    scale = WIDTH / layout.duration if layout.duration > 0 else 0.0
    longest = heapq.nlargest(RECTS, range(len(layout.bars)), key=lambda index: layout.bars[index].length)
    shown = [layout.bars[index] for index in sorted(longest)]
    kinds = tuple(dict.fromkeys(bar.span.kind for bar in layout.bars))
    return Timeline(
        rects=tuple(_rect(bar, scale) for bar in shown),
        ticks=tuple((round(at * scale, 2), duration(at) if at else "0") for at in _ticks(layout.duration)),
        kinds=kinds,
        height=TOP + max(layout.lanes, 1) * LANE + 2,
        left_out=len(layout.bars) - len(shown) + layout.left_out,
    )


def _rect(bar: Bar, scale: float) -> Rect:
    width = max(bar.length * scale, _LEAST)
    name = bar.span.name[:120]
    title = f"{bar.span.kind} {name}: {duration(bar.length)} from {duration(bar.start)}"
    fits = width > 7 * min(len(name), 12)
    return Rect(
        x=round(min(bar.start * scale, WIDTH - _LEAST), 2),
        y=TOP + bar.lane * LANE,
        width=round(width, 2),
        kind=bar.span.kind,
        failed=bool(bar.span.error),
        title=f"{title}. Error: {bar.span.error[:200]}" if bar.span.error else title,
        label=name[: int(width / 7)] if fits else "",
    )


def _ticks(end: float) -> Iterator[float]:
    """Round times in ms, at most `_TICKS` of them."""
    if end <= 0:
        return
    rough = end / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((factor * power for factor in (1, 2, 5) if factor * power >= rough), 10 * power)
    for count in range(int(end / step) + 1):
        yield count * step
