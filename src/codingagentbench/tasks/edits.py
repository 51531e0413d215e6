"""A task's files as text: what the reference models write, and what they can read beforehand."""

from __future__ import annotations

from pathlib import Path

from codingagentbench.core.task import FileEdit, Task
from codingagentbench.tasks.tree import read_bytes, read_text, scan


def solution_files(task: Task) -> Path:
    """The tree that is laid over the workdir to solve the task."""
    return task.solution / "files"


def solution_edits(task: Task) -> tuple[FileEdit, ...]:
    """The solution as whole-file edits, by path; files it leaves as they are in the workdir are left out.

    Raises:
        MalformedFile: a file of the solution is not UTF-8 text.
    """
    root = solution_files(task)
    before = text_files(task)
    after = {file.path: read_text(root, file.path) for file in scan(root)}
    return tuple(FileEdit(path=path, content=text) for path, text in after.items() if before.get(path) != text)


def text_files(task: Task) -> dict[str, str]:
    """Path -> text of every UTF-8 file of the workdir."""
    texts: dict[str, str] = {}
    for file in scan(task.workdir):
        try:
            texts[file.path] = read_bytes(task.workdir, file.path).decode()
        except UnicodeDecodeError:
            continue
    return texts
