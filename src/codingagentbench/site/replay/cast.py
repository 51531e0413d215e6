"""A terminal recording of any quality, read up to a bound and repaired to a valid asciicast v2."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from codingagentbench.site.replay.layout import LONGEST_MS

TEXT = 2_000_000
"""Characters of output that a page's player is given."""

EVENT = 256_000
"""Characters of one piece of output."""

LINE = 8 * 2**20
READ = 24 * 2**20
"""Bytes of one line, and of the whole file, that are read."""

COLUMNS, ROWS = 400, 200
_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})")

_EVENT_COST = 16
"""What one event takes beside its text, so that a million empty ones are bounded too."""

Event = tuple[float, str, str]
"""(seconds, code, data): code o is output, m a marker, r a new size `COLUMNSxROWS`."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`events` in order of time. `broken` counts lines that were none; `cut_ms` is where the bound was reached."""

    width: int = 80
    height: int = 24
    events: tuple[Event, ...] = ()
    broken: int = 0
    shortened: int = 0
    cut_ms: float | None = None

    @property
    def header(self) -> dict[str, int]:
        """The first line of the asciicast."""
        return {"version": 2, "width": self.width, "height": self.height}

    @property
    def has_output(self) -> bool:
        """Whether there is anything to watch."""
        return any(code == "o" for _, code, _ in self.events)

    @property
    def end_ms(self) -> float:
        """Time of the last event."""
        return self.events[-1][0] * 1000 if self.events else 0.0


@dataclass(slots=True)
class _Reader:
    """Takes lines one after another until the bound is reached."""

    time: float = 0.0
    left: int = TEXT
    broken: int = 0
    shortened: int = 0
    events: list[Event] = field(default_factory=list)

    def take(self, line: bytes) -> None:
        event = event_of(line)
        if event is None:
            self.broken += 1
            return
        time, code, text = event
        self.time = max(self.time, round(float(time), 6)) if _usable(time) else self.time
        if len(text) > EVENT:
            self.shortened += 1
            text = text[:EVENT]
        self.left -= len(text) + _EVENT_COST
        self.events.append((self.time, code, text))


def read_recording(path: Path) -> Recording:
    """Read a cast. A file that is missing or none gives an empty recording; nothing raises."""
    try:
        with path.open("rb") as stream:
            return _read(stream)
    except OSError:
        return Recording()


def _read(stream: IO[bytes]) -> Recording:
    first = stream.readline(LINE)
    header = json_of(first)
    reader = _Reader()
    if isinstance(header, dict):
        width, height = size_of(header.get("width"), COLUMNS, 80), size_of(header.get("height"), ROWS, 24)
    else:
        width, height = 80, 24
        if first:
            reader.take(first)
    whole = _take_lines(stream, reader)
    cut = None if whole else reader.time * 1000
    return Recording(width, height, tuple(reader.events), reader.broken, reader.shortened, cut)


def _take_lines(stream: IO[bytes], reader: _Reader) -> bool:
    """Whether all lines were taken before a bound was reached."""
    while line := stream.readline(LINE):
        if reader.left <= 0 or stream.tell() > READ:
            return False
        if line.strip():
            reader.take(line)
        while len(line) == LINE and not line.endswith(b"\n"):
            line = stream.readline(LINE)
    return True


def json_of(line: bytes) -> Any:
    """A line's data, None when it is no JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def event_of(line: bytes) -> Event | None:
    """A line's event, its time as it stands; None when it is none."""
    match json_of(line):
        case [int() | float() as time, "o" | "m" | "r" as code, str() as text] if not isinstance(time, bool):
            return None if code == "r" and not _valid_size(text) else (time, code, text)
    return None


def size_of(value: Any, most: int, default: int) -> int:
    """A width or height, the default when it is no number from 1 to `most`."""
    return value if isinstance(value, int) and 0 < value <= most else default


def _usable(seconds: float) -> bool:
    return 0 <= seconds * 1000 <= LONGEST_MS


def _valid_size(text: str) -> bool:
    found = _SIZE.fullmatch(text)
    return found is not None and 0 < int(found[1]) <= COLUMNS and 0 < int(found[2]) <= ROWS
