"""cost: what the tokens cost by a dated price table."""

from __future__ import annotations

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.record import AxisResult
from codingagentbench.core.values import Measured, NotMeasured


def score(evidence: Evidence) -> AxisResult:
    """US dollars, as the gateway priced its calls; not measured when no price is known."""
    if evidence.usd is None:
        value = NotMeasured(why="no price is known for this model, or a call left its tokens unknown", low=0)
        return AxisResult(axis="cost", value=value, keys={"usd": None})
    priced = Measured(value=evidence.usd, unit="USD", evidence=("model_calls.jsonl",))
    return AxisResult(axis="cost", value=priced, keys={"usd": evidence.usd})
