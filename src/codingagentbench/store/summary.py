"""The compact copy of a record that the ledger keeps, enough for lists and leaderboards."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.record import AxisResult, CellRecord
from codingagentbench.core.spec import CellSpec
from codingagentbench.core.values import AxisValue, Measured
from codingagentbench.store.layout import attempt_place

AxisValues = dict[str, AxisValue]


class CellSummary(BaseModel):
    """One attempt in short. `directory` is relative to the results folder, empty when no folder was left."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cell_id: str
    spec_digest: str
    fingerprint: str = ""
    sweep_id: str
    tui: str
    tui_version: str = ""
    model: str
    task: str
    language: str = ""
    plugin_stack: tuple[str, ...] = ()
    behavior_mode: str = "factory"
    run: int = 1
    attempt: int
    sandbox: str = "local"
    reference: bool = False
    provisional: bool = False
    sandboxed: bool = True
    image_digest: str = ""
    model_build_id: str = ""
    task_digest: str = ""

    outcome: Outcome
    cause: InvalidCause | None = None
    cause_detail: str = ""
    limit_hit: LimitKind | None = None
    exit_code: int | None = None
    violations: tuple[str, ...] = ()

    started_at: str = ""
    ended_at: str = ""
    duration_s: float = 0.0
    latency: dict[str, float] = {}
    harness_cpu_ms: float | None = None
    model_calls: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    tokens_source: str = ""
    usd: float | None = None

    methodology: str = ""
    scores: dict[str, AxisValues] = {}
    directory: str = ""

    @property
    def solved(self) -> bool:
        """All hidden checks pass, or the right refusal of a trap task."""
        return self.outcome is Outcome.SOLVED

    @property
    def measured(self) -> bool:
        """False for an invalid attempt, which is a missing value."""
        return self.outcome.measured

    @property
    def family(self) -> str:
        """Task family."""
        return self.task.split("/")[0]

    @property
    def wall_clock_ms(self) -> float:
        """The sum of the latency stack."""
        return sum(self.latency.values())

    def axis(self, name: str, methodology: str = "") -> AxisValue | None:
        """One axis under a methodology (the record's own by default); None when it was not scored under it."""
        return self.scores.get(methodology or self.methodology, {}).get(name)


def summarise(record: CellRecord) -> CellSummary:
    """The summary of a record; its folder is where its specification and attempt put it."""
    spec, tokens = record.spec, record.tokens
    return CellSummary(
        **_identity(spec, record.spec_digest),
        fingerprint=record.fingerprint,
        tui_version=record.tui_version,
        language=record.language,
        attempt=record.attempt,
        reference=record.reference,
        provisional=record.provisional,
        sandboxed=record.sandboxed,
        image_digest=record.image_digest,
        model_build_id=record.model_build_id,
        task_digest=record.key.task_digest,
        outcome=record.outcome,
        cause=record.cause,
        cause_detail=record.cause_detail,
        limit_hit=record.limit_hit,
        exit_code=record.exit_code,
        violations=tuple(violation.kind for violation in record.violations),
        started_at=record.started_at,
        ended_at=record.ended_at,
        duration_s=record.duration_s,
        latency=record.latency.model_dump(),
        harness_cpu_ms=record.harness_cpu_ms,
        model_calls=tokens.calls,
        prompt_tokens=tokens.prompt_tokens,
        completion_tokens=tokens.completion_tokens,
        total_tokens=tokens.total_tokens,
        tokens_source=tokens.source,
        usd=_usd(record),
        methodology=record.methodology,
        scores={name: _bare(card.axes) for name, card in record.scores.items()},
        directory=attempt_place(spec, record.attempt),
    )


def summarise_lost(spec: CellSpec, digest: str, attempt: int, detail: str) -> CellSummary:
    """An attempt whose worker died or failed before it left a record: invalid, `interrupted`, no folder."""
    return CellSummary(
        **_identity(spec, digest),
        attempt=attempt,
        reference=spec.is_reference,
        outcome=Outcome.INVALID,
        cause=InvalidCause.INTERRUPTED,
        cause_detail=detail,
    )


def _identity(spec: CellSpec, digest: str) -> dict[str, Any]:
    fields = spec.model_dump(exclude={"limits"})
    return {"cell_id": spec.cell_id, "spec_digest": digest, **fields}


def _bare(axes: dict[str, AxisResult]) -> AxisValues:
    """Axis values without their evidence lists and breakdowns, which stay in the record."""
    return {
        name: Measured(value=v.value, unit=v.unit) if isinstance(v := result.value, Measured) else v
        for name, result in axes.items()
    }


def _usd(record: CellRecord) -> float | None:
    for card in record.scores.values():
        cost = card.axes.get("cost")
        if cost is not None and isinstance(cost.value, Measured) and cost.value.unit == "USD":
            return cost.value.value
    return None
