"""The terminal's last screen as text: enough of it to know a recording again."""

from __future__ import annotations

from pathlib import Path

from codingagentbench.site.live.screen import Terminal
from codingagentbench.site.replay.cast import COLUMNS, ROWS, event_of, json_of, size_of

COLUMNS_SHOWN, ROWS_SHOWN = 80, 12

_HEAD, _TAIL = 4096, 32_768
"""Bytes of the file that are read at its two ends."""

_OUTPUT = 4_000
"""Characters of output that are played: a screen's worth, and what the emulator does in some milliseconds."""


def still(path: Path) -> str:
    """The last lines on the screen that are not blank, cut to 80 x 12; empty when nothing was printed."""
    try:
        with path.open("rb") as stream:
            head = stream.readline(_HEAD)
            start = stream.tell()
            size = stream.seek(0, 2)
            stream.seek(max(start, size - _TAIL))
            tail = stream.read(_TAIL)
    except OSError:
        return ""
    return _screen(_output(tail), *_size(head))


def _output(tail: bytes) -> str:
    """The last output, from the beginning of a line, so that no escape sequence is cut through."""
    events = [event_of(line) for line in tail.split(b"\n") if line.startswith(b"[")]
    text = "".join(event[2] for event in events if event is not None and event[1] == "o")
    if len(text) > _OUTPUT:
        text = text[-_OUTPUT:].partition("\n")[2] or text[-_OUTPUT:]
    return text


def _size(head: bytes) -> tuple[int, int]:
    header = json_of(head)
    found = header if isinstance(header, dict) else {}
    return size_of(found.get("width"), COLUMNS, 80), size_of(found.get("height"), ROWS, 24)


def _screen(text: str, width: int, height: int) -> str:
    if not text.strip():
        return ""
    terminal = Terminal(width, height)
    terminal.feed(text)
    lines = [line[:COLUMNS_SHOWN].rstrip() for _, line in terminal.view().lines]
    filled = [number for number, line in enumerate(lines) if line]
    if not filled:
        return ""
    last = filled[-1] + 1
    return "\n".join(lines[max(0, last - ROWS_SHOWN) : last]).strip("\n")
