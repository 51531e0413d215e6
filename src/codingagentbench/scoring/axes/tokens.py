"""tokens: what the gateway counted over all model calls of the cell."""

from __future__ import annotations

from collections.abc import Iterable

from codingagentbench.core.evidence import Evidence, ModelCall
from codingagentbench.core.record import AxisResult
from codingagentbench.core.values import Measured, NotMeasured
from codingagentbench.scoring.group import tokens_per_correct

EVIDENCE = ("model_calls.jsonl",)


def score(evidence: Evidence) -> AxisResult:
    """Total tokens. Not measured when a call that was answered left its tokens unknown; the known ones bound it.

    A call that failed without an answer used none. `tokens_per_correct_task` is a number, "infinite" with no pass,
    or None when the tokens are not known.
    """
    calls = [call for call in evidence.calls if call.is_completion]
    passed = int(evidence.verify is not None and evidence.verify.passed)
    value = _total(calls)
    keys = {
        "prompt_tokens": _sum(call.prompt_tokens for call in _counted(calls)),
        "completion_tokens": _sum(call.completion_tokens for call in _counted(calls)),
        "cached": _known_sum(call.cached_tokens for call in calls),
        "reasoning": _known_sum(call.reasoning_tokens for call in calls),
        "total_tokens": value.value if isinstance(value, Measured) else None,
        "model_calls": len(calls),
        "tokens_per_correct_task": tokens_per_correct([(value, bool(passed))]).shown,
        "pass_used_for_division": passed,
        "source": source_of(calls),
    }
    return AxisResult(axis="tokens", value=value, keys=keys)


def source_of(calls: Iterable[ModelCall]) -> str:
    """`provider` when every count came from the endpoint, `estimated` when one was estimated, `none` without."""
    sources = {call.tokens_source for call in calls} - {"none"}
    if not sources:
        return "none"
    return "estimated" if "estimated" in sources else "provider"


def _counted(calls: list[ModelCall]) -> list[ModelCall]:
    """Calls whose tokens are known, and answered ones whose tokens should be."""
    return [call for call in calls if call.total_tokens is not None or 200 <= call.status < 300]


def _total(calls: list[ModelCall]) -> Measured | NotMeasured:
    counts = [call.total_tokens for call in _counted(calls)]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        why = f"{len(counts) - len(known)} of {len(counts)} answered calls told no token count"
        return NotMeasured(why=why, low=sum(known))
    return Measured(value=sum(known), unit="tokens", evidence=EVIDENCE)


def _sum(counts: Iterable[int | None]) -> int | None:
    """The sum, None when a part of it is unknown."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _known_sum(counts: Iterable[int | None]) -> int | None:
    """The sum of what was told, None when nothing was: endpoints leave these out when they have none."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
