"""What can be said of one constraint: honoured, broken, or not judged. The last two name their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.task import Constraint

MAX_FINDINGS = 20
"""Findings told of one verdict; the rest is counted."""
_MAX_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One place: a path (or `tool step N`), a line from 1 where there is one, and what stands there."""

    path: str
    line: int | None
    excerpt: str

    def as_json(self) -> dict[str, Any]:
        """The excerpt is cut at 200 characters, and white space in it becomes single blanks."""
        text = " ".join(self.excerpt[: 2 * _MAX_EXCERPT].split())
        shown = text if len(text) <= _MAX_EXCERPT else f"{text[:_MAX_EXCERPT]}..."
        return {"path": self.path, "line": self.line, "excerpt": shown}

    def in_words(self) -> str:
        """`path:line: excerpt`, as far as there are any."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.as_json()['excerpt']}" if place else self.excerpt


@dataclass(frozen=True, slots=True)
class Honoured:
    """All that the constraint is about was looked at, and it was kept."""

    name: ClassVar[str] = "honoured"

    def as_json(self) -> dict[str, Any]:
        """The verdict's name."""
        return {"verdict": self.name}


@dataclass(frozen=True, slots=True)
class _Evidenced:
    findings: tuple[Finding, ...]
    further: int = 0
    """Findings beyond those told."""
    name: ClassVar[str] = ""

    def as_json(self) -> dict[str, Any]:
        """The name, up to `MAX_FINDINGS` places and how many more there are."""
        shown = [finding.as_json() for finding in self.findings[:MAX_FINDINGS]]
        further = self.further + max(0, len(self.findings) - MAX_FINDINGS)
        return {"verdict": self.name, "evidence": shown, "further": further}


@dataclass(frozen=True, slots=True)
class Broken(_Evidenced):
    """It was not kept, at these places."""

    name: ClassVar[str] = "broken"


@dataclass(frozen=True, slots=True)
class NotJudged(_Evidenced):
    """Nothing broken was found, and something could not be read: each finding says what and why."""

    name: ClassVar[str] = "not_judged"


Verdict = Honoured | Broken | NotJudged
Judge = Callable[[Constraint, Evidence], Verdict]


def from_json(told: dict[str, Any]) -> Verdict:
    """The verdict that `as_json` told."""
    if told["verdict"] == Honoured.name:
        return Honoured()
    kind = Broken if told["verdict"] == Broken.name else NotJudged
    return kind(tuple(Finding(**finding) for finding in told["evidence"]), told["further"])


def conclude(found: Sequence[Finding], doubts: Sequence[Finding] = ()) -> Verdict:
    """Broken where something was found, whatever else is in doubt; not judged where only doubts remain."""
    if found:
        return Broken(tuple(found))
    return NotJudged(tuple(doubts)) if doubts else Honoured()
