"""Reads a git patch: the lines it adds and removes, and the files whose lines it shows. Never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_BINARY = ("GIT binary patch", "Binary files ")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class PatchLine:
    """One line. `number` counts from 1 in the new text of an added line, in the old text of a removed one."""

    path: str
    added: bool
    number: int
    text: str


@dataclass(slots=True)
class PatchText:
    """What a patch says: added and removed lines in its order. A file in `shown` may have none of them: emptied,
    or only its mode changed."""

    lines: list[PatchLine] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    @property
    def added(self) -> list[PatchLine]:
        """The added lines."""
        return [line for line in self.lines if line.added]


@dataclass(slots=True)
class Hunk:
    """Where a hunk stands, and how many of its lines are still to come. Lengths are followed: a line `+++ b/x`
    inside one is text."""

    old: int = 0
    new: int = 0
    old_left: int = 0
    new_left: int = 0

    @classmethod
    def read(cls, line: str) -> Hunk | None:
        """From its header; None where the line is none."""
        found = _HUNK.match(line)
        if found is None:
            return None
        old, old_left, new, new_left = (1 if number is None else int(number) for number in found.groups())
        return cls(old, new, old_left, new_left)

    @property
    def goes_on(self) -> bool:
        """Whether the next line is one of it."""
        return self.old_left > 0 or self.new_left > 0

    def take(self, line: str) -> None:
        """Count its next line. An empty one is context whose blank was stripped; `\\` is about the line before."""
        old, new = line[:1] in (" ", "-", ""), line[:1] in (" ", "+", "")
        self.old, self.new = self.old + old, self.new + new
        self.old_left, self.new_left = self.old_left - old, self.new_left - new


def read_patch(patch: str) -> PatchText:
    """All that a patch says."""
    told = PatchText()
    path, hunk = "", Hunk()
    for line in patch.split("\n"):
        if hunk.goes_on:
            if line[:1] in ("+", "-"):
                added = line[0] == "+"
                told.lines.append(PatchLine(path, added, hunk.new if added else hunk.old, line[1:]))
            hunk.take(line)
        elif header := Hunk.read(line):
            hunk = header
        else:
            path = _headed(line, told, path)
    return told


def _headed(line: str, told: PatchText, path: str) -> str:
    """The path that counts after a line between hunks."""
    if line.startswith("diff --git "):
        path = _both(line.removeprefix("diff --git "))
    elif line.startswith("--- ") and line.rstrip("\t") != "--- /dev/null":
        return plain_name(line[4:].rstrip("\t")).removeprefix("a/")
    elif line.startswith("+++ ") and line.rstrip("\t") != "+++ /dev/null":
        path = plain_name(line[4:].rstrip("\t")).removeprefix("b/")
    elif line.startswith(_BINARY):
        told.shown.discard(path)
        return path
    else:
        return path
    told.shown.add(path)
    return path


def _both(names: str) -> str:
    """The path in `a/x b/x`: both halves are alike but for the side."""
    return plain_name(names[len(names) // 2 + 1 :]).removeprefix("b/")


def plain_name(text: str) -> str:
    """A path as git writes it in a patch: in quotes with C escapes where it holds odd characters."""
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text
    raw = _ESCAPE.sub(_unescaped, text[1:-1].encode("utf-8", "surrogatepass"))
    return raw.decode("utf-8", "replace")


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8) & 255]) if len(code) == 3 else _ESCAPES.get(code, code)
