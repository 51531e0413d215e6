"""Where the wall clock went: parts that add up, as a bar and as a table."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.core.evidence import LatencyStack

WIDTH = 1000.0
"""Of the bar, in its own units."""

_PARTS = {
    "queue": "Queue: waiting for a worker",
    "setup": "Set-up: workdir and configuration",
    "sandbox": "Sandbox: made and opened",
    "prefill": "Model, to the first token",
    "decode": "Model, the rest of its answers",
    "rate_limit_wait": "Waiting between retries",
    "tool": "Tools: between an answer and the next request",
    "idle": "Agent: everything else it did",
    "snapshot": "Snapshot: what changed",
    "verify": "Verification in a fresh sandbox",
    "teardown": "Teardown",
}
_ACTIVE = ("prefill", "decode", "tool", "idle")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the stack; `x` and `width` are in units of the bar, `share` is 0..1 of the wall clock."""

    name: str
    title: str
    ms: float
    share: float
    x: float
    width: float
    active: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """The parts in order; their `ms` add up to `wall_ms` and those that are active to `active_ms`."""

    parts: tuple[Part, ...]
    wall_ms: float
    active_ms: float


def stack_of(latency: LatencyStack) -> Stack:
    """The stack of an attempt; shares are 0 when the wall clock is."""
    wall = latency.wall_clock_ms
    parts: list[Part] = []
    x = 0.0
    for name, ms in latency.model_dump().items():
        share = ms / wall if wall > 0 else 0.0
        parts.append(Part(name, _PARTS[name], ms, share, x, share * WIDTH, name in _ACTIVE))
        x += share * WIDTH
    return Stack(tuple(parts), wall, latency.active_ms)
