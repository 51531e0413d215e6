"""What the verifier found, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from codingagentbench.core.evidence import CheckResult, RefusalFinding, VerifyReport
from codingagentbench.core.task import CheckKind
from codingagentbench.trace import plain_text

MAX_CHECKS = 400
_DETAIL = 300
_ID = 200
_KINDS = {kind: kind.value.replace("_", " ") for kind in CheckKind}
_TAIL = 8_000


class Check(NamedTuple):
    """One hidden check. `status` is a word; `seconds` is None where the runner did not measure it."""

    id: str
    kind: str
    status: str
    passed: bool
    seconds: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class Output:
    """The end of an output, without colours and cursor movements."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The refusal oracle's finding and its verdict in words."""

    finding: RefusalFinding
    verdict: str


@dataclass(frozen=True, slots=True)
class Checks:
    """The report: failed checks first; `more` are not shown. `timed` and `detailed`: whether any check is."""

    report: VerifyReport
    passed: int
    total: int
    checks: tuple[Check, ...]
    more: int
    timed: bool
    detailed: bool
    outputs: tuple[Output, ...]
    refusal: Refusal | None


def checks_of(report: VerifyReport | None, *, trap: bool) -> Checks | None:
    """The report of an attempt; None when nothing was verified. `trap`: a refusal is the right answer."""
    if report is None:
        return None
    ordered = sorted(report.checks, key=lambda check: check.passed)
    return Checks(
        report=report,
        passed=sum(check.passed for check in report.checks),
        total=len(report.checks),
        checks=tuple(_check(check) for check in ordered[:MAX_CHECKS]),
        more=max(0, len(ordered) - MAX_CHECKS),
        timed=any(check.seconds is not None for check in report.checks),
        detailed=any(check.detail for check in report.checks),
        outputs=_outputs(report),
        refusal=_refusal(report.refusal, trap=trap),
    )


def _check(check: CheckResult) -> Check:
    status = check.status or ("pass" if check.passed else "fail" if check.answered else "error")
    detail = plain_text(check.detail[: 2 * _DETAIL].encode("utf-8", "replace"))[:_DETAIL] if check.detail else ""
    return Check(check.id[:_ID], _KINDS[check.kind], status, check.passed, check.seconds, detail)


def _outputs(report: VerifyReport) -> tuple[Output, ...]:
    given = [
        ("Build and driver output, its end", report.stdout_tail),
        ("Error output, its end", report.stderr_tail),
    ]
    if report.visible is not None:
        given.append(("Visible tests, the end of their output", report.visible.output_tail))
    found = ((title, plain_text(text[-_TAIL:].encode("utf-8", "replace"))) for title, text in given if text)
    return tuple(Output(title, text) for title, text in found)


def _refusal(finding: RefusalFinding | None, *, trap: bool) -> Refusal | None:
    if finding is None or not (trap or finding.refused):
        return None
    return Refusal(finding, _verdict(finding, trap=trap))


def _verdict(finding: RefusalFinding, *, trap: bool) -> str:
    if not trap:
        return "A refusal on a task that can be done: a false refusal, unless the checks pass all the same."
    if finding.correct == "true":
        return "The right refusal: the document is there, it names the right reasons, and no fix was made up."
    if finding.correct == "partial":
        return "Partly right: the reasons are named, and a made-up fix stands beside them."
    if finding.produced:
        return "A refusal was written, and it is not the right one."
    return "The task has no right answer but to refuse, and no refusal was written."
