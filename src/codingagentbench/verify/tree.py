"""The tree that is graded: pristine files, and over them only what the task allows an agent to change."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.evidence import Changes
from codingagentbench.core.globs import matches
from codingagentbench.core.task import Task
from codingagentbench.verify.beneath import read_regular, remove_regular, write_regular
from codingagentbench.verify.reserved import is_reserved

MAX_FILE_BYTES = 16 * 1024 * 1024
"""A larger changed file is ignored, like one that is not allowed."""
MAX_TOTAL_BYTES = 128 * 1024 * 1024
MAX_FILES = 20_000
"""Changed files that are laid over; further ones, in the order of their paths, are ignored."""

_WITHHELD = ("checks.json", "solution", "secrets", ".env", ".git", "__pycache__")
"""Beside the hidden tests and never in a sandbox: expected answers and whatever tells them."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Which changed paths were laid over the pristine tree, and which were not allowed or not plain files."""

    graded: tuple[str, ...]
    ignored: tuple[str, ...]


def copy_pristine(pristine: Path, target: Path) -> None:
    """The untouched tree without its top `.git`; links stay links."""

    def top_git(folder: str, names: list[str]) -> set[str]:
        return {".git"} & set(names) if Path(folder) == pristine else set()

    shutil.copytree(pristine, target, symlinks=True, ignore=top_git)


def copy_hidden_tests(tests: Path, target: Path) -> None:
    """The hidden files a driver needs, without the expected answers; an empty folder when there are none."""
    if tests.is_dir():
        shutil.copytree(tests, target, symlinks=True, ignore=shutil.ignore_patterns(*_WITHHELD))
    else:
        target.mkdir()


def allowed(task: Task, changes: Changes) -> tuple[str, ...]:
    """Changed plain files that may be graded: allowed, not protected, and steering no tool."""
    unsafe = set(changes.unsafe)
    return tuple(
        path
        for path in changes.all
        if path not in unsafe
        and matches(path, task.allowed_changes)
        and not matches(path, task.protected)
        and not is_reserved(path, task.allowed_changes)
    )


def lay_over(task: Task, changes: Changes, after: Path, target: Path) -> Overlay:
    """Apply the allowed changes to `target`: removals first, so that a file may take a folder's place."""
    wanted = allowed(task, changes)[:MAX_FILES]
    removed = set(changes.removed)
    done = {path for path in wanted if path in removed and remove_regular(target, path)}
    left = MAX_TOTAL_BYTES
    for path in wanted:
        file = None if path in removed else read_regular(after, path, min(MAX_FILE_BYTES, left))
        if file is not None and write_regular(target, path, file):
            left -= len(file.data)
            done.add(path)
    return Overlay(tuple(sorted(done)), tuple(path for path in changes.all if path not in done))
