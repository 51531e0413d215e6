"""Whether an attempt's record follows from the evidence beside it: everything is computed again and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codingagentbench.core.errors import CabError
from codingagentbench.core.evidence import Evidence
from codingagentbench.core.record import CellRecord
from codingagentbench.runner.recording import score_all, summarise_calls
from codingagentbench.runner.rescore import load_evidence
from codingagentbench.scoring import decide_outcome
from codingagentbench.store import evidence_faults, identity_faults


def attempt_faults(directory: Path, record: CellRecord) -> tuple[str, ...]:
    """What of an attempt was changed after the fact, one sentence each; empty when record and evidence agree."""
    faults = (*identity_faults(record), *evidence_faults(directory, record))
    try:
        evidence = load_evidence(directory)
    except CabError as error:
        return (*faults, error.what)
    return (*faults, *_contradictions(record, evidence))


def _contradictions(record: CellRecord, evidence: Evidence) -> Iterator[str]:
    decision = decide_outcome(evidence)
    if (decision.outcome, decision.cause) != (record.outcome, record.cause):
        yield f"outcome: recorded {record.outcome.value}, the evidence says {decision.outcome.value}"
    told = {
        "violations": (record.violations, evidence.violations),
        "limit_hit": (record.limit_hit, evidence.limit),
        "exit_code": (record.exit_code, evidence.agent_exit_code),
        "latency": (record.latency, evidence.latency),
        "tokens": (record.tokens, summarise_calls(evidence.calls)),
        "scores": (record.scores, score_all(evidence)),
    }
    yield from (f"{name}: not what the evidence says" for name, (has, due) in told.items() if has != due)
