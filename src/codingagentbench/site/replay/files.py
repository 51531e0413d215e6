"""The script files that hold a replay's data: a page from file:// may load scripts but fetch nothing."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import islice
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.output import Resource
from codingagentbench.site.replay.cast import Recording, read_recording
from codingagentbench.site.replay.layout import Bar, Layout, lay_out

REPLAY_FILES: tuple[str, ...] = ("trace.js", "terminal.js")
"""Names of the files of every attempt, beside its evidence."""

VALUE = 8_000
"""Characters of one attribute that the replay shows; the file has all."""

ATTRIBUTES = 200
"""Attributes of one span."""

ALL_VALUES = 4_000_000
"""Characters of all attributes together."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What the page and the files beside it are both made from."""

    layout: Layout
    recording: Recording


def read_replay(attempt: Attempt) -> Replay:
    """The trace and the recording of an attempt; a part that cannot be read is empty."""
    return Replay(lay_out(attempt.spans), read_recording(attempt.folder / "terminal.cast"))


def replay_files(attempt: Attempt, replay: Replay) -> tuple[Resource, ...]:
    """Both data files. Each calls `cab.receive` once; what cannot be read is empty in it, never an error."""
    data = (("trace", trace_data(replay.layout)), ("terminal", terminal_data(replay.recording)))
    return tuple(
        Resource(
            paths.attempt_file(attempt.directory, file), "text/javascript; charset=utf-8", received(name, value)
        )
        for file, (name, value) in zip(REPLAY_FILES, data, strict=True)
    )


def received(name: str, data: Any) -> bytes:
    """A script that hands data to the page. Valid for any text, lone surrogates included."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = text.replace("</", "<\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"cab.receive({json.dumps(name)}, {text});\n".encode("utf-8", "backslashreplace")


def trace_data(layout: Layout) -> dict[str, Any]:
    """Spans as the script wants them: times in ms, `parent` an index, attributes as pairs of name and value."""
    left = ALL_VALUES
    spans = []
    for bar in layout.bars:
        attrs = readable(bar.span.attrs) if left > 0 else []
        left -= sum(len(name) + (len(value) if isinstance(value, str) else 8) for name, value in attrs)
        spans.append(_span(bar, attrs, left_out=left <= 0 and not attrs and bool(bar.span.attrs)))
    return {"lanes": layout.lanes, "spans": spans, "leftOut": layout.left_out}


def _span(bar: Bar, attrs: list[list[Any]], *, left_out: bool) -> dict[str, Any]:
    span = bar.span
    notes = [*bar.notes, "its attributes are only in trace.jsonl"] if left_out else list(bar.notes)
    return {
        "id": span.id[:64],
        "parent": bar.parent,
        "kind": span.kind,
        "name": span.name[:500],
        "start": bar.start,
        "end": bar.end,
        "lane": bar.lane,
        "attrs": attrs,
        "error": span.error[:VALUE],
        "notes": notes,
    }


def readable(attrs: dict[str, Any], limit: int = VALUE) -> list[list[Any]]:
    """The first attributes as pairs of name and value."""
    return [[name[:200], cut_value(value, limit)] for name, value in islice(attrs.items(), ATTRIBUTES)]


def cut_value(value: Any, limit: int = VALUE) -> str | int | float | bool | None:
    """An attribute as a number, flag, null or text of at most `limit` characters and a word on what is missing."""
    if value is None or isinstance(value, bool) or (isinstance(value, str) and len(value) <= limit):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def terminal_data(recording: Recording) -> dict[str, Any]:
    """The recording as asciicast v2 in one array: the header, then the events."""
    return {"cast": [recording.header, *recording.events]}
