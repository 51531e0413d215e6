"""Stamps of pages about many cells. Each cell is read once: the stamp of an agent is made of its pairs' stamps."""

from __future__ import annotations

from collections.abc import Iterable

from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site
from codingagentbench.store.line import Pair


@once_a_site
def pair_stamps(site: Site) -> dict[Pair, str]:
    """A stamp for each pair's cells."""
    return {pair: site.stamp(lines) for pair, lines in site.catalogue.by_pair.items()}


@once_a_site
def all_pairs(site: Site) -> str:
    """A stamp of every cell there is."""
    return of_pairs(site, site.catalogue.by_pair)


def of_pairs(site: Site, pairs: Iterable[Pair], *more: str) -> str:
    """A stamp for a page made from all cells of some pairs, and from anything else that `more` names."""
    stamps = pair_stamps(site)
    return site.stamp((), *(stamps[pair] for pair in sorted(pairs) if pair in stamps), *more)


@once_a_site
def pairs_of_tui(site: Site) -> dict[str, list[Pair]]:
    """Pairs of each agent."""
    return _by(site, 0)


@once_a_site
def pairs_of_model(site: Site) -> dict[str, list[Pair]]:
    """Pairs of each model."""
    return _by(site, 1)


@once_a_site
def pairs_of_plugin(site: Site) -> dict[str, list[Pair]]:
    """Pairs of each plugin, by its reference."""
    found: dict[str, list[Pair]] = {}
    for pair in site.catalogue.by_pair:
        for plugin in dict.fromkeys(pair[2]):
            found.setdefault(plugin, []).append(pair)
    return found


def _by(site: Site, part: int) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for pair in site.catalogue.by_pair:
        found.setdefault(str(pair[part]), []).append(pair)
    return found
