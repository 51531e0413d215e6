"""Two cells side by side: what they are, what each axis says, where time went, checks, patches and traces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codingagentbench.core.errors import CabError
from codingagentbench.core.record import AXES, CellRecord
from codingagentbench.core.values import AxisValue, Measured
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.compare.absent import no_delta
from codingagentbench.site.compare.checks import CheckDiff, compare_checks
from codingagentbench.site.compare.patches import PATCH_LIMIT, PatchDiff, compare_patches
from codingagentbench.site.compare.steps import TraceDiff, compare_traces
from codingagentbench.site.stack import Stack, stack
from codingagentbench.store.line import CellLine

LOWER_IS_BETTER = frozenset({"tokens", "cost", "latency", "blast_radius"})
_TOKENS = (
    "calls", "failed", "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "total_tokens",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of identity on both sides, as text."""

    name: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether the two sides say different things."""
        return self.one != self.other


@dataclass(frozen=True, slots=True)
class AxisPair:
    """One axis on both sides. `delta` is B minus A, None unless both are measured."""

    name: str
    one: AxisValue | None
    other: AxisValue | None
    delta: float | None
    unit: str

    @property
    def no_delta(self) -> str:
        """Why there is no change to show."""
        return no_delta(self.one, self.other)

    @property
    def verdict(self) -> str:
        """Whether B is better, worse or the same; empty when it cannot be said."""
        if self.delta is None:
            return ""
        if self.delta == 0:
            return "same"
        return "better" if (self.delta < 0) == (self.name in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True, slots=True)
class Count:
    """A count of tokens or calls on both sides, None where it is not known."""

    name: str
    one: int | None
    other: int | None


@dataclass(frozen=True, slots=True)
class CellComparison:
    """Everything about two cells. The parts that need an attempt's folder are None when one side has none."""

    one: CellLine
    other: CellLine
    facts: tuple[Fact, ...]
    axes: tuple[AxisPair, ...]
    stacks: tuple[Stack, Stack]
    counts: tuple[Count, ...]
    checks: CheckDiff | None
    patches: PatchDiff | None
    traces: TraceDiff | None
    unreadable: tuple[str, ...]

    @property
    def same_task(self) -> bool:
        """Whether both worked on the same files: otherwise checks and patches cannot be compared."""
        return (self.one.task, self.one.task_digest) == (self.other.task, self.other.task_digest)


def compare_cells(results: Path, one: CellLine, other: CellLine) -> CellComparison:
    """Compare the attempts that speak for two cells."""
    ours, theirs = _attempt(results, one), _attempt(results, other)
    scale = max(one.wall_ms, other.wall_ms)
    both = (ours, theirs) if ours and theirs else None
    return CellComparison(
        one=one,
        other=other,
        facts=tuple(_facts(one, other, ours.record if ours else None, theirs.record if theirs else None)),
        axes=_axes(one, other),
        stacks=(stack(one.latency, scale), stack(other.latency, scale)),
        counts=_counts(ours.record, theirs.record) if ours and theirs else (),
        checks=compare_checks(both[0].verify, both[1].verify) if both and one.task == other.task else None,
        patches=_patches(*both) if both and one.task == other.task else None,
        traces=compare_traces(both[0].spans, both[1].spans) if both else None,
        unreadable=tuple(name for name, attempt in (("A", ours), ("B", theirs)) if attempt is None),
    )


def _attempt(results: Path, line: CellLine) -> Attempt | None:
    if not line.directory:
        return None
    try:
        return Attempt.open(results, line.directory)
    except CabError:
        return None


def _axes(one: CellLine, other: CellLine) -> tuple[AxisPair, ...]:
    found = []
    for name in AXES:
        ours, theirs = one.axis(name), other.axis(name)
        delta, unit = None, ""
        if isinstance(ours, Measured) and isinstance(theirs, Measured):
            delta, unit = theirs.value - ours.value, ours.unit
        found.append(AxisPair(name, ours, theirs, delta, unit))
    return tuple(found)


def _counts(one: CellRecord, other: CellRecord) -> tuple[Count, ...]:
    return tuple(
        Count(name.replace("_", " "), getattr(one.tokens, name), getattr(other.tokens, name)) for name in _TOKENS
    )


def _patches(one: Attempt, other: Attempt) -> PatchDiff:
    texts = [attempt.text("changes.patch", PATCH_LIMIT) for attempt in (one, other)]
    return compare_patches(texts[0].shown, texts[1].shown, cut=any(text.cut for text in texts))


def _facts(one: CellLine, other: CellLine, ours: CellRecord | None, theirs: CellRecord | None) -> Iterator[Fact]:
    left, right = (_said(line, record) for line, record in ((one, ours), (other, theirs)))
    for name in dict.fromkeys((*left, *right)):
        yield Fact(name, left.get(name, "unknown"), right.get(name, "unknown"))


def _said(line: CellLine, record: CellRecord | None) -> dict[str, str]:
    """Identity as a page shows it, the most telling first."""
    said: dict[str, Any] = {
        "agent": line.tui, "agent version": line.tui_version, "model": line.model,
        "model build": line.model_build_id,
        "task": line.task, "task digest": line.task_digest, "plugin stack": ", ".join(line.plugin_stack) or "none",
        "behaviour mode": line.behavior_mode, "sweep": line.sweep_id, "run": line.run, "attempt": line.attempt,
        "sandbox": line.sandbox, "image digest": line.image_digest, "methodology": line.methodology,
        "token source": line.tokens_source, "exit code": line.exit_code, "started": line.started_at,
        "fingerprint": line.fingerprint,
    }  # fmt: skip
    if record is not None:
        said["wire API"] = record.wire_api
        said |= {f"limit: {name}": value for name, value in record.spec.limits.model_dump().items()}
        host = record.host.model_dump(exclude={"tools"})
        said |= {f"host: {name.replace('_', ' ')}": value for name, value in host.items()}
    return {name: "none" if value is None else str(value) or "unknown" for name, value in said.items()}
