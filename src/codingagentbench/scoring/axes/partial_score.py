"""partial_score: fail-to-pass checks that pass now, times pass-to-pass checks that still do."""

from __future__ import annotations

from codingagentbench.core.evidence import CheckResult, Evidence
from codingagentbench.core.record import AxisResult
from codingagentbench.core.task import CheckKind
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured


def score(evidence: Evidence) -> AxisResult:
    """0..1. A kind the task has no check of takes no part; with no fail-to-pass check there is nothing to mend."""
    report = evidence.verify
    if report is None:
        return AxisResult(axis="partial_score", value=NotMeasured(why="the verifier gave no report"))
    mended, to_mend = _count(report.checks, CheckKind.FAIL_TO_PASS)
    kept, to_keep = _count(report.checks, CheckKind.PASS_TO_PASS)
    keys = {"fail_to_pass": [mended, to_mend], "pass_to_pass": [kept, to_keep]}
    if not to_mend:
        return AxisResult(axis="partial_score", value=NotApplicable(why="no fail-to-pass check"), keys=keys)
    share = mended / to_mend * (kept / to_keep if to_keep else 1)
    value = Measured(value=share, unit="share", evidence=("verify.json",))
    return AxisResult(axis="partial_score", value=value, keys={"partial_score": share, **keys})


def _count(checks: tuple[CheckResult, ...], kind: CheckKind) -> tuple[int, int]:
    of_kind = [check for check in checks if check.kind is kind]
    return sum(check.passed for check in of_kind), len(of_kind)
