"""What `cab watch` shows: a running cell's terminal as it grows, or a finished one's at its own pace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import UsageError
from codingagentbench.core.outcome import Outcome
from codingagentbench.site.live.cell import CAST, CellFollower
from codingagentbench.site.live.screen import Terminal
from codingagentbench.site.live.sweep import worked_on
from codingagentbench.site.live.tail import CastTail
from codingagentbench.store import ledger_path, sweep_ids
from codingagentbench.store.follow import LedgerFollower, Standing

TICK_S = 0.1
LONGEST_PAUSE_S = 2.0
"""A longer one in a recording is cut to this."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One look: a line about the cell, its terminal (None before there is one), and what was written since."""

    about: str
    terminal: Terminal | None
    output: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the watching ended: the cell's card in one line."""

    text: str


class Watched:
    """One sweep's ledger and the cell that is looked at. A context manager is not needed: `close` it.

    Raises:
        UsageError: there is no such sweep.
    """

    def __init__(self, results: Path, sweep_id: str) -> None:
        known = sweep_ids(results)
        if sweep_id not in known:
            names = ", ".join(known[:10]) or "none"
            raise UsageError(f"no sweep {sweep_id!r}", where=str(results), remedy=f"sweeps here: {names}")
        self.results = results
        self.ledger = LedgerFollower(ledger_path(results, sweep_id))

    def close(self) -> None:
        """Release the ledger."""
        self.ledger.close()

    def cell(self, cell_id: str) -> Standing:
        """The cell of an id; of those that share one, the one that runs, else the first.

        Raises:
            UsageError: there is none.
        """
        found = self.ledger.named(cell_id)
        if not found:
            from difflib import get_close_matches

            near = get_close_matches(cell_id, self.ledger.names(), n=3, cutoff=0.5)
            remedy = f"the nearest: {', '.join(near)}" if near else "`cab cells list` shows those that have ended"
            raise UsageError(f"no cell {cell_id!r}", where=str(self.ledger.path), remedy=remedy)
        return next((cell for cell in found if runs(cell)), found[0])

    def follow(self, digest: str) -> Iterator[Frame | Ended]:
        """Wait for the cell to run, then follow it until it has ended; one frame a tick."""
        follower: CellFollower | None = None
        before = self._attempts(digest)
        try:
            while True:
                now = self.ledger.standing(digest)
                if now is None or (now.state in ("done", "missing") and not runs(now)):
                    yield Ended(self.card(digest))
                    return
                if follower is not None and (now.attempt, runs(now)) != (follower.standing.attempt, True):
                    follower.close()
                    follower = None
                if runs(now) and follower is None:
                    follower = CellFollower(self.results, now, screen=True)
                if follower is None:
                    yield Frame(self._waiting(now, retry=self._attempts(digest) > before), None)
                else:
                    output = follower.look()
                    yield Frame(_about(follower), follower.terminal(), output)
                time.sleep(TICK_S)
        finally:
            if follower is not None:
                follower.close()

    def next_running(self) -> Standing | None:
        """The cell that has run longest; None when none runs now."""
        return next((cell for cell in self.ledger.leased() if runs(cell)), None)

    def card(self, digest: str) -> str:
        """The cell's card in one line."""
        standing = self.ledger.standing(digest)
        if standing is None or standing.shown is None:
            return "no attempt of this cell has ended"
        attempts = [one for one in self.ledger.attempts(standing.spec.cell_id) if one.spec_digest == digest]
        shown = next((one for one in attempts if one.attempt == standing.shown), None)
        if shown is None:
            return f"{standing.spec.cell_id}: {standing.outcome}"
        composite = getattr(shown.axis("composite"), "value", None)
        tokens = "tokens not measured" if shown.total_tokens is None else f"{shown.total_tokens} tokens"
        why = (
            f" ({shown.cause.value})" if shown.cause else f" ({shown.limit_hit.value})" if shown.limit_hit else ""
        )
        score = "" if composite is None or shown.outcome is Outcome.INVALID else f", composite {composite:.3f}"
        return (
            f"{shown.cell_id}: {shown.outcome.value}{why}{score}, {shown.model_calls} model calls, {tokens}, "
            f"{shown.duration_s:.1f} s, attempt {shown.attempt}"
        )

    def _attempts(self, digest: str) -> int:
        standing = self.ledger.standing(digest)
        return standing.shown or 0 if standing else 0

    def _waiting(self, now: Standing, *, retry: bool) -> str:
        if now.state == "leased":
            return f"{now.spec.cell_id}: leased, and its worker is gone; the sweep has to be run again"
        left = self.next_running()
        state = "the sweep runs" if left else "no worker runs"
        what = "waits for its next try" if retry else "waits for a worker"
        return f"{now.spec.cell_id}: {what} ({state})"


def runs(cell: Standing) -> bool:
    """Whether somebody works on it now."""
    return cell.state == "leased" and worked_on(cell)


def replay(folder: Path, speed: float) -> Iterator[Frame]:
    """The frames of a recording, at its pace times `speed`; pauses are cut at `LONGEST_PAUSE_S`.

    Raises:
        UsageError: the attempt left no recording.
    """
    tail = CastTail(folder / CAST, keep_up=False)
    events = tail.read()
    if not tail.known:
        raise UsageError("this attempt left no recording", where=str(folder / CAST))
    terminal, last = Terminal(tail.columns, tail.rows), 0.0
    yield Frame(f"the recording, at {speed:g} times its speed", terminal)
    while events:
        for at, code, text in events:
            pause = min(max(0.0, at - last), LONGEST_PAUSE_S) / speed
            last = max(last, at)
            if pause > TICK_S / 10:
                time.sleep(pause)
            if code == "o":
                terminal.feed(text)
                yield Frame(f"{at:.1f} s of the recording, at {speed:g} times its speed", terminal, text)
        events = tail.read()
    tail.close()


def _about(follower: CellFollower) -> str:
    state = follower.state()
    elapsed = f" for {max(0.0, time.time() - state.began):.0f} s" if state.began else ""
    tokens = "tokens not measured" if state.tokens is None else f"{state.tokens} tokens"
    phase = {"agent": "the agent runs", "grading": "it is graded, after", "preparing": "it is prepared"}[
        state.phase
    ]
    return f"{state.cell_id}, attempt {state.attempt}: {phase}{elapsed}, {state.model_calls} model calls, {tokens}"
