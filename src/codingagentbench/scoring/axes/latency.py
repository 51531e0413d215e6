"""latency: where the wall clock went."""

from __future__ import annotations

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.record import AxisResult
from codingagentbench.core.values import Measured


def score(evidence: Evidence) -> AxisResult:
    """Wall clock in ms, the sum of the stack's parts. `container_active_ms` is the time the agent was running."""
    stack = evidence.latency
    running = stack.active_ms + stack.rate_limit_wait
    keys = {
        "wall_clock_ms": stack.wall_clock_ms,
        "container_active_ms": running,
        "model_call_ms": float(sum(call.latency_ms for call in evidence.calls if call.is_completion)),
        "active_ms": stack.active_ms,
        **stack.model_dump(),
    }
    value = Measured(value=stack.wall_clock_ms, unit="ms", evidence=("trace.jsonl",))
    return AxisResult(axis="latency", value=value, keys=keys)
