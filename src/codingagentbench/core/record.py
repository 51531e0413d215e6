"""The published record of a cell: one document with every fact and the digest of every file behind it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.evidence import LatencyStack, Violation
from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.spec import CanonicalKey, CellSpec
from codingagentbench.core.values import AxisValue

SCHEMA_VERSION = "1.0"

AXES = (
    "pass_rate", "partial_score", "tokens", "cost", "latency", "blast_radius", "refusal", "integrity",
    "instructions", "composite",
)  # fmt: skip
"""Axis names in the order pages show them. `stability` belongs to a group of cells, not to one."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AxisResult(_Data):
    """One axis of one cell: its value and the scorer's breakdown (the published key names)."""

    axis: str
    value: AxisValue
    keys: dict[str, Any] = {}


class ScoreCard(_Data):
    """All axes under one methodology."""

    methodology: str
    axes: dict[str, AxisResult]


class EvidenceFile(_Data):
    """A file of the cell directory; the path is relative to it."""

    path: str
    sha256: str
    bytes: int


class HostFingerprint(_Data):
    """Where the cell ran. Loads are 1-minute averages."""

    cpu_model: str
    cores: int
    kernel: str
    os: str
    memory_mb: int
    load_start: float
    load_end: float
    parallel_jobs: int
    python: str
    harness_version: str
    tools: dict[str, str] = {}


class ModelCallSummary(_Data):
    """Totals over `model_calls.jsonl`; None where some call left it unknown."""

    calls: int
    failed: int
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int | None
    reasoning_tokens: int | None
    total_tokens: int | None
    source: str
    model_call_ms: float


class CellRecord(_Data):
    """`record.json`. `scores` holds every methodology; `methodology` names the one shown first."""

    schema_version: str = SCHEMA_VERSION
    cell_id: str
    spec: CellSpec
    spec_digest: str
    attempt: int = Field(ge=1)
    key: CanonicalKey
    fingerprint: str

    tui: str
    tui_version: str
    model: str
    reference: bool = Field(description="a scripted model: out of rankings unless asked for")
    provisional: bool = Field(False, description="made by `cab check`: not for citation")
    sandboxed: bool
    sandbox: dict[str, Any] = {}
    container_image: str
    image_digest: str
    model_build_id: str
    language: str
    wire_api: str

    outcome: Outcome
    cause: InvalidCause | None = None
    cause_detail: str = ""
    limit_hit: LimitKind | None = None
    exit_code: int | None = None
    violations: tuple[Violation, ...] = ()

    started_at: str
    ended_at: str
    duration_s: float
    latency: LatencyStack
    harness_cpu_ms: float | None = Field(None, description="CPU the harness itself spent on this cell")
    agent_cpu_s: float | None = None
    peak_memory_bytes: int | None = None

    tokens: ModelCallSummary
    methodology: str
    scores: dict[str, ScoreCard] = Field(description="empty for an invalid cell: no axis is filled")
    host: HostFingerprint
    evidence: tuple[EvidenceFile, ...]

    @property
    def family(self) -> str:
        """Task family."""
        return self.spec.task.split("/")[0]
