"""`file-not-touched` and `max-files-changed`: read off the list of changed files alone."""

from __future__ import annotations

from codingagentbench.core.evidence import Changes, Evidence
from codingagentbench.core.globs import matches
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.verdict import Finding, Verdict, conclude


def judge(constraint: Constraint, evidence: Evidence) -> Verdict:
    """The agent's declared housekeeping files count for neither kind."""
    changes = evidence.changes
    if constraint.kind == "max-files-changed":
        return conclude(_too_many(changes, constraint.count))
    touched = [path for path in changes.all if matches(path, constraint.paths)]
    return conclude([Finding(path, None, _how(path, changes)) for path in touched])


def _too_many(changes: Changes, most: int) -> list[Finding]:
    if len(changes.all) <= most:
        return []
    return [Finding(path, None, f"{_how(path, changes)}; at most {most} may change") for path in changes.all]


def _how(path: str, changes: Changes) -> str:
    if path in changes.removed:
        return "removed"
    return "added" if path in changes.added else "modified"
