"""Splits the wall clock into the parts of METHODOLOGY 1.0. They add up by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from codingagentbench.core.evidence import LatencyStack, ModelCall

_PRECEDENCE = ("decode", "prefill", "rate_limit_wait", "tool", "idle")


@dataclass(frozen=True, slots=True)
class ActPhase:
    """When the agent's program ran, in ms since the cell started."""

    start: float
    end: float


def latency_stack(act: ActPhase, calls: Sequence[ModelCall], **phases: float) -> LatencyStack:
    """The stack of a cell. `phases` are the measured durations in ms of the parts outside the act.

    Within the act each instant belongs to one part: decode before prefill before waiting when calls overlap;
    between an answer with tool calls and the next request it is `tool`; what is left is `idle`.
    """
    intervals = _intervals(act, [call for call in calls if call.is_completion])
    edges = sorted({act.start, act.end, *(edge for _, *span in intervals for edge in span)})
    totals = dict.fromkeys(_PRECEDENCE, 0.0)
    for left, right in pairwise(edges):
        active = {part for part, start, end in intervals if start <= left and right <= end}
        part = next((part for part in _PRECEDENCE if part in active), "idle")
        totals[part] += right - left
    return LatencyStack(**totals, **phases)


def _intervals(act: ActPhase, calls: Sequence[ModelCall]) -> list[tuple[str, float, float]]:
    found: list[tuple[str, float, float]] = []
    ordered = sorted(calls, key=lambda call: call.start_ms)
    for position, call in enumerate(ordered):
        served = call.start_ms + call.wait_ms
        first = max(served, call.start_ms + call.ttft_ms) if call.ttft_ms is not None else call.end_ms
        if call.succeeded:
            found.append(("rate_limit_wait", call.start_ms, served))
            found += [("prefill", served, first), ("decode", first, call.end_ms)]
        else:
            found.append(("rate_limit_wait", call.start_ms, call.end_ms))
        following = ordered[position + 1].start_ms if position + 1 < len(ordered) else None
        if call.tool_calls and following is not None:
            found.append(("tool", call.end_ms, following))
    clipped = ((part, max(start, act.start), min(end, act.end)) for part, start, end in found)
    return [(part, start, end) for part, start, end in clipped if start < end]
