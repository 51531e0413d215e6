"""The texts a constraint is about, and why some cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codingagentbench.core.evidence import Evidence, Source
from codingagentbench.core.globs import matches
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.languages import Language, language_of
from codingagentbench.scoring.axes.instructions.verdict import Finding


@dataclass(frozen=True, slots=True)
class Changed:
    """One changed file of a known language, with both of its texts (None where it did not exist)."""

    path: str
    language: Language
    before: str | None
    after: str | None


def covers(constraint: Constraint, path: str) -> bool:
    """Whether a path is one the constraint is about: all are when it names none."""
    return not constraint.paths or matches(path, constraint.paths)


def changed_files(
    constraint: Constraint, evidence: Evidence, wanted: Callable[[str], bool]
) -> tuple[list[Changed], list[Finding]]:
    """The changed files among those `wanted` that can be read, and a doubt for each one that cannot."""
    files: list[Changed] = []
    doubts: list[Finding] = []
    for path in evidence.changes.all:
        if not (covers(constraint, path) and wanted(path)):
            continue
        language, source = language_of(path), evidence.sources.get(path)
        if language is None:
            doubts.append(Finding(path, None, "a language that is not parsed here"))
        elif source is None or source.problem:
            doubts.append(Finding(path, None, source.problem if source else "its text was not kept"))
        else:
            files.append(Changed(path, language, source.before, source.after))
    return files, doubts


def kept_texts(evidence: Evidence, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Source]]:
    """Every text that was kept, changed or not, of the files `wanted`; those with a problem included."""
    return ((path, source) for path, source in sorted(evidence.sources.items()) if wanted(path))
