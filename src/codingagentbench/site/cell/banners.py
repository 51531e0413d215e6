"""What a reader must know before any number: missing, limited, cheated, not to be cited."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.core.evidence import IntegrityFact
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import Limits
from codingagentbench.site import formats, paths
from codingagentbench.site.cell.attempts import Target
from codingagentbench.site.cell.headline import CAUSES, limit_name
from codingagentbench.store.line import CellLine

_PLACES = 20
"""Places of one violation that are shown; the record has all."""
_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Fact:
    """An integrity violation or note. `further` counts places beyond those shown."""

    kind: str
    detail: str
    places: tuple[str, ...]
    further: int
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    """`tone` is one of `bad`, `warn`, `odd`, `none`. `link` is a path with the words for it."""

    id: str
    tone: str
    title: str
    text: str = ""
    facts: tuple[Fact, ...] = ()
    link: tuple[str, str] | None = None


def banners(target: Target, record: CellRecord | None, *, everywhere: bool) -> tuple[Banner, ...]:
    """Every banner of an attempt, the gravest first.

    `everywhere`: every page of the site says already that all models on it are reference models.
    """
    line = target.line
    found = (
        _invalid(line), _cheated(line, record), _limited(line, record), _refused(line), _silent(target),
        _provisional(line), _unsandboxed(line), None if everywhere else _reference(line),
    )  # fmt: skip
    return tuple(banner for banner in found if banner is not None)


def fact(found: IntegrityFact, *, decisive: bool = False) -> Fact:
    """A fact with the first of its places."""
    further = max(0, len(found.evidence) - _PLACES)
    places = tuple(place[:_TEXT] for place in found.evidence[:_PLACES])
    return Fact(found.kind[:_TEXT], found.detail[:_TEXT], places, further, decisive)


def _invalid(line: CellLine) -> Banner | None:
    if line.measured:
        return None
    cause = line.cause.value.replace("_", " ") if line.cause else "unknown cause"
    words = CAUSES.get(line.cause, "the cause is not known") if line.cause else "the cause is not known"
    detail = f" What was recorded: {line.cause_detail[:_TEXT]}" if line.cause_detail else ""
    missing = "This cell is missing, not zero: no axis is filled, and rankings leave it out."
    return Banner("invalid", "none", f"Invalid: {cause}", f"{words[0].upper()}{words[1:]}. {missing}{detail}")


def _cheated(line: CellLine, record: CellRecord | None) -> Banner | None:
    if not line.violations:
        return None
    facts = (
        tuple(fact(one, decisive=one.could_buy_verdict) for one in record.violations)
        if record
        else tuple(Fact(kind, "", (), 0) for kind in line.violations)
    )
    if line.outcome is Outcome.CHEATED:
        text = "It broke a rule in a way that could have bought the verdict, so it does not count as solved."
        return Banner("cheated", "odd", "Cheated", text, facts)
    return Banner("violations", "odd", "Integrity violations", "They did not decide the verdict.", facts)


def _limited(line: CellLine, record: CellRecord | None) -> Banner | None:
    if line.limit_hit is None:
        return None
    bound = _bound(line, record.spec.limits) if record else ""
    said = "It had solved the task by then." if line.solved else "What it left by then was verified all the same."
    return Banner("limit", "warn", f"The {limit_name(line)} limit ended the agent{bound}", said)


def _bound(line: CellLine, limits: Limits) -> str:
    shown = {
        "time": f"{limits.wall_s:g} s",
        "calls": f"{limits.calls} model calls",
        "tokens": f"{formats.whole(limits.tokens)} tokens" if limits.tokens else "",
        "cost": formats.usd(limits.usd) if limits.usd else "",
        "output": f"{limits.output_mb} MB on the terminal",
        "disk": f"{limits.disk_mb} MB on disk",
        "memory": f"{limits.memory_mb} MB of memory",
    }
    said = shown.get(line.limit_hit.value, "") if line.limit_hit else ""
    return f" ({said})" if said else ""


def _refused(line: CellLine) -> Banner | None:
    if line.outcome is not Outcome.REFUSED:
        return None
    return Banner("refused", "warn", "False refusal", "The agent declined a task that can be done.")


def _silent(target: Target) -> Banner | None:
    if target.speaks:
        return None
    speaker = target.speaker
    return Banner(
        "silent", "none", f"Attempt {target.line.attempt}: not the one that speaks for this cell",
        "The latest valid attempt speaks for a cell; the others are kept and counted nowhere.",
        link=(paths.cell(speaker), f"Attempt {speaker.attempt}, which speaks"),
    )  # fmt: skip


def _provisional(line: CellLine) -> Banner | None:
    text = "Made by `cab check`: not for citation, and rankings leave it out."
    return Banner("provisional", "warn", "Provisional", text) if line.provisional else None


def _unsandboxed(line: CellLine) -> Banner | None:
    text = "The agent ran on the host itself, so nothing kept it from the answer: never citable, never ranked."
    return None if line.sandboxed else Banner("unsandboxed", "warn", "Unsandboxed", text)


def _reference(line: CellLine) -> Banner | None:
    text = (
        "The model is a script of known behaviour. Its numbers test the harness and the agent; they rank no model."
    )
    link = (f"{paths.GLOSSARY}#reference-model", "What a reference model is")
    return Banner("reference", "none", "Reference model", text, link=link) if line.reference else None
