"""Turns a finished cell into its record."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from codingagentbench.core.evidence import Evidence, ModelCall
from codingagentbench.core.outcome import InvalidCause
from codingagentbench.core.record import CellRecord, ModelCallSummary, ScoreCard
from codingagentbench.core.spec import CanonicalKey
from codingagentbench.provenance import fingerprint, load_average
from codingagentbench.runner.act import Act
from codingagentbench.runner.options import RunOptions
from codingagentbench.runner.parts import Parts
from codingagentbench.scoring import METHODOLOGIES, score
from codingagentbench.store import evidence_files


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The attempt and the clocks at its start."""

    attempt: int
    parallel_jobs: int
    at: datetime
    cpu_s: float
    load: float

    @staticmethod
    def now(attempt: int, parallel_jobs: int) -> Circumstances:
        """Read the clocks."""
        return Circumstances(attempt, parallel_jobs, datetime.now(UTC), time.process_time(), load_average())


def make_record(
    parts: Parts,
    evidence: Evidence,
    done: Act,
    staging: Path,
    circumstances: Circumstances,
    missing: tuple[InvalidCause, str] | None,
    options: RunOptions,
) -> CellRecord:
    """The record of an attempt whose other files lie complete in `staging`."""
    spec, agent, latency = parts.spec, parts.agent, evidence.latency
    wall = latency.wall_clock_ms
    began = circumstances.at - timedelta(milliseconds=latency.queue)
    key = _key(parts, done)
    assert evidence.outcome is not None  # noqa: S101 - decided by the caller
    return CellRecord(
        cell_id=spec.cell_id,
        spec=spec,
        spec_digest=spec.digest,
        attempt=circumstances.attempt,
        key=key,
        fingerprint=key.fingerprint,
        tui=spec.tui,
        tui_version=agent.version,
        model=spec.model,
        reference=spec.is_reference,
        provisional=options.provisional,
        sandboxed=parts.sandbox.sandboxed,
        sandbox={"name": parts.sandbox.name, **parts.sandbox.describe()},
        container_image=f"{parts.sandbox.name}:{agent.name}@{agent.version}",
        image_digest=key.image_digest,
        model_build_id=key.model_build_id,
        language=parts.task.language,
        wire_api=agent.wire_api,
        outcome=evidence.outcome,
        cause=missing[0] if missing else None,
        cause_detail=missing[1] if missing else "",
        limit_hit=evidence.limit,
        exit_code=evidence.agent_exit_code,
        violations=evidence.violations,
        started_at=_timestamp(began),
        ended_at=_timestamp(began + timedelta(milliseconds=wall)),
        duration_s=wall / 1000,
        latency=latency,
        agent_cpu_s=done.result.cpu_s if done.result else None,
        peak_memory_bytes=done.result.peak_memory_bytes if done.result else None,
        tokens=summarise_calls(evidence.calls),
        methodology=options.methodology,
        scores=score_all(evidence),
        host=fingerprint(
            load_start=circumstances.load, parallel_jobs=circumstances.parallel_jobs, tools=_tools(parts)
        ),
        evidence=evidence_files(staging),
        harness_cpu_ms=(time.process_time() - circumstances.cpu_s) * 1000,  # last: scoring and digests cost too
    )


def _key(parts: Parts, done: Act) -> CanonicalKey:
    """What was measured."""
    spec = parts.spec
    return CanonicalKey(
        sweep_id=spec.sweep_id,
        tui=spec.tui,
        image_digest=parts.installation.digest,
        model_build_id=done.gateway.model_build_id(),
        task_id=parts.task.id,
        task_digest=parts.task.digest,
        plugin_stack=spec.plugin_stack,
        behavior_mode=spec.behavior_mode,
        run=spec.run,
    )


def score_all(evidence: Evidence) -> dict[str, ScoreCard]:
    """A score card under every methodology; none for an invalid cell, which has no axis."""
    if evidence.outcome is None or not evidence.outcome.measured:
        return {}
    return {version: score(evidence, version) for version in METHODOLOGIES}


def summarise_calls(calls: tuple[ModelCall, ...]) -> ModelCallSummary:
    """Totals over the calls that ask for tokens; a sum is None when a successful call left it unknown."""
    completions = [call for call in calls if call.is_completion]
    answered = [call for call in completions if call.succeeded]

    def total(field: str) -> int | None:
        values = [getattr(call, field) for call in answered]
        known = [value for value in values if value is not None]
        if field in ("cached_tokens", "reasoning_tokens"):
            return sum(known) if known else None
        return sum(known) if len(known) == len(values) and values else None

    sources = {call.tokens_source for call in answered}
    return ModelCallSummary(
        calls=len(completions),
        failed=len(completions) - len(answered),
        prompt_tokens=total("prompt_tokens"),
        completion_tokens=total("completion_tokens"),
        cached_tokens=total("cached_tokens"),
        reasoning_tokens=total("reasoning_tokens"),
        total_tokens=total("total_tokens"),
        source=sources.pop() if len(sources) == 1 else "mixed" if sources else "none",
        model_call_ms=sum(call.latency_ms for call in completions),
    )


def _tools(parts: Parts) -> dict[str, str]:
    tools = {tool.name: tool.version for tool in parts.toolchains}
    if parts.installation.runtime:
        tools["agent runtime"] = parts.installation.runtime
    sandbox: dict[str, Any] = parts.sandbox.describe()
    if version := sandbox.get("version"):
        tools[parts.sandbox.name] = str(version)
    return tools


def _timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, as published records have it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
