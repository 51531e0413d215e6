"""Terminal output as lines of text, as it comes: for logs and pipes."""

from __future__ import annotations

from codingagentbench.trace import plain_text

_LONGEST = 4000


class PlainLines:
    """Fed with output in pieces, gives whole lines without any escape. Endless lines are cut."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> list[str]:
        """Lines completed by this piece. What is escaped is left out line by line."""
        *lines, self._rest = (self._rest + text).split("\n")
        if len(self._rest) > 16 * _LONGEST:
            lines.append(self._rest)
            self._rest = ""
        return [shown for one in lines if (shown := _plain(one))]

    def end(self) -> list[str]:
        """What is left."""
        rest, self._rest = self._rest, ""
        return [shown] if (shown := _plain(rest)) else []


def _plain(text: str) -> str:
    return plain_text(text.rstrip("\r").encode("utf-8", "replace")).replace("\n", " ").rstrip()[:_LONGEST]
