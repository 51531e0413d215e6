"""The patch text of a set of changes, by the real git, over nothing but the changed regular files."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import HarnessError, MissingTool
from codingagentbench.core.evidence import Changes
from codingagentbench.verify.beneath import Regular, read_regular, write_regular

MAX_FILE_BYTES = 1024 * 1024
"""A changed file larger than this is named in the patch and not shown."""
MAX_INPUT_BYTES = 8 * 1024 * 1024
"""Bytes of all shown files together."""
MAX_FILES = 2_000
"""Changed files that are looked at; the rest is counted in a note."""
GIT_TIMEOUT_S = 60
_DIFF = (
    "diff", "--no-index", "--binary", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames",
    "--no-prefix", "--numstat", "--patch", "a", "b",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patch:
    """`text` is UTF-8 and goes into `git apply`; lines are counted over text files that are shown."""

    text: str = ""
    lines_added: int = 0
    lines_removed: int = 0


def make_patch(before_root: Path, after_root: Path, changes: Changes) -> Patch:
    """The patch from one tree to the other, limited to `changes`; unsafe paths are named, never opened.

    Raises:
        MissingTool: git is absent.
        HarnessError: git failed or took over a minute.
    """
    if not changes.all:
        return Patch()
    with tempfile.TemporaryDirectory(prefix="cab-patch-") as name:
        stage, sides = _Stage(Path(name)), _Sides(before_root, after_root, changes)
        for path in changes.all[:MAX_FILES]:
            stage.add(path, sides)
        if len(changes.all) > MAX_FILES:
            stage.notes.append(f"not shown: {len(changes.all) - MAX_FILES} further changed files")
        diff = stage.git_diff() if stage.shown else ""
    counts, patch = _split(diff)
    notes = "".join(f"# {note}\n" for note in stage.notes)
    return Patch(notes + patch, *counts)


class _Sides:
    """The two trees and which of them hold a changed path."""

    def __init__(self, before: Path, after: Path, changes: Changes) -> None:
        self._before, self._after = before, after
        self._added, self._removed = frozenset(changes.added), frozenset(changes.removed)
        self.unsafe = frozenset(changes.unsafe)

    def holding(self, path: str) -> dict[str, Path]:
        """Side of the diff -> tree, for a path that is in it."""
        old = {} if path in self._added else {"a": self._before}
        return old if path in self._removed else {**old, "b": self._after}


class _Stage:
    """Folders `a` and `b` holding copies of the files to compare."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notes: list[str] = []
        self.shown = 0
        self._left = MAX_INPUT_BYTES
        self._binary: list[str] = []
        self._text: list[str] = []
        for side in ("a", "b"):
            (root / side).mkdir()

    def add(self, path: str, sides: _Sides) -> None:
        """Copy the versions of one path there are, or note why it is not shown."""
        if path in sides.unsafe:
            self.notes.append(f"not shown, no plain file: {path!a}")
            return
        files = {side: read_regular(root, path, MAX_FILE_BYTES) for side, root in sides.holding(path).items()}
        versions = {side: file for side, file in files.items() if file is not None}
        size = sum(len(file.data) for file in versions.values())
        if len(versions) < len(files) or size > self._left:
            self.notes.append(f"not shown, too large or unreadable: {path!a}")
            return
        self._left -= size
        self.shown += 1
        for side, file in versions.items():
            write_regular(self.root / side, path, file)
            self._mark(path, file)

    def _mark(self, path: str, file: Regular) -> None:
        """UTF-8 is text, and shown as such: a NUL in it, which git takes for binary, would hide the rest."""
        try:
            file.data.decode()
        except UnicodeDecodeError:
            self._binary.append(path)
        else:
            if b"\0" in file.data:
                self._text.append(path)

    def git_diff(self) -> str:
        """Run git over both folders, with no configuration but our own."""
        attributes = self.root / "attributes"
        marks = [f"{_attribute_pattern(path)} diff\n" for path in self._text]
        marks += [f"{_attribute_pattern(path)} -diff\n" for path in self._binary]
        attributes.write_text("".join(marks))
        options = ("-c", "core.quotePath=false", "-c", f"core.attributesFile={attributes}")
        try:
            done = subprocess.run(
                ("git", *options, *_DIFF), cwd=self.root, env=_environment(self.root), stdin=subprocess.DEVNULL,
                capture_output=True, timeout=GIT_TIMEOUT_S, check=False,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise MissingTool("git is not installed", remedy="install git: it writes changes.patch") from error
        except subprocess.TimeoutExpired as error:
            raise HarnessError(f"git diff took over {GIT_TIMEOUT_S} s", where="changes.patch") from error
        if done.returncode not in (0, 1):
            raise HarnessError(
                f"git diff failed: {done.stderr.decode(errors='replace')[-500:]}", where="changes.patch"
            )
        return done.stdout.decode(errors="backslashreplace")


def _environment(root: Path) -> dict[str, str]:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "LC_ALL": "C"}
    return {"PATH": os.environ.get("PATH", os.defpath), "GIT_CEILING_DIRECTORIES": str(root.parent), **own}


def _attribute_pattern(path: str) -> str:
    """A gitattributes pattern for exactly this path, quoted; git looks it up below `a/` and `b/`."""
    escaped = "".join(f"\\{char}" if char in "\\*?[" else char for char in path)
    quoted = escaped.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"*/{quoted}"'


def _split(output: str) -> tuple[tuple[int, int], str]:
    """Git's numstat lines summed, and the patch behind them with headers in the usual `a/ b/` form."""
    added = removed = 0
    lines = output.split("\n")
    start = next((index for index, line in enumerate(lines) if line.startswith("diff --git ")), len(lines))
    for line in lines[:start]:
        counts = line.split("\t", 2)
        if len(counts) == 3 and counts[0] != "-":
            added += int(counts[0])
            removed += int(counts[1])
    return (added, removed), "\n".join(_with_prefixes(line) for line in lines[start:])


def _with_prefixes(line: str) -> str:
    """`diff --git b/x b/x`, as written for an added file, becomes `diff --git a/x b/x`; so for a removed one.

    No line inside a patch starts like that: there it would have a sign or a blank in front.
    """
    if not line.startswith("diff --git "):
        return line
    names = line.removeprefix("diff --git ")
    half = len(names) // 2
    old, new = names[:half], names[half + 1 :]
    quote = '"' if old.startswith('"') else ""
    at = len(quote) + 1
    return f"diff --git {quote}a{old[at:]} {quote}b{new[at:]}" if old[at:] == new[at:] else line
