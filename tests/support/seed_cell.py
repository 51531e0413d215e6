"""The published cell page rebuilt: an attempt folder and a ledger from its facts, read off the page's own text.

What the page does not tell (the patch, the starts of spans, the host) is left out or, where a record needs it,
filled with the plainest value.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from codingagentbench.core.evidence import Changes, Evidence, LatencyStack, VerifyReport
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.record import AxisResult, CellRecord, ModelCallSummary, ScoreCard
from codingagentbench.core.spec import CanonicalKey, CellSpec
from codingagentbench.core.values import AxisValue, Measured, NotApplicable, NotMeasured
from codingagentbench.provenance import fingerprint, owner_alive, process_identity
from codingagentbench.store import Ledger, Staging, evidence_files, ledger_path, staging_root, write_record

SEED = Path(__file__).parents[1] / "data" / "seed-cell-page.txt"
IMAGE = "sha256:e56bdb69fb83ea2f8c81c06257f190fd4b5e91077e83d5536f722ff1b9c70275"
SPEC = CellSpec(
    sweep_id="free-20260527",
    tui="opencode",
    model="stepfun-ai/step-3.5-flash",
    task="polyglot/rust-error-handling",
)
AXIS_LINE = re.compile(r"([a-z_]+) (?:[a-z_]+, )*[a-z_]+ (\{.*\})")
SPAN_LINE = re.compile(r"([0-9a-f]{32})(?: ↳ ([0-9a-f]{32}))? ([a-z_]+) (\S+) (\d+) ms (\{.*\})")
_KINDS = {"container": "sandbox"}
"""Kinds of spans that have another name with us."""


def seed_lines() -> list[str]:
    """The page's text, line by line, empty lines left out."""
    lines = SEED.read_text(encoding="utf-8").replace("\xa0", " ").splitlines()
    return [line.strip() for line in lines if line.strip()]


def seed_keys() -> dict[str, dict[str, Any]]:
    """Axis -> the keys of the page's scorer breakdown."""
    found = (AXIS_LINE.fullmatch(line) for line in seed_lines())
    return {match[1]: json.loads(match[2]) for match in found if match}


def make_seed_cell(results: Path) -> CellRecord:
    """Write the attempt and its sweep's ledger as a run would have."""
    owner = process_identity()
    root = staging_root(results, SPEC.sweep_id)
    root.parent.mkdir(parents=True)
    with Ledger(ledger_path(results, SPEC.sweep_id), alive=owner_alive) as ledger:
        ledger.plan([SPEC])
        claim = ledger.claim(owner, 60)
        assert claim is not None
        with Staging(root, owner) as staging:
            _write_evidence(staging.path)
            record = _record(staging.path)
            write_record(staging.path, record)
            staging.publish(SPEC, claim.attempt)
        assert ledger.finish(claim, record)
    return record


def _write_evidence(folder: Path) -> None:
    keys = seed_keys()
    passed, blast = keys["pass_rate"], keys["blast_radius"]
    report = VerifyReport(
        exit_code=passed["exit_code"],
        timed_out=passed["timed_out"],
        stdout_tail=passed["stdout_tail"],
        graded=tuple(blast["modified"]),
    )
    evidence = Evidence(
        task_id=SPEC.task, expected_refusal=False, expected_changes=tuple(blast["expected_changes"]), protected=(),
        changes=Changes(modified=tuple(blast["modified"])), verify=report, calls=(), latency=_latency(),
        agent_exit_code=0, outcome=Outcome.WRONG,
    )  # fmt: skip
    (folder / "evidence.json").write_text(evidence.model_dump_json(indent=1), encoding="utf-8")
    (folder / "verify.json").write_text(report.model_dump_json(indent=1), encoding="utf-8")
    (folder / "trace.jsonl").write_text("".join(f"{json.dumps(span)}\n" for span in _spans()), encoding="utf-8")
    (folder / "model_calls.jsonl").touch()


def _spans() -> list[dict[str, Any]]:
    """The page tells durations and not starts: each span starts with the run, or ends with it."""
    spans = []
    for line in seed_lines():
        match = SPAN_LINE.fullmatch(line)
        if match:
            kind, length = _KINDS.get(match[3], match[3]), float(match[5])
            start = 161_432.0 if kind == "cleanup" else 0.0 if kind == "task_setup" else 1.0
            spans.append(
                {
                    "trace_id": "0" * 32, "id": match[1], "parent": match[2], "kind": kind, "name": match[4],
                    "start": start, "end": start + length, "attrs": json.loads(match[6]), "error": "",
                }
            )  # fmt: skip
    return spans


def _latency() -> LatencyStack:
    """The container's time is told, and the whole; what lies between goes to the ends of the run."""
    keys = seed_keys()["latency"]
    around = keys["wall_clock_ms"] - keys["container_active_ms"]
    return LatencyStack(setup=1.0, idle=keys["container_active_ms"], teardown=around - 1.0)


def _axes() -> dict[str, AxisResult]:
    keys = seed_keys()
    uncounted = NotMeasured(why="per-call token capture was not available")
    values: dict[str, AxisValue] = {
        "pass_rate": Measured(value=keys["pass_rate"]["pass"], unit="pass", evidence=("verify.json",)),
        "partial_score": NotMeasured(why="the published record has none"),
        "tokens": uncounted,
        "cost": uncounted,
        "latency": Measured(value=keys["latency"]["wall_clock_ms"], unit="ms", evidence=("trace.jsonl",)),
        "blast_radius": Measured(value=keys["blast_radius"]["blast_radius"], unit="share"),
        "refusal": NotApplicable(why="no refusal is right on this task"),
        "integrity": Measured(value=keys["integrity"]["integrity"], unit="clean"),
        "instructions": NotApplicable(why="0.1 knows no instructions"),
        "composite": Measured(value=keys["composite"]["composite"], unit="score"),
    }
    return {axis: AxisResult(axis=axis, value=value, keys=keys.get(axis, {})) for axis, value in values.items()}


def _record(folder: Path) -> CellRecord:
    key = CanonicalKey(
        sweep_id=SPEC.sweep_id, tui=SPEC.tui, image_digest=IMAGE, model_build_id=SPEC.model, task_id=SPEC.task,
        task_digest="", plugin_stack=(), behavior_mode="factory", run=1,
    )  # fmt: skip
    return CellRecord(
        cell_id=SPEC.cell_id, spec=SPEC, spec_digest=SPEC.digest, attempt=1, key=key, fingerprint=key.fingerprint,
        tui="opencode", tui_version="1.15.10", model=SPEC.model, reference=False, sandboxed=True,
        container_image="codingagentbench/opencode:v1.15.10", image_digest=IMAGE, model_build_id=SPEC.model,
        language="rust", wire_api="chat", outcome=Outcome.WRONG, exit_code=0,
        started_at="2026-06-16T17:41:56.786708Z", ended_at="2026-06-16T17:44:38.219671Z",
        duration_s=161.432963, latency=_latency(),
        tokens=ModelCallSummary(
            calls=0, failed=0, prompt_tokens=None, completion_tokens=None, cached_tokens=None,
            reasoning_tokens=None, total_tokens=None, source="none", model_call_ms=0.0,
        ),
        methodology="0.1", scores={"0.1": ScoreCard(methodology="0.1", axes=_axes())},
        host=fingerprint(load_start=0.0, parallel_jobs=1), evidence=evidence_files(folder),
    )  # fmt: skip
