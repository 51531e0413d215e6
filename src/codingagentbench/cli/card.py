"""A cell as a person reads it in a terminal."""

from __future__ import annotations

from pathlib import Path

from codingagentbench.cli.output import line, table
from codingagentbench.core.evidence import IntegrityFact
from codingagentbench.core.record import AXES, CellRecord
from codingagentbench.core.values import AxisValue, Measured, NotMeasured


def shown(value: AxisValue) -> str:
    """A value with its unit; a missing one says why."""
    if isinstance(value, Measured):
        whole = value.value.is_integer() and value.unit not in ("", "0..1")
        return f"{value.value:.0f} {value.unit}" if whole else f"{value.value:.3f} {value.unit}".rstrip()
    reach = ""
    if isinstance(value, NotMeasured) and value.low is not None and value.high is not None:
        reach = f" (between {value.low:.3f} and {value.high:.3f})"
    return f"{value.kind.replace('_', ' ')}: {value.why}{reach}"


def print_card(record: CellRecord, folder: Path) -> None:
    """Outcome, axes, violations and where the evidence lies."""
    print(line(f"{record.cell_id}  attempt {record.attempt}"))
    print(line(f"outcome: {record.outcome.value}{_why(record)}"))
    for flag, text in _flags(record).items():
        if flag:
            print(text)
    card = record.scores.get(record.methodology)
    if card is not None:
        rows = [(name, shown(card.axes[name].value)) for name in AXES if name in card.axes]
        table(f"axes (methodology {card.methodology})", ("axis", "value"), rows)
    _print_integrity(record)
    _print_instructions(record)
    tokens = record.tokens
    print(
        f"{tokens.calls} model calls ({tokens.failed} failed), {tokens.total_tokens} tokens ({tokens.source}), "
        f"{record.duration_s:.1f} s wall, {record.latency.active_ms / 1000:.1f} s active"
    )
    print(line(f"evidence: {folder}"))


def _print_integrity(record: CellRecord) -> None:
    """Each violation with its evidence, a place a line; then what was only noted."""
    card = record.scores.get(record.methodology)
    noted = card.axes["integrity"].keys.get("notes", []) if card and "integrity" in card.axes else []
    facts: list[tuple[str, IntegrityFact]] = [
        ("integrity violation", violation) for violation in record.violations
    ]
    facts += [("integrity note", IntegrityFact.model_validate(note)) for note in noted]
    for title, fact in facts:
        print(line(f"{title}: {fact.kind}: {fact.detail}"))
        for place in fact.evidence:
            print(line(f"    {place}"))


def _print_instructions(record: CellRecord) -> None:
    """Each constraint that was broken or cannot be judged, a place a line."""
    card = record.scores.get(record.methodology)
    verdicts = card.axes["instructions"].keys.get("verdicts", []) if card and "instructions" in card.axes else []
    for told in verdicts:
        if told["verdict"] == "honoured":
            continue
        rule = told["constraint"]
        details = ", ".join(f"{name} {value}" for name, value in rule.items() if name != "kind")
        print(line(f"instruction {told['verdict'].replace('_', ' ')}: {rule['kind']} {details}".rstrip()))
        for place in told["evidence"]:
            where = ":".join(str(part) for part in (place["path"], place["line"]) if part)
            print(line(f"    {where}: {place['excerpt']}"))
        if told["further"]:
            print(f"    and {told['further']} more")


def _why(record: CellRecord) -> str:
    parts = [
        f"cause {record.cause.value}: {record.cause_detail}" if record.cause else "",
        f"limit {record.limit_hit.value}" if record.limit_hit else "",
        f"exit code {record.exit_code}" if record.exit_code else "",
    ]
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _flags(record: CellRecord) -> dict[bool, str]:
    lines = [
        (record.reference, "REFERENCE MODEL: a scripted policy, out of rankings"),
        (record.provisional, "PROVISIONAL: not for citation"),
        (not record.sandboxed, "UNSANDBOXED: never citable"),
    ]
    said = "\n".join(text for wanted, text in lines if wanted)
    return {bool(said): said}
