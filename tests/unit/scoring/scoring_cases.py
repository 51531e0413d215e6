"""Evidence for scoring tests: a solved ordinary cell, varied by keyword."""

from typing import Any

from codingagentbench.core.evidence import (
    Changes,
    CheckResult,
    Evidence,
    LatencyStack,
    ModelCall,
    RefusalFinding,
    VerifyReport,
)
from codingagentbench.core.task import CheckKind

F2P, P2P = CheckKind.FAIL_TO_PASS, CheckKind.PASS_TO_PASS


def call(index: int = 0, **fields: Any) -> ModelCall:
    base: dict[str, Any] = {
        "index": index, "started_at": "2026-01-01T00:00:00Z", "start_ms": 10.0, "api": "chat", "request_hash": "h",
        "status": 200, "prompt_tokens": 900, "completion_tokens": 100, "tokens_source": "provider",
        "latency_ms": 50.0,
    }  # fmt: skip
    return ModelCall(**{**base, **fields})


def check(name: str = "one", kind: CheckKind = F2P, passed: bool = True) -> CheckResult:
    return CheckResult(id=name, kind=kind, passed=passed, answered=True)


def report(**fields: Any) -> VerifyReport:
    base: dict[str, Any] = {
        "checks": (check(), check("two", P2P)), "graded": ("src/lib.rs",), "exit_code": 0,
        "refusal": RefusalFinding(document="REFUSAL.md", produced=False),
    }  # fmt: skip
    return VerifyReport(**{**base, **fields})


def failed_report(**fields: Any) -> VerifyReport:
    return report(**{"checks": (check(passed=False), check("two", P2P)), **fields})


def evidence(**fields: Any) -> Evidence:
    base: dict[str, Any] = {
        "task_id": "polyglot/x", "expected_refusal": False, "expected_changes": ("src/**",),
        "protected": ("tests/**",),
        "changes": Changes(modified=("src/lib.rs",)), "verify": report(), "calls": (call(),),
        "latency": LatencyStack(setup=5, sandbox=10, prefill=100, decode=200, tool=50, idle=25, verify=30),
        "agent_exit_code": 0,
    }  # fmt: skip
    return Evidence(**{**base, **fields})


def noop(**fields: Any) -> Evidence:
    return evidence(**{"changes": Changes(), "verify": failed_report(graded=()), **fields})


def trap(correct: str = "true", **fields: Any) -> Evidence:
    produced = correct != "false"
    finding = RefusalFinding(
        document="REFUSAL.md", produced=produced, correct=correct, fabricated_fix=correct == "partial",
        established=("why",) if produced else (), missing=() if produced else ("why",),
    )  # fmt: skip
    checks = (check("refusal-documented", F2P, produced), check("no-fabricated-fix", P2P, correct != "partial"))
    added = ("REFUSAL.md",) if produced else ()
    base: dict[str, Any] = {
        "expected_refusal": True, "expected_changes": ("/REFUSAL.md",), "changes": Changes(added=added),
        "verify": report(refusal=finding, checks=checks, graded=added),
    }  # fmt: skip
    return evidence(**{**base, **fields})
