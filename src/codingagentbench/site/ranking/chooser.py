"""The chooser: three answers in, a short list out, with a reason for each that uses its numbers. Pure functions.

Pairs that solve less than half of what the best one does are left out, whatever matters: doing nothing is cheap
and quick, breaks nothing and is the same every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from codingagentbench.site.ranking.candidate import Candidate, Share
from codingagentbench.site.ranking.matters import MATTERS, Matter, score

MOST = 3
"""Pairs on a short list."""

WORTH = 0.5
"""Share of the best pass rate that a pair must reach."""

OPEN_LICENCES = frozenset({"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0"}) | {
    f"{gpl}-{version}" for gpl in ("GPL", "AGPL", "LGPL") for version in ("2.0-only", "3.0-only", "3.0-or-later")
}
"""SPDX names of licences taken as open source."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a pair must not exceed. `open_source`: the agent's licence; `most` in `unit` per correct task."""

    open_source: bool = False
    unit: str = ""
    most: float = 0.0


LIMITS = {
    "": Limit(),
    "open": Limit(open_source=True),
    "tokens-10000": Limit(unit="tokens", most=10_000),
    "tokens-50000": Limit(unit="tokens", most=50_000),
    "tokens-250000": Limit(unit="tokens", most=250_000),
    "usd-0.02": Limit(unit="USD", most=0.02),
    "usd-0.10": Limit(unit="USD", most=0.10),
    "usd-0.50": Limit(unit="USD", most=0.50),
}
"""Limits one can ask for, by their value in a URL."""

LIMIT_NAMES = {
    "": "none",
    "open": "open-source agents only",
    "tokens-10000": "at most 10 000 tokens per correct task",
    "tokens-50000": "at most 50 000 tokens per correct task",
    "tokens-250000": "at most 250 000 tokens per correct task",
    "usd-0.02": "at most 0.02 USD per correct task",
    "usd-0.10": "at most 0.10 USD per correct task",
    "usd-0.50": "at most 0.50 USD per correct task",
}


@dataclass(frozen=True, slots=True)
class Pick:
    """One pair of a short list. `reason`, `price` and `ties` are sentences; `ties` is empty for none."""

    candidate: Candidate
    reason: str
    price: str
    ties: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A short list, best first; `notes` say who was left out and why, and what the list rests on."""

    picks: tuple[Pick, ...]
    notes: tuple[str, ...] = field(default=())


def choose(candidates: Sequence[Candidate], matter: Matter, limit: Limit) -> Answer:
    """The short list: the best by what matters, and up to two that cannot be told apart from it.

    Where what matters has no interval, the next two by value stand beside it and say so.
    """
    allowed, notes = _allowed(candidates, limit)
    able, left = _able(allowed)
    if left and not able:
        notes.append(f"{_count(left)} left out: none solved anything.")
    elif left:
        notes.append(f"{_count(left)} left out: less than half of the best pass rate among them.")
    scored = [(found, candidate) for candidate in able if (found := score(candidate, matter)) is not None]
    if len(scored) < len(able):
        notes.append(f"{_count(len(able) - len(scored))} left out: {MATTERS[matter].unmeasured}.")
    scored.sort(key=lambda pair: (-pair[0].value, -pair[1].rate.value, pair[1].tokens or inf, pair[1].name))
    if not scored:
        return Answer((), (*notes, "No pair is left to name."))
    chosen = _chosen(scored)
    return Answer(tuple(_pick(candidate, found, scored, matter) for found, candidate in chosen), tuple(notes))


def _chosen(scored: Sequence[tuple[Share, Candidate]]) -> list[tuple[Share, Candidate]]:
    first = scored[0][0]
    if first.interval is None:
        return list(scored[:MOST])
    return [pair for pair in scored if pair[0] is first or first.overlaps(pair[0])][:MOST]


def _pick(candidate: Candidate, found: Share, scored: Sequence[tuple[Share, Candidate]], matter: Matter) -> Pick:
    return Pick(
        candidate=candidate,
        reason=MATTERS[matter].reason(candidate),
        price=candidate.price(),
        ties=_ties(candidate, found, scored),
    )


def _ties(candidate: Candidate, found: Share, scored: Sequence[tuple[Share, Candidate]]) -> str:
    """Which pairs it cannot be told apart from, or by how much it leads."""
    others = [(share, other) for share, other in scored if other is not candidate]
    if not others:
        return "No other pair is left to compare it with."
    if found.interval is None:
        same = [other.name for share, other in others if share.value == found.value]
        return (
            f"Exactly as {_names(same)}."
            if same
            else "No interval is known for this number: read small leads as none."
        )
    tied = [other.name for share, other in others if found.overlaps(share)]
    if tied:
        return (
            f"Cannot be told apart from {_names(tied)} with {_plural(candidate.tasks, 'task')}: "
            "their 95 % intervals overlap."
        )
    return "Its 95 % interval overlaps with no other's."


def _names(names: Sequence[str], most: int = 4) -> str:
    shown = ", ".join(names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _allowed(candidates: Sequence[Candidate], limit: Limit) -> tuple[list[Candidate], list[str]]:
    """Those within the limit, and sentences about the others."""
    kept, notes = list(candidates), []
    if limit.open_source:
        kept = [candidate for candidate in kept if candidate.licence in OPEN_LICENCES]
        if len(kept) < len(candidates):
            notes.append(
                f"{_count(len(candidates) - len(kept))} left out: the agent's licence is not open source."
            )
    if limit.unit:
        spent = [(candidate, candidate.spent(limit.unit)) for candidate in kept]
        known = [(candidate, cost) for candidate, cost in spent if cost is not None]
        kept = [candidate for candidate, cost in known if cost <= limit.most]
        if len(known) < len(spent):
            notes.append(f"{_count(len(spent) - len(known))} left out: no cost in {limit.unit} is known.")
        if len(kept) < len(known):
            notes.append(f"{_count(len(known) - len(kept))} left out: above the limit.")
    return kept, notes


def _able(candidates: Sequence[Candidate]) -> tuple[list[Candidate], int]:
    """Those that solve at least half as much as the best; how many do not."""
    best = max((candidate.rate.value for candidate in candidates), default=0.0)
    able = [
        candidate for candidate in candidates if candidate.rate.value >= best * WORTH and candidate.rate.value > 0
    ]
    return able, len(candidates) - len(able)


def _count(number: int) -> str:
    return _plural(number, "pair")


def _plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
