"""What a leaderboard takes of groups that were counted once: those of a filter, put together by pair and task."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from codingagentbench.stats.tally import MEAN_AXES, PairKey, Samples, Tally
from codingagentbench.store.index.tallies import Group
from codingagentbench.store.index.where import FACETS, Where, chosen, column

_OF_CELLS = ("outcome", "cause")
"""Facets that cells of one group differ in."""


def is_of_groups(where: Where) -> bool:
    """Whether groups of all cells can tell which are asked for."""
    return all(getattr(where, facet) is None for facet in _OF_CELLS)


def is_whole(where: Where) -> bool:
    """Whether no facet is given: switches leave little out."""
    return all(getattr(where, facet) is None for facet in FACETS)


def taken(groups: Iterable[Group], where: Where) -> tuple[list[Tally], dict[str, int]]:
    """The tallies of a leaderboard, by pair and task in order, and how many cells were left out, by reason.

    Groups that a filter by outcome or cause is put to are counted with it.
    """
    found: dict[tuple[PairKey, str], list[Tally]] = defaultdict(list)
    left_out: Counter[str] = Counter()
    for group in _filtered(groups, where):
        reason = _reason_out(group, where)
        if reason:
            left_out[reason] += group.cells
        else:
            found[group.tally.pair, group.tally.task].append(group.tally)
    return [_merged(found[key]) for key in sorted(found)], dict(sorted(left_out.items()))


def _filtered(groups: Iterable[Group], where: Where) -> list[Group]:
    planned = where.planned_only is None or where.planned_only
    kept = [one for one in groups if (one.planned or not planned) and (where.removed or not one.removed)]
    for facet in FACETS:
        wanted, name = getattr(where, facet), column(facet)
        if wanted is not None and facet not in _OF_CELLS:
            matched = frozenset(chosen(facet, wanted, {one.names[name] for one in kept}))
            kept = [one for one in kept if one.names[name] in matched]
    return kept


def _reason_out(group: Group, where: Where) -> str:
    if group.tally.reference and not where.references:
        return "reference"
    if group.provisional and not where.provisional:
        return "provisional"
    return "unsandboxed" if not (group.sandboxed or where.unsandboxed) else ""


def _merged(tallies: Sequence[Tally]) -> Tally:
    """One tally of the cells of several."""
    first = tallies[0]
    if len(tallies) == 1:
        return first
    return Tally(
        pair=first.pair,
        task=first.task,
        reference=any(one.reference for one in tallies),
        outcomes=_summed(one.outcomes for one in tallies),
        causes=_summed(one.causes for one in tallies),
        composites=tuple(sorted(chain.from_iterable(one.composites for one in tallies))),
        axes={name: _samples([one.axes[name] for one in tallies]) for name in MEAN_AXES},
        tokens=_samples([one.tokens for one in tallies]),
        usd=_samples([one.usd for one in tallies]),
        calls=sum(one.calls for one in tallies),
        active_ms=_ascending(one.active_ms for one in tallies),
        wall_ms=_ascending(one.wall_ms for one in tallies),
        overhead_ms=_ascending(one.overhead_ms for one in tallies),
    )


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))


def _ascending(values: Iterable[Sequence[float]]) -> tuple[float, ...]:
    return tuple(sorted(chain.from_iterable(values)))


def _samples(samples: Sequence[Samples]) -> Samples:
    return Samples(_ascending(one.values for one in samples), sum(one.unmeasured for one in samples))
