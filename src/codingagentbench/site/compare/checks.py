"""Hidden checks of two cells that ended differently, regressions first. What a check asks for is not told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from codingagentbench.core.evidence import CheckResult, VerifyReport

SHOWN = 300


@dataclass(frozen=True, slots=True)
class CheckPair:
    """A check and how it ended on each side; empty where it was not reported."""

    id: str
    kind: str
    one: str
    other: str

    @property
    def regression(self) -> bool:
        """Passed by A and not by B."""
        return self.one == "pass" and self.other != "pass"


@dataclass(frozen=True, slots=True)
class CheckDiff:
    """`differ` are shown, at most `SHOWN`. `none` names the sides that were not verified."""

    differ: tuple[CheckPair, ...]
    left_out: int
    regressions: int
    both_pass: int
    both_fail: int
    none: tuple[str, ...]

    @property
    def gains(self) -> int:
        """Passed by B and not by A."""
        return len(self.differ) + self.left_out - self.regressions


def compare_checks(one: VerifyReport | None, other: VerifyReport | None) -> CheckDiff:
    """How two verifications of one task differ."""
    none = tuple(name for name, report in (("A", one), ("B", other)) if report is None)
    ours, theirs = (_by_id(report) for report in (one, other))
    if none:
        return CheckDiff((), 0, 0, 0, 0, none)
    pairs = [_pair(name, ours.get(name), theirs.get(name)) for name in sorted({*ours, *theirs})]
    differ = sorted((pair for pair in pairs if (pair.one == "pass") != (pair.other == "pass")), key=_first)
    passes = sum(pair.one == pair.other == "pass" for pair in pairs)
    return CheckDiff(
        tuple(differ[:SHOWN]), max(0, len(differ) - SHOWN), sum(pair.regression for pair in differ), passes,
        len(pairs) - passes - len(differ), none,
    )  # fmt: skip


def _by_id(report: VerifyReport | None) -> dict[str, list[CheckResult]]:
    found: dict[str, list[CheckResult]] = defaultdict(list)
    for check in report.checks if report else ():
        found[check.id].append(check)
    return found


def _pair(name: str, one: list[CheckResult] | None, other: list[CheckResult] | None) -> CheckPair:
    kind = (one or other or [])[0].kind.value.replace("_", " ")
    return CheckPair(name, kind, _status(one), _status(other))


def _status(checks: list[CheckResult] | None) -> str:
    if not checks:
        return "not reported"
    if all(check.passed for check in checks):
        return "pass"
    return next((check.status or "fail" for check in checks if not check.passed), "fail")


def _first(pair: CheckPair) -> tuple[bool, str]:
    return (not pair.regression, pair.id)
