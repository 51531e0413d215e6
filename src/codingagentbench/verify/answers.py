"""From answers and reports to check results: every hidden check answered exactly once, and rightly."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from codingagentbench.core.evidence import CheckResult, CheckStatus
from codingagentbench.core.task import Check
from codingagentbench.core.wire import MAX_ANSWER_BYTES, decode_answers
from codingagentbench.verify.beneath import read_regular
from codingagentbench.verify.cases import Case

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
    detail = "" if passed else _detail(given, unanswered)
    status: CheckStatus = "pass" if passed else "fail" if given else "error"
    return CheckResult(
        id=check.id, kind=check.kind, passed=passed, answered=bool(given), detail=detail, status=status
    )


def _detail(given: list[tuple[str, ...]], unanswered: str) -> str:
    if not given:
        return unanswered
    return "another answer is right" if len(given) == 1 else f"answered {len(given)} times"


def grade_case(check: Check, cases: Mapping[str, Sequence[Case]], unreported: str) -> CheckResult:
    """The result of a check that a test runner reports: once, and as a pass."""
    given = cases.get(check.id, ())
    if len(given) == 1:
        status, detail, seconds = given[0].status, given[0].detail, given[0].seconds
    else:
        status, seconds = "error", None
        detail = (
            f"reported {len(given)} times"
            if given
            else f"not reported: {unreported or 'no test of that name ran'}"
        )
    passed = status == "pass"
    return CheckResult(
        id=check.id,
        kind=check.kind,
        passed=passed,
        answered=bool(given),
        detail=detail,
        status=status,
        seconds=seconds,
    )
