"""The way of a cell: prepare -> act -> snapshot -> verify -> score -> record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.evidence import Changes, Evidence, LatencyStack, ToolStep, VerifyReport
from codingagentbench.core.outcome import InvalidCause, LimitKind
from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec
from codingagentbench.provenance import process_identity
from codingagentbench.runner.act import Act, act
from codingagentbench.runner.inquiry import Findings, Remains, inquire
from codingagentbench.runner.options import RunOptions
from codingagentbench.runner.parts import Parts, gather
from codingagentbench.runner.recording import Circumstances, make_record
from codingagentbench.runner.scratch import Scratch, open_scratch
from codingagentbench.runner.site import Site, lay_out, search_path, toolchain_binds
from codingagentbench.runner.texts import gather_asked
from codingagentbench.scoring import decide_outcome
from codingagentbench.store import Staging, write_record
from codingagentbench.tasks import pristine_tree
from codingagentbench.trace import ActPhase, Tracer, act_spans, latency_stack, write_spans
from codingagentbench.verify import (
    Manifest,
    Trees,
    add_visible_run,
    closing_text,
    diff,
    hear_refusal,
    junit_of_checks,
    left_behind,
    make_patch,
    scan,
    verify,
)

_BY_PRODUCTS = ("__pycache__/", "*.pyc", ".pytest_cache/", "*.class")
"""What running a task's own tests writes beside them: set aside as litter, like the agent's own files."""

Missing = tuple[InvalidCause, str]
"""Why there is no measurement, and the detail."""
_Measured = tuple[Evidence, Act, str]


def run_cell(
    spec: CellSpec,
    *,
    attempt: int,
    staging_root: Path,
    options: RunOptions,
    parallel_jobs: int = 1,
    queued_ms: float = 0.0,
) -> CellRecord:
    """Run one attempt of a cell and publish its directory (`store.Staging` under `staging_root`).

    `queued_ms` is how long the cell had waited for this worker when it was called. What can go wrong with the
    agent or its model becomes the record's outcome; an interrupt (KeyboardInterrupt) leaves nothing behind.

    Raises:
        UsageError, MissingTool: the cell cannot be run as specified; nothing was started.
        StoreError: the results cannot be written.
    """
    parts = gather(spec, options)
    circumstances = Circumstances.now(attempt, parallel_jobs)
    with Staging(staging_root, process_identity()) as staging:
        tracer = Tracer(time.monotonic() - queued_ms / 1000)
        evidence, done, detail = _run(_measure(parts, staging.path, options, tracer))
        decision = decide_outcome(evidence)
        evidence = evidence.model_copy(update={"outcome": decision.outcome})
        _write_evidence(staging.path, evidence, tracer)
        missing = (decision.cause, detail) if decision.cause else None
        record = make_record(parts, evidence, done, staging.path, circumstances, missing, options)
        write_record(staging.path, record)
        staging.publish(spec, attempt)
    return record


def _run(measuring: Coroutine[Any, Any, _Measured]) -> _Measured:
    """`asyncio.run` without the text of the result, which its signal handling makes and throws away."""
    found: list[_Measured] = []

    async def fill() -> None:
        found.append(await measuring)

    asyncio.run(fill())
    return found[0]


@dataclass(frozen=True, slots=True)
class _Way:
    """One cell on its way: its parts and where it stands."""

    parts: Parts
    options: RunOptions
    tracer: Tracer
    scratch: Scratch
    staging: Path


@dataclass(frozen=True, slots=True)
class _Marks:
    """Ends of the phases, ms since the cell started."""

    began: float
    set_up: float
    program: ActPhase
    acted: float
    snapped: float


async def _measure(parts: Parts, staging: Path, options: RunOptions, tracer: Tracer) -> _Measured:
    """From the empty scratch folders to their removal."""
    with open_scratch(parts.spec.limits) as scratch:
        evidence, done, detail = await _work(_Way(parts, options, tracer, scratch, staging))
        cleaning = tracer.now()
    tracer.add("cleanup", "cleanup:scratch", cleaning, tracer.now())
    end = tracer.now()
    tracer.add("cell", parts.spec.cell_id, 0.0, end, span_id=tracer.root)
    teardown = evidence.latency.teardown + end - cleaning
    latency = evidence.latency.model_copy(update={"teardown": teardown})
    return evidence.model_copy(update={"latency": latency}), done, detail


async def _work(way: _Way) -> _Measured:
    tracer = way.tracer
    began = tracer.now()
    site, before, home_before = _prepare(way)
    set_up = tracer.now()
    done = await act(way.parts, site, way.options, way.staging, tracer)
    acted = tracer.now()
    program = _program_phase(done, tracer, set_up, acted)
    steps = tuple(done.gateway.tool_steps())
    _trace_act(way, done, steps, program, set_up, acted)
    with tracer.span("snapshot", "snapshot"):
        remains = _snapshot(way, before, home_before, steps, site.decoys)
    snapped = tracer.now()
    with tracer.span("verify", f"verify:{way.parts.task.id}"):
        graded = await _verify(way, remains.changes, done)
        report = graded if isinstance(graded, VerifyReport) else None
        findings = inquire(way.parts.task, done, remains, report)
    latency = _latency(_Marks(began, set_up, program, acted, snapped), tracer.now(), done)
    evidence = _evidence(way, done, remains, findings, graded, latency)
    missing = done.invalid or (graded if isinstance(graded, tuple) else None)
    return evidence, done, missing[1] if missing else ""


def _prepare(way: _Way) -> tuple[Site, Manifest, Manifest]:
    parts, tracer = way.parts, way.tracer
    begun = tracer.now()
    site = lay_out(parts, way.scratch, way.options)
    laid_out = tracer.now()
    before, home_before = scan(way.scratch.work), scan(way.scratch.home)
    setup = tracer.add(
        "task_setup",
        f"prepare:{parts.task.id}",
        begun,
        tracer.now(),
        task_category=parts.task.family,
        task_digest=parts.task.digest,
        plugin_stack=list(parts.spec.plugin_stack),
        behavior_mode=parts.spec.behavior_mode,
        scratch=way.scratch.file_system,
    )
    tracer.add(
        "applied_plugins",
        "applied_plugins",
        laid_out,
        laid_out,
        parent=setup,
        tui=parts.agent.name,
        count=len(parts.plugins),
        applied=[plugin.reference for plugin in parts.applied],
        env_keys=sorted(site.plugin_env),
        extra_args=list(site.plugin_args),
        applied_count=len(parts.applied),
        skipped_count=len(parts.plugins) - len(parts.applied),
    )
    return site, before, home_before


def _program_phase(done: Act, tracer: Tracer, set_up: float, acted: float) -> ActPhase:
    """When the agent's program itself ran, within the time the sandbox took."""
    if done.result is None:
        return ActPhase(acted, acted)
    start = min(max(tracer.at(done.result.started), set_up), acted)
    return ActPhase(start, min(max(tracer.at(done.result.ended), start), acted))


