"""`no-new-dependency`: no list of dependencies gains one, and no changed source imports from a new one."""

from __future__ import annotations

from collections.abc import Iterator

from codingagentbench.core.evidence import Evidence, Source
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.imports import Import, imports_of
from codingagentbench.scoring.axes.instructions.known_imports import KNOWN, Project
from codingagentbench.scoring.axes.instructions.languages import is_source
from codingagentbench.scoring.axes.instructions.manifest_names import is_manifest
from codingagentbench.scoring.axes.instructions.manifests import UnreadableManifest, dependencies
from codingagentbench.scoring.axes.instructions.sources import Changed, changed_files, kept_texts
from codingagentbench.scoring.axes.instructions.verdict import Finding, Verdict, conclude


def judge(constraint: Constraint, evidence: Evidence) -> Verdict:
    """What the project listed, imported or held before is no new dependency, nor is what the language brings."""
    listed_before, found, doubts = _listed(evidence)
    files, unread = changed_files(constraint, evidence, _imports)
    doubts += unread
    project = Project(evidence, listed_before, files)
    for file in files:
        now = imports_of(file.language, file.after or "")
        if now is None:
            doubts.append(Finding(file.path, None, "it cannot be parsed"))
        else:
            found += [Finding(file.path, one.line, f"imports {one.name}") for one in _foreign(now, file, project)]
    return conclude(found, doubts)


def _imports(path: str) -> bool:
    return is_source(path) and not is_manifest(path)


def _listed(evidence: Evidence) -> tuple[set[str], list[Finding], list[Finding]]:
    """What all lists together held before, what they gained, and the lists that cannot be read."""
    before: set[str] = set()
    after: dict[str, str] = {}
    doubts = []
    texts = dict(kept_texts(evidence, is_manifest))
    texts |= {path: Source(problem="its text was not kept") for path in _unkept(evidence, set(texts))}
    for path, source in texts.items():
        try:
            if source.problem:
                raise UnreadableManifest(source.problem)
            before |= dependencies(path, source.before) if source.before is not None else set()
            new = dependencies(path, source.after) if source.after is not None else set()
            after |= dict.fromkeys(sorted(new), path)
        except UnreadableManifest as error:
            if path in evidence.changes.all:
                doubts.append(Finding(path, None, str(error)))
    gained = sorted(set(after) - before)
    return before, [Finding(after[name], None, f"lists {name.split(':', 1)[1]}") for name in gained], doubts


def _unkept(evidence: Evidence, kept: set[str]) -> Iterator[str]:
    return (path for path in evidence.changes.all if is_manifest(path) and path not in kept)


def _foreign(now: tuple[Import, ...], file: Changed, project: Project) -> list[Import]:
    """The imports of a file that none of the project's own files and old dependencies can be."""
    is_known = KNOWN.get(file.language)
    if is_known is None:
        return []
    told = {one.name: one for one in reversed(now) if one.name not in project.imported}
    return [one for one in reversed(told.values()) if not is_known(one.name, file, project)]
