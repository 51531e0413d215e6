"""Boards of a site: the one place where its pages get ranked numbers from. Each is computed once and kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import RLock
from weakref import WeakKeyDictionary

from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.site import Site
from codingagentbench.stats import By, Leaderboard, leaderboard

_KEPT = 128
"""Boards kept for a site: a server is asked for any combination of filters."""

_boards: WeakKeyDictionary[Site, OrderedDict[tuple[By, Facets], Leaderboard]] = WeakKeyDictionary()
_lock = RLock()


def board(site: Site, by: By = "pair", facets: Facets | None = None) -> Leaderboard:
    """Rows of the cells that the facets take, from the best PBS down.

    Where a site has reference models only, they are ranked.
    """
    facets = facets or Facets(references=site.references)
    with _lock:
        kept = _boards.setdefault(site, OrderedDict())
        found = kept.get((by, facets))
        if found is None:
            found = kept[by, facets] = _computed(site, by, facets)
            if len(kept) > _KEPT:
                kept.popitem(last=False)
        kept.move_to_end((by, facets))
        return found


def _computed(site: Site, by: By, facets: Facets) -> Leaderboard:
    return leaderboard(
        (line for line in site.catalogue.lines if facets.takes(line)),
        by=by,
        references=facets.references,
        provisional=facets.provisional,
        unsandboxed=facets.unsandboxed,
    )