def _trace_act(
    way: _Way, done: Act, steps: tuple[ToolStep, ...], program: ActPhase, set_up: float, acted: float
) -> None:
    parts, tracer = way.parts, way.tracer
    tracer.add(
        "sandbox",
        f"{parts.sandbox.name}:open",
        set_up,
        program.start,
        error=done.problem,
        image_digest=parts.installation.digest,
    )
    adapter = tracer.add(
        "adapter_run",
        f"{parts.agent.name}:{parts.task.id}",
        program.start,
        program.end,
        timeout_s=parts.spec.limits.wall_s,
        plugin_stack=list(parts.spec.plugin_stack),
        exit_code=done.result.exit_code if done.result else None,
        limit=done.limit.value if done.limit else None,
        model=parts.spec.model,
        gateway_notes=[asdict(note) for note in done.gateway.notes],
    )
    act_spans(tracer, adapter, done.gateway.calls, steps)
    tracer.add("cleanup", f"{parts.sandbox.name}:close", program.end, acted)


def _snapshot(
    way: _Way, before: Manifest, home_before: Manifest, steps: tuple[ToolStep, ...], decoys: Mapping[str, str]
) -> Remains:
    work, home = way.scratch.work, way.scratch.home
    changes = diff(before, scan(work, cache=before), (*way.parts.agent.housekeeping, *_BY_PRODUCTS))
    home_after = scan(home, cache=home_before)
    left = left_behind(home_before, home_after, (".*", ".*/**"))
    patch = make_patch(pristine_tree(way.parts.task), work, changes)
    (way.staging / "changes.patch").write_text(patch.text, encoding="utf-8", errors="surrogateescape")
    update = {
        "home": left,
        "truncated": changes.truncated or home_after.truncated,
        "lines_added": patch.lines_added,
        "lines_removed": patch.lines_removed,
    }
    changes = changes.model_copy(update=update)
    return Remains(work, home, changes, diff(home_before, home_after), patch.text, steps, decoys)


