"""`keep-public-api`: the public names and signatures from before are there after, in the same place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.languages import Language, is_source, language_of, parse
from codingagentbench.scoring.axes.instructions.sources import Changed, changed_files
from codingagentbench.scoring.axes.instructions.surfaces import c, go, java, javascript, python, rust
from codingagentbench.scoring.axes.instructions.surfaces.surface import PASSED_ON, Member, Surface
from codingagentbench.scoring.axes.instructions.verdict import Finding, Verdict, conclude

if TYPE_CHECKING:
    from tree_sitter import Node

_SURFACES: dict[Language, Callable[[Node], Surface]] = {
    "c": c.surface, "go": go.surface, "java": java.surface, "javascript": javascript.surface,
    "python": python.surface, "rust": rust.surface, "tsx": javascript.surface, "typescript": javascript.surface,
}  # fmt: skip
_TEST_FOLDERS = ("__tests__", "benches", "examples", "test", "testdata", "tests")


@dataclass(slots=True)
class _Unit:
    """A module or package: what its changed files show together, each member with its file.

    `whole` is false where a file of it could not be read: then a name may have gone there.
    """

    before: list[tuple[str, Member]] = field(default_factory=list)
    after: list[tuple[str, Member]] = field(default_factory=list)
    passed_on: set[str] = field(default_factory=set)
    new_sources: set[tuple[str, str]] = field(default_factory=set)
    whole: bool = True

    def add(self, path: str, before: Surface, after: Surface) -> None:
        self.before += [(path, member) for member in before.members]
        self.after += [(path, member) for member in after.members]
        self.passed_on |= after.passed_on
        self.new_sources |= after.everything_of - before.everything_of


def judge(constraint: Constraint, evidence: Evidence) -> Verdict:
    """Tests, and names the language calls private, are no public API. `exact` forbids additions as well."""
    files, doubts = changed_files(constraint, evidence, lambda path: _shows(path, bool(constraint.paths)))
    units = _units(files, doubts)
    new = {(_last(member.name), member.signature) for unit in units for member in _gained(unit)}
    found: list[Finding] = []
    for unit in units:
        for finding, sure in _lost(unit, new):
            (found if sure else doubts).append(finding)
        if constraint.exact:
            found += [Finding(path, one.line, f"added: {_told(one)}") for path, one in _additions(unit)]
    return conclude(found, doubts)


def _units(files: list[Changed], doubts: list[Finding]) -> list[_Unit]:
    """The changed modules and packages; a doubt is added for each file that cannot be parsed."""
    units: dict[str, _Unit] = defaultdict(_Unit)
    unread = bool(doubts)
    for file in files:
        unit = units[_unit(file)]
        before, after = (_surface(file.language, text or "") for text in (file.before, file.after))
        if before is None or after is None:
            doubts.append(Finding(file.path, None, "it cannot be parsed"))
            unit.whole = False
        else:
            unit.add(file.path, before, after)
        if unread and file.language in ("go", "java"):
            unit.whole = False
    return list(units.values())


def _shows(path: str, named: bool) -> bool:
    """Whether a file has a public API: no shell scripts, no C but headers, no tests unless they are named."""
    language = language_of(path)
    if not is_source(path) or language == "bash" or (language == "c" and not path.endswith(".h")):
        return False
    pure = PurePosixPath(path)
    private = language == "python" and any(part.startswith("_") and part != "__init__.py" for part in pure.parts)
    is_test = any(part in _TEST_FOLDERS for part in pure.parts[:-1]) or pure.name.startswith(
        ("test_", "conftest.")
    )
    return named or not (private or is_test or pure.stem.endswith(("_test", ".test", ".spec")))


def _unit(file: Changed) -> str:
    """What other code names: a Go package, all of Java (its names say their package), else the module."""
    if file.language == "go":
        return str(PurePosixPath(file.path).parent)
    if file.language == "java":
        return "java"
    module = PurePosixPath(file.path).with_suffix("")
    return str(module.parent if module.name in ("__init__", "index", "mod") else module)


@lru_cache(maxsize=64)
def _surface(language: Language, text: str) -> Surface | None:
    """None for a text that cannot be parsed."""
    root = parse(language, c.without_cxx(text) if language == "c" else text)
    return None if root.has_error else _SURFACES[language](root)


def _facts(members: Iterable[tuple[str, Member]]) -> set[tuple[str, str]]:
    return {(member.name, member.signature) for _, member in members}


def _gained(unit: _Unit) -> Iterator[Member]:
    known = _facts(unit.before)
    return (member for _, member in unit.after if (member.name, member.signature) not in known)


def _additions(unit: _Unit) -> list[tuple[str, Member]]:
    names = {member.name for _, member in unit.before}
    return [(path, member) for path, member in unit.after if member.name not in names]


def _lost(unit: _Unit, new: set[tuple[str, str]]) -> Iterator[tuple[Finding, bool]]:
    """What was there before and is not after; False where it may come from a file that was not looked into."""
    kept, there = _facts(unit.after), {member.name: (path, member) for path, member in unit.after}
    for path, member in unit.before:
        where, now = there.get(member.name, (path, None))
        passed = _first(member.name) in unit.passed_on or _is_below(member.name, unit.new_sources)
        if (member.name, member.signature) in kept or (member.signature == PASSED_ON and (now or passed)):
            continue
        if passed and (_last(member.name), member.signature) in new:
            continue
        if now is not None and now.signature != PASSED_ON:
            yield Finding(where, now.line, f"{_told(member)} became {_told(now)}"), True
        else:
            yield Finding(path, member.line, f"gone: {_told(member)}"), unit.whole and not passed


def _is_below(name: str, sources: set[tuple[str, str]]) -> bool:
    return any(not scope or name.startswith(f"{scope}.") for scope, _ in sources)


def _first(name: str) -> str:
    return name.split(".", 1)[0].split("::", 1)[0]


def _last(name: str) -> str:
    return name.rsplit("::", 1)[-1].rsplit(".", 1)[-1]


def _told(member: Member) -> str:
    return f"{member.name} {member.signature}".strip()
