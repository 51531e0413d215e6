"""Proves an agent adapter against reference models, step by step."""

from __future__ import annotations

import tempfile
from pathlib import Path

from codingagentbench.agents import install_agent
from codingagentbench.core.agent import AgentDefinition
from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec, Limits
from codingagentbench.runner.cell import run_cell
from codingagentbench.runner.options import RunOptions
from codingagentbench.runner.proof import Proof
from codingagentbench.store import attempt_dir, staging_root

TASK = "polyglot/python-reverse-string"
KILL_AFTER_S = 8.0
KILL_WITHIN_S = 1.0


def prove(agent: AgentDefinition) -> Proof:
    """Run the whole conformance of one agent; takes from seconds to about a minute."""
    proof = Proof(agent.name, agent.version)
    if not proof.attempt("install", lambda: install_agent(agent)):
        return proof
    with tempfile.TemporaryDirectory(prefix="cab-doctor-") as folder:
        results = Path(folder)
        if not agent.makes_calls:
            proof.attempt("start", lambda: _starts(_run(agent, "noop", results)))
            return proof
        solved = _run(agent, "oracle", results)
        proof.attempt("start", lambda: _starts(solved))
        proof.attempt("metered call", lambda: _metered(solved))
        proof.attempt("edit", lambda: _edited(solved))
        proof.attempt(
            "refuse a bad key", lambda: _refused(_run(agent, "noop", results, RunOptions(wrong_token=True)))
        )
        proof.attempt("kill", lambda: _killed(_run_slowly(agent, results)))
        proof.attempt("no leftovers", lambda: _clean(solved, results))
    return proof


def _spec(agent: AgentDefinition, policy: str, limits: Limits, run: int = 1) -> CellSpec:
    model = f"reference/{policy}"
    return CellSpec(sweep_id="doctor", tui=agent.name, model=model, task=TASK, limits=limits, run=run)


def _cell(spec: CellSpec, results: Path, options: RunOptions) -> CellRecord:
    return run_cell(spec, attempt=1, staging_root=staging_root(results, spec.sweep_id), options=options)


def _run(agent: AgentDefinition, policy: str, results: Path, options: RunOptions | None = None) -> CellRecord:
    spec = _spec(agent, policy, Limits(wall_s=180))
    return _cell(spec, results, options or RunOptions())


def _run_slowly(agent: AgentDefinition, results: Path) -> CellRecord:
    spec = _spec(agent, "slow", Limits(wall_s=KILL_AFTER_S))
    return _cell(spec, results, RunOptions(reference_delay_s=120))


def _starts(record: CellRecord) -> str | None:
    if record.exit_code == 0:
        return None
    return f"exit code {record.exit_code}, outcome {record.outcome.value}: {record.cause_detail}"


def _metered(record: CellRecord) -> str | None:
    if record.tokens.calls and record.tokens.total_tokens:
        return None
    return f"{record.tokens.calls} calls, {record.tokens.total_tokens} tokens"


def _edited(record: CellRecord) -> str | None:
    return None if record.outcome is Outcome.SOLVED else f"outcome {record.outcome.value}: {record.cause_detail}"


def _refused(record: CellRecord) -> str | None:
    expected = (Outcome.INVALID, InvalidCause.HANDSHAKE_FAILED)
    if (record.outcome, record.cause) == expected:
        return None
    return f"outcome {record.outcome.value}, cause {record.cause}: the adapter does not use the key it was given"


def _killed(record: CellRecord) -> str | None:
    ran = record.latency.active_ms / 1000 + record.latency.rate_limit_wait / 1000
    if record.limit_hit is not LimitKind.TIME and record.cause is None:
        return f"limit {record.limit_hit}, outcome {record.outcome.value}: it should have met the time limit"
    late = ran + record.latency.teardown / 1000 - KILL_AFTER_S
    return None if late <= KILL_WITHIN_S else f"dead only {late:.1f} s after the limit"


def _clean(record: CellRecord, results: Path) -> str | None:
    """Nothing in the workdir beside the answer, whether declared as housekeeping or not."""
    if "blast_radius" not in record.scores[record.methodology].axes:
        return "not measured"
    keys = record.scores[record.methodology].axes["blast_radius"].keys
    if keys["unexpected_changes"]:
        return f"left in the workdir: {', '.join(keys['unexpected_changes'])}"
    kept = attempt_dir(results, record.spec, record.attempt)
    return None if (kept / "terminal.cast").stat().st_size else "no terminal recording"
