"""The words of a badge: outcome and composite of a cell, PBS with its interval of a pair, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.values import AxisValue, Measured, NotMeasured
from codingagentbench.site.badges.badge import Badge, Tone
from codingagentbench.stats import Row, leaderboard
from codingagentbench.store.line import CellLine, Pair

_TONES = {
    Outcome.SOLVED: Tone.GOOD,
    Outcome.CHEATED: Tone.ODD,
    Outcome.LIMIT: Tone.WARN,
    Outcome.GAVE_UP: Tone.WARN,
    Outcome.REFUSED: Tone.WARN,
    Outcome.INVALID: Tone.NONE,
}
"""Every other outcome is bad."""


def cell_badge(line: CellLine) -> Badge:
    """Outcome and composite of a cell."""
    subject = f"{name_of(line.pair)} · {line.task}"
    if not line.measured:
        cause = (line.cause or "unknown cause").replace("_", " ")
        return Badge(subject, _marked(f"missing: {cause}", _marks(line)), Tone.NONE)
    said = line.outcome.value.replace("_", " ")
    message = f"{said} {_composite(line.axis('composite'))}"
    return Badge(subject, _marked(message, _marks(line)), _TONES.get(line.outcome, Tone.BAD))


def pair_row(lines: Iterable[CellLine]) -> Row | None:
    """The leaderboard's row of a pair from its cells; None when none of them is ranked.

    A reference pair gets its row too: its badge says what it is.
    """
    return next(iter(leaderboard(lines, references=True).rows), None)


def pair_badge(pair: Pair, lines: Iterable[CellLine], row: Row | None) -> Badge:
    """PBS of a pair with its 95 % interval, or why there is none.

    Args:
        lines: all cells of the pair.
        row: its row of the leaderboard (`pair_row`).
    """
    reference = any(line.reference for line in lines)
    marks = ("reference model",) if reference else ()
    if row is None:
        return Badge(name_of(pair), "not ranked: " + _why_unranked(lines), Tone.NONE)
    if not row.valid:
        causes = ", ".join(cause.replace("_", " ") for cause in row.missing_causes) or "no cell"
        return Badge(name_of(pair), _marked(f"missing: {causes}", marks), Tone.NONE)
    return Badge(name_of(pair), _marked(_pbs(row), marks), Tone.NONE if reference else Tone.NEUTRAL)


def name_of(pair: Pair) -> str:
    """`agent × vendor/model`, plugins and an unusual behaviour mode after the agent."""
    tui, model, stack, mode = pair
    extra = (*stack, *(() if mode == "factory" else (mode,)))
    return f"{' + '.join((tui, *extra))} × {model}"


def _pbs(row: Row) -> str:
    value, interval = row.pbs.value, row.pbs.interval
    if isinstance(value, Measured):
        spread = f" ({_percent(interval[0])}–{_percent(interval[1])})" if interval else ""
        return f"PBS {_percent(value.value)} %{spread}"
    return f"PBS {_composite(value)}"


def _composite(value: AxisValue | None) -> str:
    """`52 %`, the range of one that was not measured, or that there is none."""
    if isinstance(value, Measured):
        return f"{_percent(value.value)} %"
    if isinstance(value, NotMeasured) and value.low is not None and value.high is not None:
        return f"{_percent(value.low)}–{_percent(value.high)} % (not measured exactly)"
    return "(composite not measured)"


def _percent(value: float) -> str:
    return f"{value * 100:.0f}"


def _marks(line: CellLine) -> tuple[str, ...]:
    marks = {
        "reference model": line.reference,
        "provisional": line.provisional,
        "not sandboxed": not line.sandboxed,
    }
    return tuple(name for name, holds in marks.items() if holds)


def _marked(message: str, marks: Iterable[str]) -> str:
    return " · ".join((message, *marks))


def _why_unranked(lines: Iterable[CellLine]) -> str:
    """What keeps the cells of a pair out of the ranking."""
    reasons = {
        "provisional" if line.provisional else "not sandboxed"
        for line in lines
        if line.provisional or not line.sandboxed
    }
    return ", ".join(sorted(reasons)) or "no cell"
