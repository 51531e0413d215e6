"""Boards of a snapshot that are asked for most, made before they are asked for, in the background."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from codingagentbench.core.errors import CabError
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.facets import Facets, choices
from codingagentbench.site.server.snapshots import Snapshot, Snapshots
from codingagentbench.site.site import Site
from codingagentbench.stats import By

_LOOK_S = 1.0
_SHARE = 2
"""A pause of this many times as long as a board took follows it, so that requests keep most of the CPU."""
_MOST = 40


async def keep_ahead(snapshots: Snapshots, warm: Callable[[Snapshot], None]) -> None:
    """Warm every snapshot that serves and was not, then make its usual boards; until cancelled."""
    done: Snapshot | None = None
    while True:
        if (snapshot := snapshots.current) is not done:
            await asyncio.to_thread(warm, snapshot)
            await _make(snapshots, snapshot)
            done = snapshot
        await asyncio.sleep(_LOOK_S)


async def _make(snapshots: Snapshots, snapshot: Snapshot) -> None:
    for by, facets in list(_usual(snapshot.site))[:_MOST]:
        if snapshots.current is not snapshot:
            return
        began = time.monotonic()
        await asyncio.to_thread(partial(_board, snapshot.site, by, facets))
        await asyncio.sleep(_SHARE * (time.monotonic() - began))


def _board(site: Site, by: By, facets: Facets) -> None:
    try:
        board(site, by, facets)
    except CabError:
        return  # who asks for it will be told


def _usual(site: Site) -> Iterator[tuple[By, Facets]]:
    """Of pairs: all cells, each family, each language; of agents and of models: all cells."""
    known, every = choices(site), Facets(references=site.references)
    yield "pair", every
    yield from (("pair", replace(every, family=name)) for name in known["family"])
    yield from (("tui", every), ("model", every))
    yield from (("pair", replace(every, language=name)) for name in known["language"])
