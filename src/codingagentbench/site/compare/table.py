"""All comparisons of two pairs as one table: tasks won and lost, and the exact test with Holm's correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from codingagentbench.core.task import is_twin
from codingagentbench.site.compare.plan import compared_pairs
from codingagentbench.site.entities.tallies import tallies_of
from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site
from codingagentbench.stats import Tally, holm
from codingagentbench.stats.compare import mcnemar_p
from codingagentbench.store.line import Pair


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of `tasks` common ones each side solved the larger share of its runs on so many alone.

    `p` is two-sided, exact McNemar; `p_holm` takes all comparisons of the table together.
    """

    one: Pair
    other: Pair
    tasks: int
    one_only: int
    other_only: int
    p: float
    p_holm: float

    @property
    def ahead(self) -> int:
        """On how many more tasks the other side is ahead; negative where the first is."""
        return self.other_only - self.one_only


@once_a_site
def verdict_table(site: Site) -> dict[tuple[Pair, Pair], Verdicts]:
    """Every comparison of two compared pairs."""
    shares = {pair: _solved_shares(tallies_of(site, pair)) for pair in compared_pairs(site)}
    found = {two: _count(shares[two[0]], shares[two[1]]) for two in combinations(shares, 2)}
    p_values = [mcnemar_p(one_only, other_only) for _, one_only, other_only in found.values()]
    corrected = holm(p_values)
    return {
        two: Verdicts(*two, *ahead, p, p_holm)
        for (two, ahead), p, p_holm in zip(found.items(), p_values, corrected, strict=True)
    }


def _solved_shares(tallies: Sequence[Tally]) -> dict[str, float]:
    """Share of valid runs solved, by task."""
    return {one.task: one.solved / one.valid for one in tallies if one.valid and not is_twin(one.task)}


def _count(one: dict[str, float], other: dict[str, float]) -> tuple[int, int, int]:
    """Common tasks, and on how many of them each side is ahead."""
    common = one.keys() & other.keys()
    return (
        len(common),
        sum(one[task] > other[task] for task in common),
        sum(other[task] > one[task] for task in common),
    )
