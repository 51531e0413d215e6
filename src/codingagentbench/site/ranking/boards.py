"""Boards of a site: the one place where its pages get ranked numbers from. Each is computed once and kept.

They are those that `cab leaderboard` prints: the query layer counts the cells where the site holds one, else the
lines in memory are counted, which gives the same and may be done in forked processes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.site import Site
from codingagentbench.stats import By, Leaderboard, leaderboard

_KEPT = 256
"""Things kept for a site: a server is asked for any combination of filters."""

_Made = TypeVar("_Made")
_kept: WeakKeyDictionary[Site, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
_lock = Lock()


def kept(site: Site, key: Hashable, make: Callable[[], _Made]) -> _Made:
    """What was made for this key of this site, before or now; what was not asked for in long is dropped."""
    with _lock:
        things = _kept.setdefault(site, OrderedDict())
        if key in things:
            things.move_to_end(key)
            found: _Made = things[key]
            return found
    made = make()  # without the lock: one slow board must not hold up the others
    with _lock:
        things[key] = made
        while len(things) > _KEPT:
            things.popitem(last=False)
    return made


def board(site: Site, by: By = "pair", facets: Facets | None = None, *, ranks: bool = True) -> Leaderboard:
    """Rows of the cells that the facets take, from the best PBS down.

    Cells that are no longer in their sweep's definition are not ranked. Where a site has reference models only,
    they are.

    Args:
        ranks: also bootstrap the interval of PBS, rank intervals and ties, which takes most of the time.
    """
    wanted = facets or Facets(references=site.references)
    return kept(site, ("board", by, wanted, ranks), lambda: _computed(site, by, wanted, ranks=ranks))


def _computed(site: Site, by: By, facets: Facets, *, ranks: bool) -> Leaderboard:
    if site.index is not None:
        return site.index.leaderboard(by, facets.where(), intervals=ranks)
    return leaderboard(
        (line for line in site.catalogue.lines if line.planned and facets.takes(line)),
        by=by,
        references=facets.references,
        provisional=facets.provisional,
        unsandboxed=facets.unsandboxed,
        intervals=ranks,
    )
