"""The lines that a git patch adds and removes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_CONTROLS = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11}


@dataclass(frozen=True, slots=True)
class PatchLine:
    """One line. `number` counts from 1 in the new text of an added line, in the old text of a removed one."""

    path: str
    added: bool
    number: int
    text: str


@dataclass(slots=True)
class _Hunk:
    """Where a hunk stands, and how many of its lines are still to come. Lengths are followed: a line
    `+++ b/x` inside one is text."""

    old: int = 0
    new: int = 0
    old_left: int = 0
    new_left: int = 0

    def take(self, path: str, line: str) -> PatchLine | None:
        sign = line[:1]
        old, new = sign in (" ", "-", ""), sign in (" ", "+", "")
        found = None
        if sign == "+":
            found = PatchLine(path, True, self.new, line[1:])
        elif sign == "-":
            found = PatchLine(path, False, self.old, line[1:])
        self.old, self.new = self.old + old, self.new + new
        self.old_left, self.new_left = self.old_left - old, self.new_left - new
        return found


def read_patch(patch: str) -> Iterator[PatchLine]:
    """Every added and removed line, in the patch's order."""
    path, hunk = "", _Hunk()
    for line in patch.split("\n"):
        if hunk.old_left > 0 or hunk.new_left > 0:
            found = hunk.take(path, line)
            if found is not None:
                yield found
        elif header := _HUNK.match(line):
            hunk = _Hunk(int(header[1]), int(header[3]), int(header[2] or 1), int(header[4] or 1))
        elif line.startswith("--- "):
            path = _path(line[4:], "a/")
        elif line.startswith("+++ ") and line.rstrip("\t") != "+++ /dev/null":
            path = _path(line[4:], "b/")


def _path(text: str, prefix: str) -> str:
    """`b/path`, or git's quoted form of it, without the prefix. Git ends a name with a blank in it with a tab."""
    text = text.rstrip("\t")
    if text.startswith('"'):
        text = _ESCAPE.sub(lambda match: chr(_code(match[1])), text[1:-1])
    return text.removeprefix(prefix)


def _code(escaped: str) -> int:
    return int(escaped, 8) if len(escaped) == 3 else _CONTROLS.get(escaped, ord(escaped))
