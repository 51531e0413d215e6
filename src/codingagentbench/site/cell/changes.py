"""What is known of each changed file: expected or not, litter, protected, graded or left out by grading."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.core.evidence import Changes, Evidence, VerifyReport
from codingagentbench.core.globs import matches

MAX_MARKED = 300
"""Changed files that are looked at; the rest is only counted."""

UNEXPECTED = "unexpected"
EXPECTED = "expected"
PROTECTED = "protected: visible tests that may not be edited"
GRADED = "graded"
IGNORED = "left out by grading"
LITTER = "litter: the agent's own housekeeping, set aside"
HOME = "left in HOME"
UNSAFE = "no plain file: listed, never opened"


@dataclass(frozen=True, slots=True)
class Change:
    """A changed path, what happened to it (`added`, `removed`, `modified`, or where it was left) and its marks."""

    path: str
    state: str
    marks: tuple[str, ...]

    @property
    def odd(self) -> bool:
        """Whether a right answer would not have it."""
        return UNEXPECTED in self.marks or PROTECTED in self.marks


def changed_paths(evidence: Evidence | None) -> int:
    """How many paths were changed or left, those that are not looked at too."""
    if evidence is None:
        return 0
    changes = evidence.changes
    return len(changes.all) + len(changes.litter) + len(changes.home)


def changes_of(evidence: Evidence | None, report: VerifyReport | None) -> tuple[Change, ...]:
    """Every changed file, at most `MAX_MARKED`; empty without evidence."""
    if evidence is None:
        return ()
    changes = evidence.changes
    found = [(path, _state(path, changes)) for path in changes.all]
    found += [(path, "litter") for path in changes.litter]
    found += [(path, "home") for path in changes.home]
    return tuple(Change(path, state, _marks(path, state, evidence, report)) for path, state in found[:MAX_MARKED])


def _state(path: str, changes: Changes) -> str:
    if path in changes.added:
        return "added"
    return "removed" if path in changes.removed else "modified"


def _marks(path: str, state: str, evidence: Evidence, report: VerifyReport | None) -> tuple[str, ...]:
    if state == "litter":
        return (LITTER,)
    if state == "home":
        return (HOME,)
    marks = [EXPECTED if matches(path, evidence.expected_changes) else UNEXPECTED]
    if matches(path, evidence.protected):
        marks.append(PROTECTED)
    if report is not None and path in report.graded:
        marks.append(GRADED)
    if report is not None and path in report.ignored:
        marks.append(IGNORED)
    if path in evidence.changes.unsafe:
        marks.append(UNSAFE)
    return tuple(marks)
