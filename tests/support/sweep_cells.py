"""Cells without an agent: top-level functions that workers import, and records to fill stores with."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from codingagentbench.core.evidence import LatencyStack
from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.core.record import AxisResult, CellRecord, ModelCallSummary, ScoreCard
from codingagentbench.core.spec import CanonicalKey, CellSpec
from codingagentbench.core.values import AxisValue, Measured, NotMeasured
from codingagentbench.provenance import fingerprint, process_identity
from codingagentbench.store import Staging, evidence_files, write_record


def make_spec(sweep_id: str = "s", **fields: Any) -> CellSpec:
    """A specification with defaults for what a test does not care about."""
    plain = {"tui": "pi", "model": "acme/large", "task": "polyglot/one"}
    return CellSpec(sweep_id=sweep_id, **{**plain, **fields})


def make_record(
    spec: CellSpec,
    attempt: int = 1,
    outcome: Outcome = Outcome.SOLVED,
    *,
    cause: InvalidCause | None = None,
    composite: AxisValue | None = None,
    tokens: int | None = 1000,
    evidence: tuple[Any, ...] = (),
    ended_at: str = "2026-01-01T00:00:01Z",
) -> CellRecord:
    """A whole record. An invalid one fills no axis."""
    measured = outcome.measured
    solved = outcome is Outcome.SOLVED
    axes: dict[str, AxisValue] = {
        "pass_rate": Measured(value=float(solved), evidence=("verify.json",)),
        "cost": Measured(value=0.01, unit="USD") if tokens is not None else NotMeasured(why="no tokens"),
        "composite": composite or Measured(value=0.9 if solved else 0.0),
    }
    card = ScoreCard(methodology="1.0", axes={name: AxisResult(axis=name, value=axes[name]) for name in axes})
    key = CanonicalKey(
        sweep_id=spec.sweep_id,
        tui=spec.tui,
        image_digest="sha256:00",
        model_build_id=spec.model,
        task_id=spec.task,
        task_digest="sha256:11",
        plugin_stack=spec.plugin_stack,
        behavior_mode=spec.behavior_mode,
        run=spec.run,
    )
    return CellRecord(
        cell_id=spec.cell_id,
        spec=spec,
        spec_digest=spec.digest,
        attempt=attempt,
        key=key,
        fingerprint=key.fingerprint,
        tui=spec.tui,
        tui_version="1.0.0",
        model=spec.model,
        reference=spec.is_reference,
        sandboxed=spec.sandbox != "none",
        container_image="",
        image_digest="sha256:00",
        model_build_id=spec.model,
        language="python",
        wire_api="chat",
        outcome=outcome,
        cause=None if measured else (cause or InvalidCause.ENDPOINT_UNAVAILABLE),
        started_at="2026-01-01T00:00:00Z",
        ended_at=ended_at,
        duration_s=1.0,
        latency=LatencyStack(setup=100, decode=900),
        tokens=ModelCallSummary(
            calls=1,
            failed=0,
            prompt_tokens=tokens,
            completion_tokens=0 if tokens is not None else None,
            cached_tokens=None,
            reasoning_tokens=None,
            total_tokens=tokens,
            source="provider",
            model_call_ms=900,
        ),
        methodology="1.0",
        scores={"1.0": card} if measured else {},
        host=fingerprint(load_start=0.0, parallel_jobs=1),
        evidence=evidence,
    )


def publish(
    root: Path, spec: CellSpec, attempt: int, outcome: Outcome = Outcome.SOLVED, **fields: Any
) -> CellRecord:
    """Make an attempt folder through the store, as the real runner does."""
    with Staging(root, process_identity()) as staging:
        (staging.path / "stdout.txt").write_text(f"{spec.cell_id} {attempt}\n")
        record = make_record(spec, attempt, outcome, evidence=evidence_files(staging.path), **fields)
        write_record(staging.path, record)
        staging.publish(spec, attempt)
    return record


def fast_cell(spec: CellSpec, *, attempt: int, staging_root: Path, options: Any, **_: Any) -> CellRecord:
    """Solved after `options["sleep_s"]`. `options["log"]`: a file that gets one line a start."""
    options = options or {}
    if log := options.get("log"):
        with Path(log).open("a") as stream:
            stream.write(f"{spec.digest} {attempt} {os.getpid()} {options.get('name', '')}\n")
    with Staging(staging_root, process_identity()) as staging:
        (staging.path / "half.txt").write_text("half")
        time.sleep(options.get("sleep_s", 0))
        record = make_record(spec, attempt, evidence=evidence_files(staging.path))
        write_record(staging.path, record)
        staging.publish(spec, attempt)
    time.sleep(options.get("after_s", 0))  # between publishing and the ledger: the hardest place to be killed
    return record


def trivial_cell(spec: CellSpec, *, attempt: int, **_: Any) -> CellRecord:
    """A record and nothing else, for measuring what the ledger and the worker cost."""
    return make_record(spec, attempt)


def invalid_cell(spec: CellSpec, *, attempt: int, staging_root: Path, options: Any, **_: Any) -> CellRecord:
    """Invalid until attempt `options["good_from"]`, then solved."""
    outcome = Outcome.SOLVED if attempt >= options["good_from"] else Outcome.INVALID
    return publish(staging_root, spec, attempt, outcome)


def dying_cell(spec: CellSpec, *, attempt: int, staging_root: Path, **_: Any) -> CellRecord:
    """Kills its own worker on a first attempt."""
    if attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return publish(staging_root, spec, attempt)


def raising_cell(spec: CellSpec, *, attempt: int, staging_root: Path, options: Any, **_: Any) -> CellRecord:
    """Raises what is named in the options, on the task that is named there."""
    if spec.task == options["task"]:
        raise options["error"]
    return publish(staging_root, spec, attempt)


def main() -> None:
    """A sweep process to be killed: `python sweep_cells.py RESULTS SWEEP JOBS SLEEP_S AFTER_S LOG NAME`."""
    from codingagentbench.sweep import run_sweep

    results, sweep_id, jobs, sleep_s, after_s, log, name = sys.argv[1:]
    options = {"sleep_s": float(sleep_s), "after_s": float(after_s), "log": log, "name": name}
    result = run_sweep(
        Path(results), sweep_id, "support.sweep_cells:fast_cell", jobs=int(jobs), options=options, grace_s=5
    )
    sys.exit(130 if result.interrupted else 0)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
