"""pass_rate: whether all hidden checks pass; and partial_score: how far they do."""

from __future__ import annotations

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.record import AxisResult
from codingagentbench.core.values import Measured, NotMeasured
from codingagentbench.scoring.axes import partial_score

EVIDENCE = ("verify.json",)


def score(evidence: Evidence) -> AxisResult:
    """0 or 1: every check of the verifier's report answered once and passing."""
    report = evidence.verify
    if report is None:
        return AxisResult(axis="pass_rate", value=NotMeasured(why="the verifier gave no report"))
    passed = int(report.passed)
    partial = partial_score.score(evidence).value
    return AxisResult(
        axis="pass_rate",
        value=Measured(value=passed, unit="pass", evidence=EVIDENCE),
        keys={
            "pass": passed,
            "exit_code": report.exit_code,
            "timed_out": report.timed_out,
            "stdout_tail": report.stdout_tail,
            "stderr_tail": report.stderr_tail,
            "partial_score": partial.value if isinstance(partial, Measured) else None,
            "checks_passed": sum(check.passed for check in report.checks),
            "checks": len(report.checks),
            "failed": [check.id for check in report.checks if not check.passed],
        },
    )