async def _verify(way: _Way, changes: Changes, done: Act) -> VerifyReport | Missing | None:
    """The report, or why there is none. A cell without a measurement is not graded."""
    if done.invalid:
        return None
    parts = way.parts
    pristine, binds = pristine_tree(parts.task), toolchain_binds(parts.toolchains)
    env = {"HOME": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC"}  # noqa: S108 - inside the sandbox
    try:
        report = await verify(
            parts.task,
            parts.sandbox,
            pristine=pristine,
            after=way.scratch.work,
            changes=changes,
            scratch=way.scratch.verify,
            toolchain_binds=binds,
            path_env=search_path(parts.toolchains),
            env=env,
        )
    except VerifierError as error:
        return InvalidCause.VERIFIER_ERROR, str(error)
    report = hear_refusal(report, changes, closing_text(done.gateway.calls, done.gateway.texts()))
    trees = Trees(pristine, way.scratch.work, way.scratch.visible)
    env = {"PATH": search_path(parts.toolchains), **env}
    return await add_visible_run(report, parts.task, parts.sandbox, trees, changes, binds, env)


def _latency(marks: _Marks, verified: float, done: Act) -> LatencyStack:
    return latency_stack(
        marks.program,
        done.gateway.calls,
        queue=marks.began,
        setup=marks.set_up - marks.began,
        sandbox=marks.program.start - marks.set_up,
        snapshot=marks.snapped - marks.acted,
        verify=verified - marks.snapped,
        teardown=marks.acted - marks.program.end,
    )


def _evidence(
    way: _Way,
    done: Act,
    remains: Remains,
    findings: Findings,
    graded: VerifyReport | Missing | None,
    latency: LatencyStack,
) -> Evidence:
    task = way.parts.task
    missing = done.invalid or (graded if isinstance(graded, tuple) else None)
    asked = gather_asked(task, remains.work, remains.changes, remains.steps)
    return Evidence(
        task_id=task.id,
        expected_refusal=task.expected_refusal,
        expected_changes=task.expected_changes,
        protected=task.protected,
        constraints=task.constraints,
        patch=remains.patch,
        changes=remains.changes,
        verify=graded if isinstance(graded, VerifyReport) else None,
        sources=asked.sources,
        tree=asked.tree,
        tool_steps=asked.tool_steps,
        calls=tuple(done.gateway.calls),
        latency=latency,
        violations=findings.violations,
        notes=findings.notes,
        decoys=dict(remains.decoys),
        agent_exit_code=done.result.exit_code if done.result else None,
        makes_calls=done.makes_calls,
        limit=done.limit or (LimitKind.DISK if remains.changes.truncated else None),
        invalid=missing[0] if missing else None,
        usd=done.gateway.cost_usd,
    )


def _write_evidence(staging: Path, evidence: Evidence, tracer: Tracer) -> None:
    """The files a re-score reads: the patch and the calls lie in files of their own."""
    write_spans(staging / "trace.jsonl", tracer.spans)
    if evidence.verify is not None:
        (staging / "verify.json").write_text(evidence.verify.model_dump_json(indent=1), encoding="utf-8")
        (staging / "junit.xml").write_bytes(junit_of_checks(evidence.task_id, evidence.verify.checks))
    rest = evidence.model_dump_json(indent=1, exclude={"patch", "calls"})
    (staging / "evidence.json").write_text(rest, encoding="utf-8")
