"""Boards of a site: the one place where its pages get ranked numbers from. Each is computed once and kept.

They are those that `cab leaderboard` prints: the query layer counts the cells where the site holds one, else the
lines in memory are counted, which gives the same and may be done in forked processes.
"""

from __future__ import annotations

from codingagentbench.site.once import once_a_site
from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.site import Site
from codingagentbench.stats import By, Leaderboard, leaderboard


def board(site: Site, by: By = "pair", facets: Facets | None = None, *, ranks: bool = True) -> Leaderboard:
    """Rows of the cells that the facets take, from the best PBS down.

    Cells that are no longer in their sweep's definition are not ranked. Where a site has reference models only,
    they are.

    Args:
        ranks: also bootstrap the interval of PBS, rank intervals and ties, which takes most of the time.
    """
    wanted = facets or Facets(references=site.references)
    return _computed(site, by, wanted, ranks)


@once_a_site
def _computed(site: Site, by: By, facets: Facets, ranks: bool) -> Leaderboard:
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
