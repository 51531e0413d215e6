"""An incremental reader of server-sent events: the same events for any chunking, and no error for any bytes."""

from __future__ import annotations

from typing import NamedTuple

MAX_EVENT_BYTES = 16 * 1024 * 1024
"""A line or event beyond this is dropped, so that a stream without an end cannot fill the memory."""


class Event(NamedTuple):
    """One dispatched event; `data` lines are joined by a newline."""

    data: bytes
    name: bytes = b""


class SseReader:
    """Feed bytes as they come; lines may end in LF or CRLF and break anywhere."""

    def __init__(self, max_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_bytes
        self._parts: list[bytes] = []
        self._part_bytes = 0
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._name = b""

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes."""
        events: list[Event] = []
        *lines, rest = chunk.split(b"\n")
        for piece in lines:
            line = piece
            if self._part_bytes or len(piece) > self._max:
                self._keep(piece)
                line = self._take()
            event = self._line(line.removesuffix(b"\r"))
            if event is not None:
                events.append(event)
        if rest:
            self._keep(rest)
        return events

    def finish(self) -> list[Event]:
        """What an end of stream without a blank line leaves: some servers end on `data: [DONE]`."""
        last = self._take().removesuffix(b"\r")
        events = [event for event in (self._line(last), self._dispatch()) if event is not None]
        return events[:1]

    def _keep(self, piece: bytes) -> None:
        # Beyond the cap only the length counts on: the line is dropped when its end comes.
        if self._part_bytes + len(piece) <= self._max:
            self._parts.append(piece)
        self._part_bytes += len(piece)

    def _take(self) -> bytes:
        line = b"".join(self._parts) if self._part_bytes <= self._max else b""
        dropped = self._part_bytes > self._max
        self._parts, self._part_bytes = [], 0
        return b":" if dropped else line

    def _line(self, line: bytes) -> Event | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data" and self._data_bytes + len(value) <= self._max:
            self._data.append(value)
            self._data_bytes += len(value)
        elif field == b"event":
            self._name = value
        return None

    def _dispatch(self) -> Event | None:
        data, name = self._data, self._name
        self._data, self._data_bytes, self._name = [], 0, b""
        return Event(b"\n".join(data), name) if data else None
