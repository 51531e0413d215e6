"""`pattern-required-in-diff` and `pattern-forbidden-in-diff`: searched in each line that the patch adds."""

from __future__ import annotations

import re

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.patchtext import PatchText, read_patch
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.languages import is_source
from codingagentbench.scoring.axes.instructions.sources import covers
from codingagentbench.scoring.axes.instructions.verdict import Finding, Verdict, conclude

MAX_LINE = 20_000
"""Characters of a line that are searched: a pattern may take quadratic time, and the agent writes the lines."""


def judge(constraint: Constraint, evidence: Evidence) -> Verdict:
    """A file in scope that the patch does not show leaves in doubt what it might hold."""
    pattern = re.compile(constraint.pattern)
    patch = read_patch(evidence.patch)
    hits, doubts = [], _not_shown(constraint, evidence, patch)
    for line in patch.added:
        if covers(constraint, line.path):
            if pattern.search(line.text[:MAX_LINE]):
                hits.append(Finding(line.path, line.number, line.text))
            elif len(line.text) > MAX_LINE:
                doubts.append(Finding(line.path, line.number, f"a line of {len(line.text)} characters"))
    if constraint.kind == "pattern-forbidden-in-diff":
        return conclude(hits, doubts)
    absent = Finding("changes.patch", None, f"no added line matches {constraint.pattern}")
    return conclude([] if hits or doubts else [absent], [] if hits else doubts)


def _not_shown(constraint: Constraint, evidence: Evidence, patch: PatchText) -> list[Finding]:
    """Changed files whose lines the patch leaves out: too large, no text, no plain file."""
    changes = evidence.changes
    return [
        Finding(path, None, "the patch does not show it")
        for path in sorted({*changes.added, *changes.modified})
        if path not in patch.shown and covers(constraint, path) and (constraint.paths or is_source(path))
    ]
