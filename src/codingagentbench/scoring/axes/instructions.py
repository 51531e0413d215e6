"""instructions: the share of AGENTS.md's constraints that were honoured, each a deterministic check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.globs import matches
from codingagentbench.core.record import AxisResult
from codingagentbench.core.task import Constraint
from codingagentbench.core.values import Measured, NotApplicable


def score(evidence: Evidence) -> AxisResult:
    """Honoured / declared constraints; not applicable when the task declares none."""
    if not evidence.constraints:
        return AxisResult(axis="instructions", value=NotApplicable(why="the task declares no constraint"))
    verdicts = [honoured(constraint, evidence) for constraint in evidence.constraints]
    keys = {
        "honoured": sum(verdicts),
        "declared": len(verdicts),
        "broken": [
            constraint.model_dump(exclude_defaults=True)
            for constraint, kept in zip(evidence.constraints, verdicts, strict=True)
            if not kept
        ],
    }
    value = Measured(value=sum(verdicts) / len(verdicts), unit="share", evidence=("changes.patch",))
    return AxisResult(axis="instructions", value=value, keys=keys)


def honoured(constraint: Constraint, evidence: Evidence) -> bool:
    """Whether one constraint was kept. A pattern is looked for in the lines that the patch adds."""
    changed = evidence.changes.all
    match constraint.kind:
        case "file-not-touched":
            return not any(matches(path, constraint.paths) for path in changed)
        case "max-files-changed":
            return len(changed) <= constraint.count
        case "pattern-forbidden-in-diff":
            return not _is_added(constraint, evidence.patch)
        case "pattern-required-in-diff":
            return _is_added(constraint, evidence.patch)


def _is_added(constraint: Constraint, patch: str) -> bool:
    pattern = re.compile(constraint.pattern)
    return any(
        pattern.search(line)
        for path, line in added_lines(patch)
        if not constraint.paths or matches(path, constraint.paths)
    )


_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")


def added_lines(patch: str) -> Iterator[tuple[str, str]]:
    """Path and text of every line a git patch adds. Hunk lengths are followed: `+++ b/x` fools nobody."""
    path, old, new = "", 0, 0
    for line in patch.split("\n"):
        if old > 0 or new > 0:
            old -= line[:1] in (" ", "-", "")
            new -= line[:1] in (" ", "+", "")
            if line.startswith("+"):
                yield path, line[1:]
        elif hunk := _HUNK.match(line):
            old, new = int(hunk[1] or 1), int(hunk[2] or 1)
        elif line.startswith("+++ "):
            path = _new_path(line.removeprefix("+++ "))


_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _new_path(text: str) -> str:
    """`b/path`, or git's quoted form of it, without the prefix. Git ends a name with a blank in it with a tab."""
    text = text.rstrip("\t")
    if text.startswith('"'):
        text = _ESCAPE.sub(lambda match: _unescaped(match[1]), text[1:-1])
    return text.removeprefix("b/")


def _unescaped(code: str) -> str:
    return chr(int(code, 8)) if len(code) == 3 else _CONTROLS.get(code, code)
