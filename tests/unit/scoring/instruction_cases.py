"""Evidence around changed texts, for the tests of the instructions axis."""

from __future__ import annotations

import json
from typing import Any

from scoring_cases import evidence

from codingagentbench.core.evidence import Changes, Evidence, Source, ToolStep
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions import judge
from codingagentbench.scoring.axes.instructions.verdict import Verdict

Texts = dict[str, tuple[str | None, str | None]]


def changed(texts: Texts, *, tree: tuple[str, ...] = (), **more: Any) -> Evidence:
    """Path -> (before, after); None where the file was not there. Equal texts are kept and not changed."""
    return evidence(
        changes=Changes(
            added=tuple(sorted(path for path, (old, _) in texts.items() if old is None)),
            removed=tuple(sorted(path for path, (_, new) in texts.items() if new is None)),
            modified=tuple(
                sorted(path for path, pair in texts.items() if pair[0] != pair[1] and None not in pair)
            ),
        ),
        sources={path: Source(before=old, after=new) for path, (old, new) in texts.items()},
        tree=(*tree, *(path for path, (old, _) in texts.items() if old is not None)),
        **more,
    )


def step(arguments: Any, name: str = "bash", result: str | None = "done") -> ToolStep:
    """A tool call; arguments that are no text become JSON."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return ToolStep(call_id="c1", name=name, arguments=text, result=result, start_ms=0, model_call=0)


def verdict(kind: str, cell: Evidence, **fields: Any) -> Verdict:
    """The verdict on one constraint."""
    return judge(Constraint(kind=kind, **fields), cell)  # type: ignore[arg-type]


def told(result: Verdict) -> list[str]:
    """`path:line: excerpt` of each finding."""
    return [finding.in_words() for finding in getattr(result, "findings", ())]
