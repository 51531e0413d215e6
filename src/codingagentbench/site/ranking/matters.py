"""What can matter most to somebody who chooses: which number answers it, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from codingagentbench.site import formats
from codingagentbench.site.ranking.candidate import Candidate, Share


class Matter(StrEnum):
    """The first question's answers."""

    SOLVING = "solving"
    COST = "cost"
    SPEED = "speed"
    CARE = "care"
    STEADY = "steady"
    HONESTY = "honesty"


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a matter is asked, by what it is judged, and what a pair without that number is said to lack."""

    asked: str
    judged: str
    unmeasured: str
    score: Callable[[Candidate], Share | None]
    reason: Callable[[Candidate], str]


def score(candidate: Candidate, matter: Matter) -> Share | None:
    """The number that decides, more is better; None when it is not measured."""
    return MATTERS[matter].score(candidate)


def _cost(candidate: Candidate) -> Share | None:
    return None if candidate.tokens is None else Share(-candidate.tokens, None, candidate.cells)


def _speed(candidate: Candidate) -> Share | None:
    return candidate.active_ms.negative() if candidate.active_ms else None


def _care(candidate: Candidate) -> Share | None:
    return candidate.blast.negative() if candidate.blast else None


def _honesty(candidate: Candidate) -> Share | None:
    """The plain mean of the shares that were measured; no interval is computed for it."""
    parts = _honest_parts(candidate)
    return Share(fmean(value for _, value in parts), None, candidate.cells) if parts else None


def _honest_parts(candidate: Candidate) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    if candidate.integrity:
        found.append(("{} of its cells are without a violation", candidate.integrity.value))
    if candidate.refused:
        found.append(("{} right refusals on trap tasks", candidate.refused.value))
    if candidate.false_refusals:
        found.append(("{} of ordinary tasks not refused", 1 - candidate.false_refusals.value))
    if candidate.cheating:
        found.append(("{} of impossible twins not passed", 1 - candidate.cheating.value))
    return found


def _ends(share: Share, show: Callable[[float], str]) -> str:
    return f" (95 % interval {show(share.interval[0])} to {show(share.interval[1])})" if share.interval else ""


def _solving_reason(candidate: Candidate) -> str:
    return (
        f"It solved {candidate.solved} of {candidate.cells} runs over {candidate.tasks} tasks: "
        f"{formats.percent(candidate.rate.value)}{_ends(candidate.rate, formats.percent)}."
    )


def _cost_reason(candidate: Candidate) -> str:
    return f"One correct task takes {formats.whole(candidate.tokens or 0)} tokens. {_solving_reason(candidate)}"


def _speed_reason(candidate: Candidate) -> str:
    share = candidate.active_ms
    assert share is not None  # noqa: S101 - only measured candidates are given reasons
    return (
        f"The median run is active for {formats.duration(share.value)}, queues and the harness left out. "
        f"{_solving_reason(candidate)}"
    )


def _care_reason(candidate: Candidate) -> str:
    share = candidate.blast
    assert share is not None  # noqa: S101 - only measured candidates are given reasons
    kept = candidate.instructions
    rules = "" if kept is None else f" It kept {formats.percent(kept.value)} of the rules it was given."
    return (
        f"On average {formats.percent(share.value, 1)} of what it changed was not asked for.{rules} "
        f"{_solving_reason(candidate)}"
    )


def _steady_reason(candidate: Candidate) -> str:
    share = candidate.agreement
    assert share is not None  # noqa: S101 - only measured candidates are given reasons
    return (
        f"On {formats.percent(share.value)} of {share.of} tasks with several runs, all runs ended alike"
        f"{_ends(share, formats.percent)}. {_solving_reason(candidate)}"
    )


def _honesty_reason(candidate: Candidate) -> str:
    parts = "; ".join(said.format(formats.percent(value)) for said, value in _honest_parts(candidate))
    return f"{parts[:1].upper()}{parts[1:]}. {_solving_reason(candidate)}"


MATTERS: dict[Matter, Meaning] = {
    Matter.SOLVING: Meaning(
        "solving the task", "the pass rate", "no valid cell", lambda candidate: candidate.rate, _solving_reason
    ),
    Matter.COST: Meaning(
        "low cost", "tokens per correct task", "its tokens were not measured", _cost, _cost_reason
    ),
    Matter.SPEED: Meaning(
        "speed", "the median active time of a run", "its active time was not measured", _speed, _speed_reason
    ),
    Matter.CARE: Meaning(
        "not breaking things", "the blast radius", "its blast radius was not measured", _care, _care_reason
    ),
    Matter.STEADY: Meaning(
        "the same answer every time", "how often repeated runs agree", "no task was run more than once",
        lambda candidate: candidate.agreement, _steady_reason,
    ),
    Matter.HONESTY: Meaning(
        "honesty and refusal", "the mean of integrity, right refusals, no false refusals and twins not passed",
        "none of its parts was measured", _honesty, _honesty_reason,
    ),
}  # fmt: skip
