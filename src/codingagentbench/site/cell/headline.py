"""What happened, in one sentence a person understands."""

from __future__ import annotations

from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.record import CellRecord
from codingagentbench.site import formats
from codingagentbench.site.cell.values import items, number
from codingagentbench.store.line import CellLine

CAUSES = {
    InvalidCause.ENDPOINT_UNAVAILABLE: "the model's endpoint did not answer",
    InvalidCause.RATE_LIMITED: "the endpoint's rate limit kept the agent from working",
    InvalidCause.HANDSHAKE_FAILED: "no model call succeeded",
    InvalidCause.UNMETERED: "files changed and no model call was counted",
    InvalidCause.SANDBOX_ERROR: "the sandbox could not be made or kept",
    InvalidCause.VERIFIER_ERROR: "the verdict could not be computed",
    InvalidCause.INTERRUPTED: "the run was interrupted",
}
"""Each cause in words."""


def sentence(line: CellLine, record: CellRecord | None) -> str:
    """The headline of an attempt. Numbers that were not measured are said to be missing."""
    if not line.measured:
        cause = CAUSES.get(line.cause, "the cause is not known") if line.cause else "the cause is not known"
        return f"No measurement: {cause}."
    return f"{_happened(line, record)} {_spent(line)}; {_touched(record)}."


def _happened(line: CellLine, record: CellRecord | None) -> str:
    trap = bool(_keys(record, "refusal").get("expected_refusal"))
    said = {
        Outcome.SOLVED: "Rightly refused" if trap else "Solved",
        Outcome.CHEATED: f"Not counted as solved, since it broke the rules ({_violations(line)}),",
        Outcome.REFUSED: "Refused a task that can be done",
        Outcome.LIMIT: f"Stopped by the {limit_name(line)} limit, not solved",
        Outcome.AGENT_ERROR: f"The agent failed (exit code {line.exit_code}), not solved",
        Outcome.GAVE_UP: "Gave up without a change that counts",
        Outcome.WRONG: f"Not solved{_checks(record)}",
    }
    return said.get(line.outcome, line.outcome.value)


def limit_name(line: CellLine) -> str:
    """Which limit ended the agent."""
    if line.limit_hit is None:
        return "unknown"
    return "spending" if line.limit_hit is LimitKind.COST else line.limit_hit.value


def _violations(line: CellLine) -> str:
    return ", ".join(kind.replace("_", " ").replace("-", " ") for kind in line.violations) or "integrity violation"


def _checks(record: CellRecord | None) -> str:
    keys = _keys(record, "pass_rate")
    passed, total = number(keys, "checks_passed"), number(keys, "checks")
    if passed is None or not total:
        return ""
    return f" ({passed:.0f} of {total:.0f} hidden checks pass)"


def _spent(line: CellLine) -> str:
    tokens = (
        "tokens not recorded" if line.total_tokens is None else f"with {formats.whole(line.total_tokens)} tokens"
    )
    joint = ", " if line.total_tokens is None else " "
    return f"in {formats.duration(line.wall_ms)}{joint}{tokens}"


def _touched(record: CellRecord | None) -> str:
    keys = _keys(record, "blast_radius")
    total, unexpected = number(keys, "total_changes"), items(keys, "unexpected_changes")
    if total is None:
        return "what it touched is not recorded"
    if not total:
        return "no file was changed"
    if not unexpected:
        return "nothing else was touched"
    count = len(unexpected)
    return f"{count} file{'' if count == 1 else 's'} outside the task {'was' if count == 1 else 'were'} touched"


def _keys(record: CellRecord | None, axis: str) -> dict[str, object]:
    card = record.scores.get(record.methodology) if record else None
    return card.axes[axis].keys if card and axis in card.axes else {}
