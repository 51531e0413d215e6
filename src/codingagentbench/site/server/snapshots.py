"""The site as it is now: a new snapshot when the results have changed, made beside the one that serves on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from codingagentbench.core.errors import CabError
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.live.sweep import ledger_identity
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site, SiteOptions
from codingagentbench.store import CellLine, sweep_ids
from codingagentbench.store.index import CellIndex
from codingagentbench.store.removals import REMOVALS_NAME

_TURN_S = 5.0
_URGENT_SHARE = 3
_SHARE = 10
"""The next loading waits this many times as long as the last one took, so that pages keep most of the CPU."""


@dataclass(frozen=True)
class Snapshot:
    """One state of the results. `number` grows; equal numbers mean equal pages.

    `index` is shared by all snapshots and may be a moment ahead of the site.
    """

    number: int
    site: Site
    renderer: Renderer
    index: CellIndex

    @cached_property
    def newest(self) -> Mapping[tuple[str, str, str], CellLine]:
        """The newest cell of each (agent, model, task), as published links name them."""
        found: dict[tuple[str, str, str], CellLine] = {}
        for line in self.site.catalogue.lines:
            key = (line.tui, line.model, line.task)
            if line.place and (key not in found or line.started_at > found[key].started_at):
                found[key] = line
        return found

    @cached_property
    def by_id(self) -> Mapping[str, CellLine]:
        """Cells by id; of those that share one, the bare agent's."""
        found: dict[str, CellLine] = {}
        for line in self.site.catalogue.lines:
            if line.cell_id not in found or not line.plugin_stack:
                found[line.cell_id] = line
        return found


Warm = Callable[[Snapshot], None]
"""Makes what many pages need and takes long, once for a snapshot."""


class Snapshots:
    """Holds the current snapshot; `refresh` may be called from any thread.

    Raises:
        StoreError: there is no results folder, or a ledger cannot be read.
        MalformedFile: `removals.toml` cannot be read.
    """

    def __init__(self, results: Path, options: SiteOptions, refresh_s: float, warm: Warm) -> None:
        self._results, self._options, self._refresh_s, self._warm = results, options, refresh_s, warm
        self._lock = threading.Lock()
        self._seen = _state(results)
        self._due = self._soonest = 0.0
        self._index = CellIndex.open(results)
        self.current = self._made(1)

    def refresh(self, *, urgent: bool = False) -> bool:
        """Look whether the results have changed, if that is due; True when there is a new snapshot.

        Args:
            urgent: somebody waits for what has just ended: do not wait for the next turn, only for the load.
        """
        due = self._soonest if urgent else self._due
        if time.monotonic() < due or not self._lock.acquire(timeout=_TURN_S if urgent else 0):
            return False
        try:
            return self._refresh(warm=not urgent)
        except CabError:
            return False  # a ledger that cannot be read at this moment: the old snapshot serves on
        finally:
            self._lock.release()

    def catches_up_in(self) -> float | None:
        """Seconds until an urgent refresh may be made; None when nothing has changed."""
        try:
            changed = _state(self._results) != self._seen
        except CabError:
            return None
        return max(0.0, self._soonest - time.monotonic()) if changed else None

    def _refresh(self, *, warm: bool) -> bool:
        began = time.monotonic()
        self._due = began + self._refresh_s
        state = _state(self._results)
        if state == self._seen:
            return False
        changed = self._index.refresh()
        if changed:
            made = self._made(self.current.number + 1)
            loaded = time.monotonic()
            if warm:  # while the old one serves on
                self._warm(made)
            self.current = made
            self._rest(began, loaded)
        self._seen = state
        return changed

    def _made(self, number: int) -> Snapshot:
        site = Site(self._results, Catalogue(self._index.lines()), self._options, self._index)
        return Snapshot(number, site, Renderer(site), self._index)

    def _rest(self, began: float, loaded: float) -> None:
        """Say when the next may be made: the pause goes by how long all took, an urgent one by loading alone."""
        now = time.monotonic()
        self._due = now + max(self._refresh_s, _SHARE * (now - began))
        self._soonest = now + _URGENT_SHARE * (loaded - began)


def _state(results: Path) -> dict[str, tuple[int, int, int]]:
    """Changes when a ledger was written to, or the list of removals was."""
    found = {sweep_id: ledger_identity(results, sweep_id) for sweep_id in sweep_ids(results)}
    try:
        removals = (results / REMOVALS_NAME).stat()
    except OSError:
        return found
    return found | {REMOVALS_NAME: (removals.st_ino, removals.st_mtime_ns, removals.st_size)}
