"""The end of what an agent printed, as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codingagentbench.trace.text import plain_text

SHOWN = 20_000
"""Bytes of the text that a page shows; the file is linked."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The last part of a text. `bytes` is the size of all of it."""

    shown: str
    bytes: int
    cut: bool


def ending(path: Path, limit: int = SHOWN) -> Ending:
    """The last `limit` bytes of a text file, from a line's beginning where one is near; empty without a file."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - limit))
            tail = stream.read(limit)
    except OSError:
        return Ending("", 0, cut=False)
    cut = size > limit
    if cut and 0 <= (line := tail.find(b"\n")) < limit // 4:
        tail = tail[line + 1 :]
    return Ending(plain_text(tail), size, cut=cut)
