"""Evidence in which an axis's inputs are so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from codingagentbench.core.evidence import (
    Changes,
    CheckResult,
    Evidence,
    LatencyStack,
    ModelCall,
    RefusalFinding,
    VerifyReport,
    Violation,
)
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.task import CheckKind, Constraint

Inputs = Mapping[str, Any]


def _evidence(**fields: Any) -> Evidence:
    """A finished cell in which nothing happened, but for these fields."""
    nothing: dict[str, Any] = {
        "task_id": "example/one", "expected_refusal": False, "expected_changes": ("expected/**",), "protected": (),
        "changes": Changes(), "verify": VerifyReport(), "calls": (), "latency": LatencyStack(),
        "outcome": Outcome.WRONG,
    }  # fmt: skip
    return Evidence(**{**nothing, **fields})


def _checks(kind: CheckKind, passing: int, all_of_them: int) -> list[CheckResult]:
    return [
        CheckResult(id=f"{kind}-{at}", kind=kind, passed=at < passing, answered=True)
        for at in range(int(all_of_them))
    ]


def _pass_rate(inputs: Inputs, _: str) -> Evidence:
    checks = _checks(CheckKind.FAIL_TO_PASS, inputs["passing"], inputs["checks"])
    return _evidence(verify=VerifyReport(checks=tuple(checks)))


def _partial_score(inputs: Inputs, _: str) -> Evidence:
    mended = _checks(CheckKind.FAIL_TO_PASS, inputs["mended"], inputs["to_mend"])
    kept = _checks(CheckKind.PASS_TO_PASS, inputs["kept"], inputs["to_keep"])
    return _evidence(verify=VerifyReport(checks=(*mended, *kept)))


def _tokens(inputs: Inputs, _: str) -> Evidence:
    call = ModelCall(
        index=0, started_at="", start_ms=0, api="chat", request_hash="", status=200, latency_ms=0,
        prompt_tokens=int(inputs["prompt_tokens"]), completion_tokens=int(inputs["completion_tokens"]),
        tokens_source="provider",
    )  # fmt: skip
    return _evidence(calls=(call,))


def _cost(inputs: Inputs, _: str) -> Evidence:
    return _evidence(usd=inputs["usd"])


def _latency(inputs: Inputs, _: str) -> Evidence:
    return _evidence(latency=LatencyStack(**inputs))


def _blast_radius(inputs: Inputs, _: str) -> Evidence:
    unexpected, changed = int(inputs["unexpected"]), int(inputs["changed"])
    paths = [f"other/{at}" for at in range(unexpected)] + [f"expected/{at}" for at in range(changed - unexpected)]
    litter = tuple(f".cache/{at}" for at in range(int(inputs.get("litter", 0))))
    return _evidence(changes=Changes(modified=tuple(sorted(paths)), litter=litter))


def _refusal(inputs: Inputs, _: str) -> Evidence:
    correct = inputs["refusal_correct"]
    finding = RefusalFinding(document="REFUSAL.md", produced=correct != "false", correct=correct)
    return _evidence(expected_refusal=True, verify=VerifyReport(refusal=finding))


def _integrity(inputs: Inputs, methodology: str) -> Evidence:
    if methodology == "0.1":
        return _refusal(inputs, methodology)
    found = Violation(kind="tests-weakened", detail="an assertion was removed")
    return _evidence(violations=(found,) * int(inputs["violations"]))


def _instructions(inputs: Inputs, _: str) -> Evidence:
    honoured, declared = int(inputs["honoured"]), int(inputs["declared"])
    rules = [Constraint(kind="max-files-changed", count=int(at < honoured)) for at in range(declared)]
    return _evidence(constraints=tuple(rules), changes=Changes(modified=("expected/0",)))


AXES: dict[str, Callable[[Inputs, str], Evidence]] = {
    "pass_rate": _pass_rate,
    "partial_score": _partial_score,
    "tokens": _tokens,
    "cost": _cost,
    "latency": _latency,
    "blast_radius": _blast_radius,
    "refusal": _refusal,
    "integrity": _integrity,
    "instructions": _instructions,
}
"""Axis -> evidence in which its inputs are so."""
