"""What each pair did on each task, counted once a site: comparisons and plain rows are made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from codingagentbench.site.entities.counting import counts
from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site
from codingagentbench.stats import DEFAULT_METHODOLOGY, Tally, tally
from codingagentbench.store.index import Where
from codingagentbench.store.line import Pair

_COUNTED = Where(references=True)


def tallies_of(site: Site, pair: Pair) -> Sequence[Tally]:
    """Of a pair's cells that count (`counting`), one a task, impossible twins included."""
    return _by_pair(site).get(pair, ())


@once_a_site
def _by_pair(site: Site) -> dict[Pair, list[Tally]]:
    if site.index is None:
        made = tally((line for line in site.catalogue.lines if counts(line)), DEFAULT_METHODOLOGY)
    else:
        made = site.index.tallies(_COUNTED)
    found: dict[Pair, list[Tally]] = defaultdict(list)
    for one in made:
        found[one.pair].append(one)
    return dict(found)
