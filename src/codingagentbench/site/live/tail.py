"""Following files that a running cell is still writing: what was added since the last look, within a bound."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from codingagentbench.core.evidence import ModelCall

LOOK_BYTES = 1 << 16
"""Read at one look at most."""
BEHIND_BYTES = 1 << 18
"""Further behind than this, what lies between is left out."""
_LONGEST_LINE = 1 << 20
_MOST = 500

Event = tuple[float, str, str]
"""Seconds since the agent began, `o` (output) or `m` (marker), text."""


def open_plain(path: Path) -> int | None:
    """A descriptor of a plain file, links not followed; None where there is none."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        return None
    return fd


class LineTail:
    """Lines of a growing file. The file may come later, and be renamed or removed once it is open.

    `keep_up`: leave out what lies between when it grows faster than it is read.
    """

    def __init__(self, path: Path, *, keep_up: bool = True) -> None:
        self.path = path
        self._keep_up = keep_up
        self.left_out = 0
        self._fd: int | None = None
        self._offset = 0
        self._rest = b""
        self._whole = True

    def read(self, limit: int = LOOK_BYTES) -> list[bytes]:
        """Whole lines added since the last call. `left_out` counts bytes that were skipped to keep up."""
        if self._fd is None:
            self._fd = open_plain(self.path)
        if self._fd is None:
            return []
        size = os.fstat(self._fd).st_size
        if self._keep_up and size - self._offset > BEHIND_BYTES + limit:
            self._skip(size - limit)
        data = os.pread(self._fd, limit, self._offset)
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not self._whole and lines:
            self._whole = True
            lines = lines[1:]
        if len(self._rest) > _LONGEST_LINE:
            self.left_out += len(self._rest)
            self._rest, self._whole = b"", False
        return lines

    @property
    def behind(self) -> bool:
        """Whether more lies in the file than was read."""
        return self._fd is not None and os.fstat(self._fd).st_size > self._offset

    def _skip(self, offset: int) -> None:
        self.left_out += offset - self._offset
        self._offset, self._rest, self._whole = offset, b"", False

    def close(self) -> None:
        """Give the descriptor back. Safe to repeat."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __del__(self) -> None:
        with suppress(OSError):
            self.close()


class CastTail:
    """Events of a recording that grows. `columns`, `rows` and `began` (Unix time in seconds) are its header's."""

    def __init__(self, path: Path, *, keep_up: bool = True) -> None:
        self._lines = LineTail(path, keep_up=keep_up)
        self.columns, self.rows, self.began = 80, 24, 0.0
        self.known = False
        self.ended = False

    @property
    def left_out(self) -> int:
        """Bytes skipped to keep up."""
        return self._lines.left_out

    @property
    def behind(self) -> bool:
        """Whether there is more to read right away."""
        return self._lines.behind

    def read(self, limit: int = LOOK_BYTES) -> list[Event]:
        """Events added since the last call; lines that are none are left out."""
        if not self.known:
            self._read_header()
        found = [event for line in self._lines.read(limit) if (event := as_event(line)) is not None]
        self.ended = self.ended or any(code == "m" for _, code, _ in found)
        return found

    def _read_header(self) -> None:
        fd = open_plain(self._lines.path)
        if fd is None:
            return
        try:
            head = os.pread(fd, 4096, 0)
        finally:
            os.close(fd)
        if b"\n" not in head:
            return
        self.known = True
        header = _json(head.partition(b"\n")[0])
        if isinstance(header, dict):
            self.columns = _size(header.get("width"), self.columns)
            self.rows = _size(header.get("height"), self.rows)
            began = header.get("timestamp")
            self.began = float(began) if isinstance(began, int) else 0.0

    def close(self) -> None:
        """Give the descriptor back."""
        self._lines.close()


class CallTail:
    """Model calls that have ended, counted as they come. `tokens` is None once a call left them unknown."""

    def __init__(self, path: Path) -> None:
        self._lines = LineTail(path)
        self.calls = 0
        self.tokens: int | None = 0

    def read(self) -> None:
        """Count what was added."""
        for line in self._lines.read():
            with suppress(ValueError):
                self._count(ModelCall.model_validate_json(line))

    def _count(self, call: ModelCall) -> None:
        if not call.is_completion:
            return
        self.calls += 1
        if call.succeeded:
            known = call.total_tokens
            self.tokens = None if known is None or self.tokens is None else self.tokens + known

    def close(self) -> None:
        """Give the descriptor back."""
        self._lines.close()


def as_event(line: bytes) -> Event | None:
    """A line of a recording; None for the header and for what is no event."""
    match _json(line):
        case [int() | float() as at, str() as code, str() as text]:
            return float(at), code, text
        case _:
            return None


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _size(value: object, otherwise: int) -> int:
    return min(value, _MOST) if isinstance(value, int) and value > 0 else otherwise
