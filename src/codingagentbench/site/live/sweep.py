"""Following one sweep: its ledger is asked only when it has changed, its running cells at every look."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from codingagentbench.provenance import owner_alive
from codingagentbench.site.live.cell import CellFollower
from codingagentbench.site.live.state import Activity, Finish, LiveSweep, Screens
from codingagentbench.store import Counts, ledger_path
from codingagentbench.store.follow import NOTHING_SPENT, LedgerFollower, Standing, add_spending
from codingagentbench.sweep.status import forecast

MAX_SCREENS = 16
"""Terminals worked through at a time in one sweep; further running cells are listed without theirs."""
RECENT = 12
_PACE = 20
"""Counting all cells takes about 15 ms at 100,000: at most a twentieth of the time goes into it."""


class SweepFollower:
    """One sweep's ledger, open for reading, and its running cells.

    Raises:
        StoreError: the ledger cannot be read (every method).
    """

    def __init__(self, results: Path, sweep_id: str) -> None:
        self.sweep_id = sweep_id
        self.identity = ledger_identity(results, sweep_id)
        self._results = results
        self._ledger = LedgerFollower(ledger_path(results, sweep_id))
        self._version = -1
        self._counts = Counts()
        self._count_again = 0.0
        self._stale = True
        self._order = 0
        self._spent = NOTHING_SPENT
        self._recent: tuple[Finish, ...] = ()
        self._cells: dict[tuple[str, int], CellFollower] = {}

    def look(self) -> None:
        """Read what has changed."""
        version = self._ledger.version()
        if version != self._version:
            self._version, self._stale = version, True
            self._read_leases()
            self._read_ends()
        if self._stale and time.monotonic() >= self._count_again:
            began = time.monotonic()
            self._counts, self._stale = self._ledger.counts(), False
            now = time.monotonic()
            self._count_again = now + _PACE * (now - began)
        self._bury()
        for cell in self._cells.values():
            cell.look()

    def _bury(self) -> None:
        """A killed sweep leaves its leases as they were."""
        for key in [key for key, cell in self._cells.items() if not worked_on(cell.standing)]:
            self._cells.pop(key).close()

    def _read_leases(self) -> None:
        leased = {(cell.digest, cell.attempt): cell for cell in self._ledger.leased() if worked_on(cell)}
        for key in [key for key in self._cells if key not in leased]:
            self._cells.pop(key).close()
        shown = sum(cell.state().has_screen for cell in self._cells.values())
        for key, standing in leased.items():
            if key not in self._cells:
                self._cells[key] = CellFollower(self._results, standing, screen=shown < MAX_SCREENS)
                shown += 1

    def _read_ends(self) -> None:
        order, spent = self._ledger.spent_after(self._order)
        if order != self._order:
            self._order, self._spent = order, add_spending(self._spent, spent)
            self._recent = tuple(
                Finish(
                    order=end.order,
                    cell_id=end.cell_id,
                    page=f"cell/{end.place}/index.html",
                    attempt=end.attempt,
                    outcome=end.outcome,
                    cause=end.cause,
                    wall_s=end.wall_s,
                    tokens=end.tokens,
                    usd=end.usd,
                    finished_at=end.finished_at,
                )
                for end in self._ledger.latest_ends(RECENT)
            )

    @property
    def activity(self) -> Activity:
        """Whether somebody works on it."""
        if self._cells:
            return "running"
        return "stopped" if self._counts.todo or self._counts.leased else "finished"

    def state(self) -> LiveSweep:
        """What is known of it."""
        counts, spent = self._counts, self._spent
        return LiveSweep(
            sweep_id=self.sweep_id,
            activity=self.activity,
            total=counts.total,
            todo=counts.todo,
            running=len(self._cells),
            done=counts.done,
            missing=counts.missing,
            outcomes=counts.outcomes,
            causes=counts.causes,
            attempts=spent.attempts,
            unmetered=spent.unmetered,
            tokens=spent.tokens,
            usd=spent.usd,
            wall_s=spent.wall_s,
            eta_s=forecast(counts.todo, len(self._cells), spent),
            recent=self._recent,
            cells=tuple(cell.state() for cell in self._cells.values()),
        )

    def screens(self) -> Screens:
        """The terminals, by sweep and digest."""
        found: Screens = {}
        for (digest, _), cell in self._cells.items():
            view = cell.view()
            if view is not None:
                found[self.sweep_id, digest.removeprefix("sha256:")] = view
        return found

    def close(self) -> None:
        """Give everything back."""
        close_all(self._cells.values())
        self._ledger.close()


def worked_on(cell: Standing) -> bool:
    """Whether the lease's holder is alive, or cannot be seen from here and its lease has not run out."""
    alive = owner_alive(cell.owner)
    return cell.lease_until > time.time() if alive is None else alive


def ledger_identity(results: Path, sweep_id: str) -> tuple[int, int, int]:
    """Changes when a sweep's ledger was written to or replaced; all 0 when there is none."""
    path = ledger_path(results, sweep_id)
    try:
        main = path.stat()
    except OSError:
        return (0, 0, 0)
    try:
        log = path.with_name(path.name + "-wal").stat()
    except OSError:
        return (main.st_ino, main.st_mtime_ns, 0)
    return (main.st_ino, max(main.st_mtime_ns, log.st_mtime_ns), log.st_size)


def close_all(cells: Iterable[CellFollower]) -> None:
    """Close every one."""
    for cell in cells:
        cell.close()
