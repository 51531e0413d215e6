"""How a sweep stands: for `cab sweep status` and progress bars."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from codingagentbench.core.outcome import Outcome
from codingagentbench.store import Counts, LedgerReader, PairTally, Spending, ledger_path


@dataclass(slots=True)
class PairStatus:
    """One (agent, model) pair's cells."""

    tui: str
    model: str
    states: Counter[str] = field(default_factory=Counter)
    solved: int = 0

    def add(self, tally: PairTally) -> None:
        """Count a tally in."""
        self.states[tally.state] += tally.cells
        if tally.state == "done" and tally.outcome == Outcome.SOLVED:
            self.solved += tally.cells


@dataclass(frozen=True, slots=True)
class SweepStatus:
    """A sweep's totals. `eta_s` is None when nothing runs or nothing has ended yet."""

    sweep_id: str
    counts: Counts
    pairs: tuple[PairStatus, ...]
    spending: Spending
    eta_s: float | None


def sweep_status(results: Path, sweep_id: str) -> SweepStatus:
    """Read a sweep's ledger.

    Raises:
        StoreError: there is no such ledger, or it cannot be read.
    """
    with LedgerReader(ledger_path(results, sweep_id)) as ledger:
        counts, spending, tallies = ledger.counts(), ledger.spending(), ledger.tallies()
    pairs: dict[tuple[str, str], PairStatus] = {}
    for tally in tallies:
        pairs.setdefault((tally.tui, tally.model), PairStatus(tally.tui, tally.model)).add(tally)
    return SweepStatus(
        sweep_id, counts, tuple(pairs.values()), spending, forecast(counts.todo, counts.leased, spending)
    )


def forecast(todo: int, running: int, spending: Spending) -> float | None:
    """Seconds to the end: mean attempt time over the cells left and those running now, which are on average half
    done. None when nothing runs or nothing has ended yet."""
    if not running or not spending.attempts:
        return None
    mean = spending.wall_s / spending.attempts
    return mean * (todo + running / 2) / running
