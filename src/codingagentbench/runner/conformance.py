"""Proves an agent adapter against reference models, step by step."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from codingagentbench.agents import find_installation, install_agent
from codingagentbench.core.agent import AgentDefinition
from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec, Limits
from codingagentbench.runner.cell import run_cell
from codingagentbench.runner.options import RunOptions
from codingagentbench.runner.proof import Proof
from codingagentbench.store import staging_root

TASK = "polyglot/python-reverse-string"
KILL_AFTER_S = 8.0
KILL_WITHIN_S = 1.0


def prove(agent: AgentDefinition) -> Proof:
    """Run the whole conformance of one agent; takes from seconds to about a minute."""
    proof = Proof(agent.name, agent.version)
    if not proof.attempt("install", lambda: install_agent(agent)):
        return proof
    with tempfile.TemporaryDirectory(prefix="cab-doctor-") as folder:
        trial = _Trial(agent, Path(folder))
        if proof.attempt("start", trial.start) and agent.makes_calls:
            proof.attempt("metered call", trial.metered_call)
            proof.attempt("edit", trial.edit)
            proof.attempt("refuse a bad key", trial.refuse_bad_key)
            proof.attempt("kill", trial.kill)
        proof.attempt("no leftovers", trial.no_leftovers)
    return proof


class _Trial:
    """The steps; each returns its fault, or None. `start` is first: the next ones look at its record."""

    def __init__(self, agent: AgentDefinition, results: Path) -> None:
        self._agent = agent
        self._results = results
        self._solved: CellRecord

    def _run(self, policy: str, limits: Limits, options: RunOptions) -> CellRecord:
        spec = CellSpec(
            sweep_id="doctor", tui=self._agent.name, model=f"reference/{policy}", task=TASK, limits=limits
        )
        return run_cell(spec, attempt=1, staging_root=staging_root(self._results, spec.sweep_id), options=options)

    def start(self) -> str | None:
        """It runs to its end by itself."""
        self._solved = record = self._run("oracle", Limits(wall_s=180), RunOptions())
        if record.exit_code == 0:
            return None
        return f"exit code {record.exit_code}, outcome {record.outcome.value}: {record.cause_detail}"

    def metered_call(self) -> str | None:
        """Its calls pass the gateway, which counts their tokens."""
        tokens = self._solved.tokens
        return (
            None if tokens.calls and tokens.total_tokens else f"{tokens.calls} calls, {tokens.total_tokens} tokens"
        )

    def edit(self) -> str | None:
        """What the model asks for reaches the files."""
        record = self._solved
        return (
            None if record.outcome is Outcome.SOLVED else f"outcome {record.outcome.value}: {record.cause_detail}"
        )

    def refuse_bad_key(self) -> str | None:
        """It uses the key it was given: with a wrong one there is no measurement."""
        record = self._run("noop", Limits(wall_s=60), RunOptions(wrong_token=True))
        if (record.outcome, record.cause) == (Outcome.INVALID, InvalidCause.HANDSHAKE_FAILED):
            return None
        return f"outcome {record.outcome.value}, cause {record.cause}: it does not use the key it was given"

    def kill(self) -> str | None:
        """At the time limit it is dead within a second, while it waits for its model."""
        record = self._run("slow", Limits(wall_s=KILL_AFTER_S), RunOptions(reference_delay_s=120))
        if record.limit_hit is not LimitKind.TIME:
            return f"limit {record.limit_hit}, outcome {record.outcome.value}: it should have met the time limit"
        stack = record.latency
        late = (stack.active_ms + stack.rate_limit_wait + stack.teardown) / 1000 - KILL_AFTER_S
        return None if late <= KILL_WITHIN_S else f"dead only {late:.1f} s after the limit"

    def no_leftovers(self) -> str | None:
        """No process of it runs, and nothing lies in the workdir beside the answer."""
        survivors = _processes_from(find_installation(self._agent).prefix)
        if survivors and self._agent.makes_calls:
            return f"processes still running: {survivors}"
        record = self._solved
        if not record.scores:
            return "the cell is invalid: not measured"
        unexpected = record.scores[record.methodology].axes["blast_radius"].keys["unexpected_changes"]
        return f"left in the workdir: {', '.join(unexpected)}" if unexpected else None


def _processes_from(prefix: Path) -> list[int]:
    """Processes whose program lies below a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "exe").readlink().is_relative_to(prefix):
                found.append(int(entry.name))
    return found
