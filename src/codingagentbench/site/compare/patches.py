"""Two patches compared file by file. Everything is bounded: a patch is as large as an agent made it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

PATCH_LIMIT = 400_000
"""Characters of a patch that are read."""
FILES = 60
DIFF_INPUT = 3_000
"""Lines of each side of a file that are compared."""
DIFF_SHOWN = 400
"""Lines of a file's difference that are shown."""

FileStatus = Literal["same", "only A", "only B", "different"]
LineKind = Literal["add", "cut", "place", "same"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line to show: `add` and `cut` are B's and A's alone, `place` tells where."""

    kind: LineKind
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that either patch changes. `lines`: what the only patch says, or how the two differ."""

    path: str
    status: FileStatus
    added: tuple[int, int]
    removed: tuple[int, int]
    lines: tuple[DiffLine, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class PatchDiff:
    """All files, those that differ first. `left_out`: files beyond the bound; `cut`: a patch was read in part."""

    files: tuple[FileDiff, ...]
    left_out: int
    cut: bool

    @property
    def same(self) -> bool:
        """Whether both changed the same files to the same effect."""
        return not self.cut and not self.left_out and all(file.status == "same" for file in self.files)


def compare_patches(one: str, other: str, *, cut: bool = False) -> PatchDiff:
    """How two patches of the same tree differ."""
    ours, theirs = split_patch(one), split_patch(other)
    order = {"different": 0, "only A": 1, "only B": 2, "same": 3}
    files = sorted(
        ((order[_status(ours.get(path), theirs.get(path))], path) for path in {*ours, *theirs}),
    )
    shown = tuple(_file(path, ours.get(path), theirs.get(path)) for _, path in files[:FILES])
    return PatchDiff(shown, len(files) - len(shown), cut)


def split_patch(patch: str) -> dict[str, list[str]]:
    """The lines of each file of a git patch, without the blob ids, by path."""
    files: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in patch.split("\n"):
        if line.startswith("diff --git "):
            lines = files.setdefault(_path(line), [])
        elif not line.startswith("index "):
            lines.append(line)
    return {path: _trimmed(lines) for path, lines in files.items()}


def _path(header: str) -> str:
    """`b/...` of a header; a name with ` b/` in it is in both halves, which are of one length."""
    names = header.removeprefix("diff --git ")
    if names.startswith('"') or " b/" not in names:
        return names
    half = names[(len(names) + 1) // 2 :]
    return half[2:] if half.startswith("b/") else names.rpartition(" b/")[2]


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _status(one: list[str] | None, other: list[str] | None) -> FileStatus:
    if one is None:
        return "only B"
    if other is None:
        return "only A"
    return "same" if one == other else "different"


def _file(path: str, one: list[str] | None, other: list[str] | None) -> FileDiff:
    status = _status(one, other)
    if status == "different":
        found = list(_difference(_body(one), _body(other)))
        cut = max(len(one or ()), len(other or ())) > DIFF_INPUT
    else:
        found = [_shown(line) for line in _body(one if other is None else other, places=True)]
        cut = False
    (added_a, removed_a), (added_b, removed_b) = _counts(one), _counts(other)
    cut = cut or len(found) > DIFF_SHOWN
    return FileDiff(
        path, status, (added_a, added_b), (removed_a, removed_b), tuple(found[:DIFF_SHOWN]), cut
    )  # fmt: skip


def _body(lines: list[str] | None, *, places: bool = False) -> list[str]:
    """What a patch says of a file, without its names; `places`: with the hunks' headers of line numbers."""
    lines = (lines or [])[:DIFF_INPUT]
    start = next((at for at, line in enumerate(lines) if line.startswith("@@")), len(lines))
    about = [line for line in lines[:start] if not line.startswith(("--- ", "+++ "))]
    return about + [line for line in lines[start:] if places or not line.startswith("@@")]


def _difference(one: list[str], other: list[str]) -> Iterator[DiffLine]:
    """How the second patch's lines differ from the first's."""
    for line in islice(difflib.unified_diff(one, other, lineterm="", n=2), 2, None):
        yield _shown(line)


def _shown(line: str) -> DiffLine:
    if line.startswith("@@"):
        return DiffLine("place", line)
    return DiffLine("add" if line.startswith("+") else "cut" if line.startswith("-") else "same", line)


def _counts(lines: list[str] | None) -> tuple[int, int]:
    """Lines a patch of a file adds and removes."""
    body = _body(lines)
    return (sum(line.startswith("+") for line in body), sum(line.startswith("-") for line in body))
