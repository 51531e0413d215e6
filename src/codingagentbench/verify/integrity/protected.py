"""protected-file-edited: the task's visible tests were edited, replaced or deleted."""

from __future__ import annotations

from codingagentbench.core.evidence import Changes, Violation
from codingagentbench.core.globs import matches
from codingagentbench.core.task import Task
from codingagentbench.verify.integrity.subject import Subject, bounded

KIND = "protected-file-edited"


def touched_protected(task: Task, changes: Changes) -> tuple[str, ...]:
    """Protected files that were there and were edited, replaced or deleted."""
    return tuple(path for path in (*changes.modified, *changes.removed) if matches(path, task.protected))


def protected_files_edited(subject: Subject) -> tuple[Violation, ...]:
    """Each protected file that is not as the task had it. A test added beside them is none."""
    paths = sorted(touched_protected(subject.task, subject.changes))
    if not paths:
        return ()
    removed = len({*paths} & {*subject.changes.removed})
    detail = f"{len(paths) - removed} protected files edited, {removed} deleted"
    return (Violation(kind=KIND, detail=detail, evidence=bounded(paths), could_buy_verdict=True),)
