"""Which fields each kind of constraint takes, and what may stand in them (docs/instructions.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator

from codingagentbench.core.task import Constraint, ConstraintKind
from codingagentbench.tasks.texts import check_glob, check_pattern, check_program

_TAKES: dict[ConstraintKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "command-not-run": ((), ("programs", "pattern")),
    "file-not-touched": (("paths",), ()),
    "keep-public-api": ((), ("paths", "exact")),
    "max-files-changed": (("count",), ()),
    "no-comments-added": ((), ("paths", "docstrings")),
    "no-new-dependency": ((), ()),
    "pattern-forbidden-in-diff": (("pattern",), ("paths",)),
    "pattern-required-in-diff": (("pattern",), ("paths",)),
}
"""Kind -> the fields it needs, and those it may have."""
_IN_WORDS = {"count": "a count of at least 1", "paths": "paths", "pattern": "a pattern"}


def check_constraint(constraint: Constraint) -> Constraint:
    """A constraint whose fields fit its kind; what is wrong begins with the field's name."""
    kind, (needed, allowed) = constraint.kind, _TAKES[constraint.kind]
    given = constraint.model_dump(exclude_defaults=True, exclude={"kind"})
    for name in needed:
        if name not in given:
            raise ValueError(f"{name}: a {kind} constraint needs {_IN_WORDS[name]}")
    for name in given:
        if name not in (*needed, *allowed):
            raise ValueError(f"{name}: a {kind} constraint has none")
    if kind == "command-not-run" and not given:
        raise ValueError("programs: a command-not-run constraint needs programs or a pattern")
    _check_values(constraint)
    return constraint


def _check_values(constraint: Constraint) -> None:
    if constraint.count < 0:
        raise ValueError("count: must be at least 1")
    for glob in constraint.paths:
        _named("paths", check_glob, glob)
    _named("pattern", check_pattern, constraint.pattern)
    for program in constraint.programs:
        _named("programs", check_program, program)


def _named(field: str, check: Callable[[str], str], text: str) -> None:
    try:
        check(text)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


DeclaredConstraint = Annotated[Constraint, AfterValidator(check_constraint)]
