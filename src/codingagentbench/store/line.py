"""One cell as one flat line: what lists, leaderboards and pages about many cells need of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.values import AxisValue
from codingagentbench.store.summary import CellSummary


@dataclass(frozen=True, slots=True)
class CellLine:
    """The attempt that speaks for a cell (latest valid, else latest), in short. Times in ms, costs in USD.

    `place` is the cell's folder and `directory` the attempt's, both relative to the results folder; `directory` is
    empty when the attempt left none. `axes` holds axis values by methodology and name, without their evidence.
    `planned` is False for a cell that is no longer in its sweep's definition.
    """

    place: str
    directory: str
    cell_id: str
    spec_digest: str
    fingerprint: str
    sweep_id: str
    tui: str
    tui_version: str
    model: str
    task: str
    language: str
    plugin_stack: tuple[str, ...]
    behavior_mode: str
    sandbox: str
    run: int
    attempt: int
    attempts: int
    reference: bool
    provisional: bool
    sandboxed: bool
    image_digest: str
    model_build_id: str
    task_digest: str
    outcome: Outcome
    cause: InvalidCause | None
    cause_detail: str
    limit_hit: LimitKind | None
    exit_code: int | None
    violations: tuple[str, ...]
    started_at: str
    ended_at: str
    wall_ms: float
    harness_cpu_ms: float | None
    model_calls: int
    prompt_tokens: int | None
    completion_tokens: int | None
    total_tokens: int | None
    tokens_source: str
    usd: float | None
    methodology: str
    latency: Mapping[str, float] = field(default_factory=dict)
    axes: Mapping[str, Mapping[str, AxisValue]] = field(default_factory=dict)
    planned: bool = True

    @property
    def family(self) -> str:
        """Task family."""
        return self.task.split("/")[0]

    @property
    def slug(self) -> str:
        """The part of the task id after the slash."""
        return self.task.split("/")[1]

    @property
    def solved(self) -> bool:
        """All hidden checks pass, or the right refusal of a trap task."""
        return self.outcome is Outcome.SOLVED

    @property
    def measured(self) -> bool:
        """False for an invalid attempt, which is a missing value."""
        return self.outcome.measured

    @property
    def pair(self) -> Pair:
        """The (agent, model, plugin stack, behaviour mode) it belongs to."""
        return (self.tui, self.model, self.plugin_stack, self.behavior_mode)

    def axis(self, name: str, methodology: str = "") -> AxisValue | None:
        """One axis under a methodology (the record's own by default); None when it was not scored under it."""
        return self.axes.get(methodology or self.methodology, {}).get(name)


Pair = tuple[str, str, tuple[str, ...], str]
"""(tui, model, plugin stack, behaviour mode): what a line of a leaderboard stands for."""


def line_of(summary: CellSummary, attempts: int = 1, place: str = "") -> CellLine:
    """The line of a summary; an attempt that left no folder does not know its place."""
    taken = {name: getattr(summary, name) for name in _SHARED}
    return CellLine(
        place=place or summary.directory.rpartition("/")[0],
        attempts=attempts,
        wall_ms=summary.wall_clock_ms,
        axes=summary.scores,
        **taken,
    )


_OWN = ("place", "attempts", "wall_ms", "axes", "planned")
_SHARED = tuple(name for name in CellLine.__dataclass_fields__ if name not in _OWN)
