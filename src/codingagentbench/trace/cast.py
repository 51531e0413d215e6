"""Writes a terminal session as an asciicast (version 2): a JSON header, then `[seconds, "o", text]` lines."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from types import TracebackType

from codingagentbench.core.sandbox import PtySize


class CastWriter:
    """Records terminal output with its true timing. `started` is the monotonic time of second 0."""

    def __init__(self, path: Path, size: PtySize, *, started: float, unix_time: float, title: str) -> None:
        self._started = started
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._file = path.open("w", encoding="utf-8")
        header = {
            "version": 2,
            "width": size.columns,
            "height": size.rows,
            "timestamp": int(unix_time),
            "title": title,
            "env": {"TERM": "xterm-256color"},
        }
        self._file.write(json.dumps(header, ensure_ascii=False) + "\n")
        self._file.flush()

    def feed(self, data: bytes, at: float) -> None:
        """Add a chunk read at monotonic time `at`; a character split over chunks is kept whole."""
        self._event(at, "o", self._decode(data))

    def mark(self, at: float, label: str) -> None:
        """Add a marker event, which players show on the time line."""
        self._event(at, "m", label)

    def _event(self, at: float, code: str, text: str) -> None:
        if text:
            stamp = round(max(0.0, at - self._started), 6)
            self._file.write(json.dumps([stamp, code, text], ensure_ascii=False) + "\n")
            self._file.flush()  # for those who watch it grow; a few microseconds an event

    def __enter__(self) -> CastWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
