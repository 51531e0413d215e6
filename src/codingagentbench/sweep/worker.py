"""A worker process: claims a cell, runs it, records it, until there is none left."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from codingagentbench.core.errors import CabError, Interrupted
from codingagentbench.core.outcome import InvalidCause
from codingagentbench.core.record import CellRecord
from codingagentbench.provenance import owner_alive, process_identity
from codingagentbench.store import Claim, Ledger, attempt_dir, ledger_path, staging_root, summarise_lost
from codingagentbench.store.staging import remove_tree
from codingagentbench.sweep.config import WorkerConfig
from codingagentbench.sweep.runner import CellRunner

IDLE_S = 0.2
"""Between looks for a cell while all that are left are leased or waiting for their retry."""

Tell = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class _Stop:
    """SIGINT ends a running cell by KeyboardInterrupt, and is only noted between cells."""

    requested: bool = False

    def note(self, _signal: int, _frame: FrameType | None) -> None:
        self.requested = True

    def install(self) -> None:
        signal.signal(signal.SIGINT, self.note)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """The default handler is asyncio's sign that it may turn SIGINT into a cancelled main task."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            if self.requested:
                raise KeyboardInterrupt
            yield
        finally:
            self.install()


@dataclass(slots=True)
class Worker:
    """One process's loop. `tell` sends a message to the sweep process."""

    config: WorkerConfig
    run_cell: CellRunner
    tell: Tell
    stop: _Stop = field(default_factory=_Stop)
    owner: str = field(default_factory=process_identity)

    def work(self) -> None:
        """Run cells until none is left, a stop is asked for, or the harness cannot go on (which is told)."""
        self.stop.install()
        try:
            path = ledger_path(self.config.results, self.config.sweep_id)
            with Ledger(path, alive=owner_alive, retry=self.config.retry) as ledger:
                self._loop(ledger)
        except CabError as error:
            self.tell(
                {"error": type(error).__name__, "where": error.where, "remedy": error.remedy, "detail": error.what}
            )

    def _loop(self, ledger: Ledger) -> None:
        while not self.stop.requested:
            asked = time.perf_counter()
            claim = ledger.claim(self.owner, self.config.lease_s)
            if claim is not None:
                self._run(ledger, claim, asked)
            elif ledger.has_open_cells():
                time.sleep(IDLE_S)
            else:
                return

    def _run(self, ledger: Ledger, claim: Claim, asked: float) -> None:
        try:
            record = self._attempt(claim, asked)
        except (KeyboardInterrupt, Interrupted):
            self.stop.requested = True
            ledger.release(claim)
        except CabError:
            ledger.release(claim)
            raise
        except Exception as error:  # noqa: BLE001 - the outermost edge of one cell: the next one must still run
            detail = "".join(traceback.format_exception(error))[-2000:]
            ledger.finish(claim, summarise_lost(claim.spec, claim.digest, claim.attempt, detail))
        else:
            self._finish(ledger, claim, record)

    def _attempt(self, claim: Claim, asked: float) -> CellRecord:
        with self.stop.interrupting():
            return self.run_cell(
                claim.spec,
                attempt=claim.attempt,
                staging_root=staging_root(self.config.results, self.config.sweep_id),
                parallel_jobs=self.config.jobs,
                queued_ms=(time.perf_counter() - asked) * 1000,
                options=self.config.options,
            )

    def _finish(self, ledger: Ledger, claim: Claim, record: CellRecord) -> None:
        if record.cause is InvalidCause.INTERRUPTED:
            self.stop.requested = True
        if not ledger.finish(claim, record):
            # Another worker has the cell: its attempt is the one that counts, and this one is not kept.
            remove_tree(attempt_dir(self.config.results, claim.spec, claim.attempt))
