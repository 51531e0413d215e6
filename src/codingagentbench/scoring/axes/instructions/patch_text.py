"""Reads a git patch: the lines it adds, and the files whose lines it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line of the new version; `number` counts from 1."""

    path: str
    number: int
    text: str


@dataclass(slots=True)
class PatchText:
    """What a patch says. A file in `shown` may have no added line: emptied, or only its mode changed."""

    added: list[AddedLine] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)


_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_BINARY = ("GIT binary patch", "Binary files ")


def read_patch(patch: str) -> PatchText:
    """Hunk lengths are followed: an added line that looks like a header fools nobody."""
    told = PatchText()
    path, old, new, number = "", 0, 0, 0
    for line in patch.split("\n"):
        if old > 0 or new > 0:
            in_new = line[:1] in (" ", "+", "")
            old -= line[:1] in (" ", "-", "")
            new -= in_new
            if line.startswith("+"):
                told.added.append(AddedLine(path, number, line[1:]))
            number += in_new
        elif hunk := _HUNK.match(line):
            old, number, new = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
        elif line.startswith("diff --git "):
            path = _header_path(line)
            told.shown.add(path)
        elif line.startswith("+++ ") and line != "+++ /dev/null":
            path = _new_path(line.removeprefix("+++ "))
            told.shown.add(path)
        elif line.startswith(_BINARY):
            told.shown.discard(path)
    return told


def _header_path(line: str) -> str:
    """The path of `diff --git a/x b/x`: both halves are the same."""
    names = line.removeprefix("diff --git ")
    return _new_path(names[len(names) // 2 + 1 :])


_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _new_path(text: str) -> str:
    """`b/path`, or git's quoted form of it, without the prefix. Git ends a name with a blank in it with a tab."""
    text = text.rstrip("\t")
    if text.startswith('"'):
        text = _ESCAPE.sub(lambda match: _unescaped(match[1]), text[1:-1])
    return text.removeprefix("b/")


def _unescaped(code: str) -> str:
    return chr(int(code, 8)) if len(code) == 3 else _CONTROLS.get(code, code)
