"""A task's files as text: what the reference models write, and what they can read beforehand."""

from __future__ import annotations

from pathlib import Path

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.task import FileEdit, Task
from codingagentbench.tasks.tree import read_bytes, read_text, scan

DELETED = "deleted.txt"


def solution_files(task: Task) -> Path:
    """The tree that is laid over the workdir to solve the task."""
    return task.solution / "files"


def _deleted(task: Task, before: dict[str, str]) -> tuple[str, ...]:
    """Paths of `solution/deleted.txt`, one a line: what solving the task takes away."""
    listed = task.solution / DELETED
    paths = tuple(listed.read_text(encoding="utf-8").splitlines()) if listed.is_file() else ()
    for path in paths:
        if path not in before:
            remedy = "list paths of the workdir, one a line"
            raise MalformedFile(f"{path!r} is no text file of the workdir", where=str(listed), remedy=remedy)
    return paths


def solution_edits(task: Task) -> tuple[FileEdit, ...]:
    """The solution as whole-file edits, by path; files it leaves as they are in the workdir are left out.

    Raises:
        MalformedFile: a file of the solution is not UTF-8 text, or a file it deletes is not there.
    """
    root = solution_files(task)
    before = text_files(task)
    after: dict[str, str | None] = {file.path: read_text(root, file.path) for file in scan(root)}
    after |= dict.fromkeys(_deleted(task, before))
    return tuple(
        FileEdit(path=path, content=text) for path, text in sorted(after.items()) if before.get(path) != text
    )


def text_files(task: Task) -> dict[str, str]:
    """Path -> text of every UTF-8 file of the workdir."""
    texts: dict[str, str] = {}
    for file in scan(task.workdir):
        try:
            texts[file.path] = read_bytes(task.workdir, file.path).decode()
        except UnicodeDecodeError:
            continue
    return texts
