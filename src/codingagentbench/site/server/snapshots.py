"""The site as it is now: a new snapshot when the results have changed, made beside the one that serves on."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from codingagentbench.core.errors import CabError
from codingagentbench.site.live.sweep import ledger_identity
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site, SiteOptions, open_site
from codingagentbench.store import CellLine, sweep_ids

_SHARE = 10
"""Loading takes at most this part of the time: the next one waits ten times as long as the last one took."""


@dataclass(frozen=True)
class Snapshot:
    """One state of the results. `number` grows; equal numbers mean equal pages."""

    number: int
    site: Site
    renderer: Renderer

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


class Snapshots:
    """Holds the current snapshot; `refresh` may be called from any thread.

    Raises:
        StoreError: there is no results folder, or a ledger cannot be read.
    """

    def __init__(self, results: Path, options: SiteOptions, refresh_s: float) -> None:
        self._results, self._options, self._refresh_s = results, options, refresh_s
        self._lock = threading.Lock()
        self._seen = _state(results)
        self._next = 0.0
        self.current = self._make(1)

    def refresh(self) -> bool:
        """Look whether the results have changed, if that is due; True when there is a new snapshot."""
        if time.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return False
        try:
            return self._refresh()
        except CabError:
            return False  # a ledger that cannot be read at this moment: the old snapshot serves on
        finally:
            self._lock.release()

    def _refresh(self) -> bool:
        self._next = time.monotonic() + self._refresh_s
        state = _state(self._results)
        if state == self._seen:
            return False
        self.current = self._make(self.current.number + 1)
        self._seen = state
        return True

    def _make(self, number: int) -> Snapshot:
        began = time.monotonic()
        site = open_site(self._results, self._options)
        now = time.monotonic()
        self._next = now + max(self._refresh_s, _SHARE * (now - began))
        return Snapshot(number, site, Renderer(site))


def _state(results: Path) -> dict[str, tuple[int, int, int]]:
    """Changes when any ledger was written to."""
    return {sweep_id: ledger_identity(results, sweep_id) for sweep_id in sweep_ids(results)}
