"""One watcher of all sweeps in a results folder, shared by everybody who looks at it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

from codingagentbench.core.errors import CabError
from codingagentbench.site.live.state import NOTHING, LiveState, Screens
from codingagentbench.site.live.sweep import SweepFollower, ledger_identity
from codingagentbench.store import sweep_ids

TICK_S = 0.2
"""Between two looks, however many ask."""
_FIND_S = 2.0
"""Between two looks for new sweeps."""
FORGET_S = 30.0
"""Unwatched for so long, open files are given back."""

_Identity = tuple[int, int, int]


class Watcher:
    """Looks when asked, at most once a tick, in a thread of its own (which owns all that is open)."""

    def __init__(self, results: Path) -> None:
        self._results = results
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cab-live")
        self._lock = threading.Lock()
        self._asked: Future[LiveState] | None = None
        self._state = NOTHING
        self._sweeps: dict[str, SweepFollower] = {}
        self._over: dict[str, _Identity] = {}
        self._found = 0.0

    def look(self) -> Future[LiveState]:
        """What there is now; callers at the same time share one look."""
        with self._lock:
            if self._asked is None or (self._asked.done() and time.time() - self._state.at >= TICK_S):
                self._asked = self._thread.submit(self._look)
            return self._asked

    def close(self) -> None:
        """Forget everything and end the thread."""
        self._thread.submit(self._forget).result()
        self._thread.shutdown()

    def rest(self) -> None:
        """Give open files back while nobody looks; the next look opens them again."""
        self._thread.submit(self._forget)

    def _look(self) -> LiveState:
        if time.monotonic() - self._found >= _FIND_S:
            self._find()
        screens: Screens = {}
        for sweep_id, sweep in list(self._sweeps.items()):
            try:
                sweep.look()
            except CabError:  # removed, or unreadable at this moment: it is looked for again
                self._drop(sweep_id)
                continue
            screens |= sweep.screens()
        sweeps = tuple(sweep.state() for sweep in self._sweeps.values())
        self._state = LiveState(self._state.number + 1, time.time(), sweeps, screens)
        return self._state

    def _find(self) -> None:
        """Open ledgers that were written to; those that only have finished cells are closed again."""
        self._found = time.monotonic()
        try:
            there = sweep_ids(self._results)
        except CabError:
            there = []
        for sweep_id in [name for name in self._sweeps if name not in there]:
            self._drop(sweep_id)
        for sweep_id in there:
            identity = ledger_identity(self._results, sweep_id)
            known = self._sweeps.get(sweep_id)
            if known is not None and known.identity[0] != identity[0]:
                self._drop(sweep_id)
            if sweep_id not in self._sweeps and self._over.get(sweep_id) != identity:
                self._open(sweep_id, identity)

    def _open(self, sweep_id: str, identity: _Identity) -> None:
        try:
            sweep = SweepFollower(self._results, sweep_id)
        except CabError:
            return
        try:
            sweep.look()
        except CabError:
            sweep.close()
            return
        if sweep.activity == "finished":
            self._over[sweep_id] = identity
            sweep.close()
        else:
            self._sweeps[sweep_id] = sweep

    def _drop(self, sweep_id: str) -> None:
        self._over.pop(sweep_id, None)
        self._sweeps.pop(sweep_id).close()

    def _forget(self) -> None:
        for sweep_id in list(self._sweeps):
            self._drop(sweep_id)
        self._found = 0.0


@cache
def watcher_of(results: Path) -> Watcher:
    """The watcher of a results folder in this process. Not to be carried over a fork."""
    return Watcher(results)
