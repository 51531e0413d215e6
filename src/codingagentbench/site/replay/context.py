"""What the replay's part of a page shows without scripts, and where its script finds the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.replay.cast import Recording
from codingagentbench.site.replay.clock import Clock, clock_of
from codingagentbench.site.replay.files import REPLAY_FILES, Replay, readable
from codingagentbench.site.replay.layout import Bar, Layout
from codingagentbench.site.replay.text import Ending, ending
from codingagentbench.site.replay.timeline import Timeline, draw

ROWS = 200
"""Spans in the table; the trace file has all."""

_VALUE = 300
"""Characters of an attribute in the table."""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """One line of the table of spans. Times in ms; `parent` is empty at the top."""

    index: int
    id: str
    parent: str
    kind: str
    name: str
    start: float
    length: float
    attrs: tuple[tuple[str, str], ...]
    call: int | None
    error: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terminal:
    """`starts_ms` and `ends_ms` are on the trace's clock."""

    width: int
    height: int
    starts_ms: float
    ends_ms: float
    has_output: bool
    broken: int
    shortened: int
    cut_ms: float | None
    text: Ending


@dataclass(frozen=True, slots=True)
class ReplayContext:
    """`duration` is where the clock ends, in ms; `scripts` are paths by name of what is loaded when needed.

    `unreadable` counts lines of the trace that are no spans.
    """

    duration: float
    spans: int
    unreadable: int
    rows: tuple[SpanRow, ...]
    timeline: Timeline
    terminal: Terminal
    scripts: dict[str, str]
    trace_file: str
    cast_file: str
    text_file: str


def replay_context(attempt: Attempt, replay: Replay) -> ReplayContext:
    """What a page shows of an attempt's replay. A part that cannot be read is empty."""
    layout, recording = replay.layout, replay.recording
    places = {name: paths.attempt_file(attempt.directory, name) for name in (*REPLAY_FILES, *_FILES)}
    clock = clock_of(layout, recording)
    return ReplayContext(
        duration=clock.duration,
        spans=len(attempt.spans),
        unreadable=attempt.unreadable_spans,
        rows=tuple(_row(index, bar, layout) for index, bar in enumerate(layout.bars[:ROWS])),
        timeline=draw(layout),
        terminal=_terminal(recording, clock, ending(attempt.folder / "stdout.txt")),
        scripts={
            "trace": places["trace.js"],
            "terminal": places["terminal.js"],
            "player": paths.asset("vendor/asciinema-player/asciinema-player.min.js"),
        },
        trace_file=places["trace.jsonl"],
        cast_file=places["terminal.cast"],
        text_file=places["stdout.txt"],
    )


_FILES = ("trace.jsonl", "terminal.cast", "stdout.txt")


def _terminal(recording: Recording, clock: Clock, text: Ending) -> Terminal:
    return Terminal(
        width=recording.width,
        height=recording.height,
        starts_ms=clock.terminal_starts,
        ends_ms=clock.terminal_ends,
        has_output=recording.has_output,
        broken=recording.broken,
        shortened=recording.shortened,
        cut_ms=None if recording.cut_ms is None else clock.terminal_starts + recording.cut_ms,
        text=text,
    )


def _row(index: int, bar: Bar, layout: Layout) -> SpanRow:
    span = bar.span
    call = span.attrs.get("call")
    return SpanRow(
        index=index,
        id=span.id,
        parent=span.parent or "",
        kind=span.kind,
        name=span.name[:500],
        start=bar.start,
        length=bar.length,
        attrs=tuple((name, _words(value)) for name, value in readable(span.attrs, _VALUE)),
        call=call if span.kind == "model_call" and isinstance(call, int) and 0 <= call < 1_000_000 else None,
        error=span.error[:_VALUE],
        notes=bar.notes,
    )


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
