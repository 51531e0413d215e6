"""Answers to the questions programs ask a terminal, so that a full-screen agent does not wait for a reply."""

from __future__ import annotations

import re

_ANSWERS: dict[bytes, bytes] = {
    b"\x1b[6n": b"\x1b[1;1R",  # where is the cursor
    b"\x1b[5n": b"\x1b[0n",  # are you well
    b"\x1b[c": b"\x1b[?62;22c",  # what are you: a VT220 with colour
    b"\x1b[0c": b"\x1b[?62;22c",
    b"\x1b[?u": b"\x1b[?0u",  # which keyboard protocol: the plain one
    b"\x1b]10;?": b"\x1b]10;rgb:d0d0/d0d0/d0d0\x1b\\",  # text colour
    b"\x1b]11;?": b"\x1b]11;rgb:0000/0000/0000\x1b\\",  # background colour
}
_QUERY = re.compile(rb"\x1b(?:\[(?:6n|5n|0?c|\?u)|\]1[01];\?(?=\x07|\x1b\\))")
_LONGEST = 8


class Responder:
    """Fed with what a program writes; gives back what a terminal would type in return."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> bytes:
        """The answers to the queries completed by this chunk, in order."""
        if b"\x1b" not in data and not self._tail:
            return b""
        text = self._tail + data
        answers, end = [], 0
        for found in _QUERY.finditer(text):
            answers.append(_ANSWERS[found.group()])
            end = found.end()
        self._tail = _unfinished(text[max(end, len(text) - _LONGEST) :])
        return b"".join(answers)


def _unfinished(tail: bytes) -> bytes:
    start = tail.rfind(b"\x1b")
    if start > 0 and tail[start:] in (b"\x1b", b"\x1b\\"):
        # This escape may be the terminator of a colour query that began before it.
        earlier = tail.rfind(b"\x1b]", 0, start)
        start = earlier if earlier >= 0 else start
    return tail[start:] if start >= 0 else b""
