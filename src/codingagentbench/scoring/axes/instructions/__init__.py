"""instructions: the share of AGENTS.md's constraints that were honoured, each a deterministic check.

One module a kind of constraint (or a close group); what each reads and cannot see: `docs/instructions.md`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.record import AxisResult
from codingagentbench.core.task import Constraint, ConstraintKind
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured
from codingagentbench.scoring.axes.instructions.needs import READ_TEXTS, Needs, needs_of
from codingagentbench.scoring.axes.instructions.verdict import (
    Broken,
    Finding,
    Honoured,
    Judge,
    NotJudged,
    Verdict,
    from_json,
)

__all__ = ["Needs", "judge", "needs_of", "score"]

_MODULES: dict[ConstraintKind, str] = {
    "command-not-run": "commands",
    "file-not-touched": "files",
    "keep-public-api": "public_api",
    "max-files-changed": "files",
    "no-comments-added": "comments",
    "no-new-dependency": "dependencies",
    "pattern-forbidden-in-diff": "patterns",
    "pattern-required-in-diff": "patterns",
}
"""Kind -> the module that judges it: imported when such a constraint is declared, parsers with it."""

_EVIDENCE = ("changes.patch", "evidence.json")


def judge(constraint: Constraint, evidence: Evidence) -> Verdict:
    """Whether one constraint was honoured, was broken, or cannot be judged; with the places it rests on.

    What the agent wrote is parsed in a child process: `guard`.
    """
    return _judge_all((constraint,), evidence)[0]


def score(evidence: Evidence) -> AxisResult:
    """Honoured / declared constraints; not applicable when the task declares none.

    With constraints that cannot be judged it is not measured: `low` counts them as broken, `high` as honoured.
    """
    declared = evidence.constraints
    if not declared:
        return AxisResult(axis="instructions", value=NotApplicable(why="the task declares no constraint"))
    verdicts = _judge_all(declared, evidence)
    return AxisResult(axis="instructions", value=_value(verdicts), keys=_keys(declared, verdicts))


def _judge_all(declared: tuple[Constraint, ...], evidence: Evidence) -> list[Verdict]:
    """All that parse in one child; when that fails, each in one of its own, so that a bomb spoils only its own."""
    parsing = [rule for rule in declared if _parses(rule, evidence)]
    told = _in_child(parsing, evidence) if parsing else []
    if told is None:
        alone = [_in_child([rule], evidence) for rule in parsing] if len(parsing) > 1 else [None]
        told = [answer[0] if answer else _too_much() for answer in alone]
    parsed = iter(told)
    return [next(parsed) if _parses(rule, evidence) else _judge_of(rule)(rule, evidence) for rule in declared]


def _in_child(rules: list[Constraint], evidence: Evidence) -> list[Verdict] | None:
    from codingagentbench.scoring.axes.instructions.guard import in_child

    judges = [_judge_of(rule) for rule in rules]
    _load_grammars(evidence)
    answer = in_child(lambda: [found(rule, evidence).as_json() for found, rule in zip(judges, rules, strict=True)])
    return None if answer is None else [from_json(verdict) for verdict in answer]


def _load_grammars(evidence: Evidence) -> None:
    """Once a process, and not in every child. Loading parses nothing."""
    from codingagentbench.scoring.axes.instructions.languages import language_of, parser

    for language in {"bash" if evidence.tool_steps else None, *map(language_of, evidence.sources)}:
        if language is not None:
            parser(language)


def _parses(rule: Constraint, evidence: Evidence) -> bool:
    """Whether judging it parses anything that the agent wrote."""
    if rule.kind == "command-not-run":
        return bool(evidence.tool_steps)
    return rule.kind in READ_TEXTS and bool(evidence.changes.all)


def _too_much() -> NotJudged:
    return NotJudged((Finding("", None, "parsing what was changed takes more memory or time than allowed"),))


def _judge_of(constraint: Constraint) -> Judge:
    return cast(Judge, import_module(f"{__name__}.{_MODULES[constraint.kind]}").judge)


def _value(verdicts: list[Verdict]) -> Measured | NotMeasured:
    kept = sum(isinstance(verdict, Honoured) for verdict in verdicts)
    unknown = [verdict for verdict in verdicts if isinstance(verdict, NotJudged)]
    if not unknown:
        return Measured(value=kept / len(verdicts), unit="share", evidence=_EVIDENCE)
    first = unknown[0].findings[0]
    why = f"{len(unknown)} of {len(verdicts)} constraints cannot be judged: {first.in_words()}"
    return NotMeasured(why=why, low=kept / len(verdicts), high=(kept + len(unknown)) / len(verdicts))


def _keys(declared: tuple[Constraint, ...], verdicts: list[Verdict]) -> dict[str, Any]:
    rules = [constraint.model_dump(mode="json", exclude_defaults=True) for constraint in declared]
    told = [{"constraint": rule, **verdict.as_json()} for rule, verdict in zip(rules, verdicts, strict=True)]
    return {
        "honoured": sum(isinstance(verdict, Honoured) for verdict in verdicts),
        "declared": len(verdicts),
        "not_judged": sum(isinstance(verdict, NotJudged) for verdict in verdicts),
        "broken": [rule for rule, verdict in zip(rules, verdicts, strict=True) if isinstance(verdict, Broken)],
        "verdicts": told,
    }
