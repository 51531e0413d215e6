"""The local executor: keeps a crew of workers on a planned sweep until every cell has ended."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from codingagentbench.core import errors
from codingagentbench.core.errors import CabError, HarnessError, UsageError
from codingagentbench.provenance import owner_alive
from codingagentbench.store import Counts, Ledger, RetryPolicy, clean_staging, ledger_path, sweep_dir
from codingagentbench.sweep.config import WorkerConfig
from codingagentbench.sweep.crew import Crew
from codingagentbench.sweep.runner import CellRunner, runner_name

POLL_S = 0.25
GRACE_S = 30.0
"""For interrupted cells to end by themselves; then their workers are killed."""
_RECLAIM_S = 1.0
_BARREN_DEATHS = 10
"""Workers that may die without holding a cell before the sweep gives up: the cells are not what kills them."""

OnProgress = Callable[[Counts], None]


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How a run of a sweep ended. `interrupted`: asked to stop; run it again to go on."""

    sweep_id: str
    counts: Counts
    interrupted: bool
    wall_s: float


@dataclass(slots=True)
class _Drive:
    """The loop of one `run_sweep`."""

    ledger: Ledger
    crew: Crew
    jobs: int
    lease_s: float
    grace_s: float
    stop: threading.Event
    on_progress: OnProgress | None
    alive: int = 0
    barren: int = 0
    version: int = -1
    stop_by: float | None = None
    killed: bool = False
    renewed: float = 0.0
    reclaimed: float = 0.0
    failure: CabError | None = None

    def run(self) -> None:
        self.hire(self.jobs)
        while self.alive:
            events = self.crew.events(POLL_S)
            if events is None:
                self.failure = self.failure or HarnessError(
                    "the process that starts workers was killed", remedy="run the sweep again: it goes on"
                )
                break
            for event in events:
                self.heed(event)
            self.keep_house(time.monotonic())
        if self.failure is not None:
            raise self.failure

    def hire(self, count: int) -> None:
        self.crew.spawn(count)
        self.alive += count

    def heed(self, event: dict[str, Any]) -> None:
        if "error" in event:
            self.failure = self.failure or _as_error(event)
            self.stop.set()
            return
        self.alive -= 1
        if event["code"] != 0:
            self.bury(event["gone"], event["code"])

    def bury(self, owner: str, code: int) -> None:
        """A worker that died by itself leaves an attempt behind, and is replaced."""
        if self.stop_by is not None:
            return
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        if not self.ledger.lost(owner, f"the worker process died ({how})"):
            self.barren += 1
        if self.barren >= _BARREN_DEATHS:
            self.failure = HarnessError(
                f"{self.barren} worker processes died before they took a cell, the last by {how}",
                remedy="see the messages above; `cab doctor` checks this machine",
            )
            self.stop.set()
        else:
            self.hire(1)

    def keep_house(self, now: float) -> None:
        if now - self.renewed > self.lease_s / 3:
            self.ledger.renew_living(self.lease_s)
            self.renewed = now
        if now - self.reclaimed > _RECLAIM_S and self.stop_by is None:
            self.ledger.reclaim_dead()
            self.reclaimed = now
        self.wind_down(now)
        if self.on_progress is not None and (version := self.ledger.version()) != self.version:
            self.version = version
            self.on_progress(self.ledger.counts())

    def wind_down(self, now: float) -> None:
        if self.stop.is_set() and self.stop_by is None:
            self.stop_by = now + self.grace_s
            self.crew.signal(signal.SIGINT)
        elif self.stop_by is not None and now > self.stop_by and not self.killed:
            self.killed = True
            self.crew.signal(signal.SIGKILL)


def _as_error(event: dict[str, Any]) -> CabError:
    kind = getattr(errors, event["error"], HarnessError)
    found: CabError = kind(event["detail"], where=event["where"], remedy=event["remedy"])
    return found


@contextmanager
def _stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    """SIGINT and SIGTERM set the event; handlers can be set in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt  # asked twice: leaving kills the workers at once
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_sweep(
    results: Path,
    sweep_id: str,
    run_cell: CellRunner | str,
    *,
    jobs: int,
    options: Any = None,
    retry: RetryPolicy | None = None,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    lease_s: float = 60.0,
    grace_s: float = GRACE_S,
) -> SweepResult:
    """Run every open cell of a prepared sweep; several at once may work on the same one.

    Args:
        results: the results folder, with the sweep's ledger (`prepare`).
        run_cell: a top-level function, or its name as `module:function`.
        jobs: worker processes, one cell each at a time.
        options: picklable, handed to `run_cell`.
        retry: what an invalid attempt leads to (`Planned.retry`).
        on_progress: called in this thread when the ledger has changed, at most four times a second.
        stop: set it (or send SIGINT or SIGTERM) to stop: running cells are interrupted and given back.
        lease_s: after which a lease of another host counts as lost.
        grace_s: for interrupted cells to end.

    Raises:
        CabError: the harness could not go on; what was measured until then is recorded.
    """
    if jobs < 1:
        raise UsageError(f"{jobs} jobs", where="--jobs", remedy="give 1 or more")
    started, stop, results = time.monotonic(), stop or threading.Event(), results.resolve()
    config = WorkerConfig(results, sweep_id, runner_name(run_cell), options, jobs, lease_s, retry or RetryPolicy())
    with Ledger(ledger_path(results, sweep_id), alive=owner_alive, retry=config.retry) as ledger:
        _tidy(ledger, results, sweep_id)
        if ledger.has_open_cells():
            try:
                with _stopping_on_signals(stop), Crew(config) as crew:
                    counts = ledger.counts()
                    useful = min(jobs, counts.todo + counts.leased)
                    _Drive(ledger, crew, useful, lease_s, grace_s, stop, on_progress).run()
            finally:
                _tidy(ledger, results, sweep_id)
        counts = ledger.counts()
        interrupted = stop.is_set() and ledger.has_open_cells()
    if on_progress is not None:
        on_progress(counts)
    return SweepResult(sweep_id, counts, interrupted, time.monotonic() - started)


def _tidy(ledger: Ledger, results: Path, sweep_id: str) -> None:
    ledger.reclaim_dead()
    clean_staging(sweep_dir(results, sweep_id), owner_alive)
