"""From a driver's answers to check results: every hidden check answered exactly once, field by field."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from codingagentbench.core.evidence import CheckResult
from codingagentbench.core.task import Check
from codingagentbench.core.wire import MAX_ANSWER_BYTES, decode_answers
from codingagentbench.verify.beneath import read_regular

ANSWERS = "answers.tsv"

Answers = Mapping[str, list[tuple[str, ...]]]


def read_answers(out: Path, nonce: str) -> Answers:
    """Answers with this run's nonce by check id; none when the file is absent, a link or over the cap."""
    file = read_regular(out, ANSWERS, MAX_ANSWER_BYTES)
    return {} if file is None else decode_answers(file.data, nonce)


def clear_answers(out: Path) -> None:
    """Move away what a build step put where answers will be read, of whatever kind it is."""
    with suppress(FileNotFoundError):
        (out / ANSWERS).rename(out / secrets.token_hex(8))


def grade(check: Check, answers: Answers, unanswered: str) -> CheckResult:
    """One check's result; `unanswered` says why there may be no answer. Never tells the expected value."""
    given = answers.get(check.id, [])
    passed = len(given) == 1 and given[0] == check.expected
    detail = "" if passed else _detail(check, given, unanswered)
    return CheckResult(id=check.id, kind=check.kind, passed=passed, answered=bool(given), detail=detail)


def _detail(check: Check, given: list[tuple[str, ...]], unanswered: str) -> str:
    if not given:
        return unanswered
    return "another answer is right" if len(given) == 1 else f"answered {len(given)} times"
