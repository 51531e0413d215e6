"""Headline numbers of pairs, each computed once a site. Reference models are included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codingagentbench.site.entities.tallies import tallies_of
from codingagentbench.site.once import once_a_site
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.names import pair_of
from codingagentbench.site.site import Site
from codingagentbench.stats import DEFAULT_METHODOLOGY, Row
from codingagentbench.stats import board as counted_board
from codingagentbench.store.line import Pair


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a pair stands among `of` ranked ones. `ends`: the 95 % interval of its rank."""

    rank: int
    ends: tuple[int, int] | None
    tied_with: tuple[Pair, ...]
    of: int


def pair_row(site: Site, pair: Pair) -> Row | None:
    """A pair's numbers, from the leaderboard where it is ranked; None when no cell of it counts."""
    row = _ranked(site).get(pair)
    return _own_row(site, pair) if row is None else row


@once_a_site
def plain_row(site: Site, pair: Pair) -> Row | None:
    """A pair's numbers without intervals and rank, which take most of the time."""
    return _row(site, pair, intervals=False)


@once_a_site
def _own_row(site: Site, pair: Pair) -> Row | None:
    return _row(site, pair, intervals=True)


def _row(site: Site, pair: Pair, *, intervals: bool) -> Row | None:
    tallies = tallies_of(site, pair)
    made = counted_board(tallies, by="pair", methodology=DEFAULT_METHODOLOGY, left_out={}, intervals=intervals)
    return next(iter(made.rows), None)


@once_a_site
def _ranked(site: Site) -> dict[Pair, Row]:
    return {pair_of(row): row for row in board(site, "pair").rows}


def pair_rows(site: Site, pairs: Iterable[Pair]) -> list[Row]:
    """Numbers of several pairs, from the best PBS down, unmeasured ones last."""
    found = [row for pair in pairs if (row := pair_row(site, pair)) is not None]
    return sorted(found, key=_order)


def standing(site: Site, pair: Pair) -> Standing | None:
    """Where a pair stands on the site's leaderboard; None when it is not ranked."""
    row = _ranked(site).get(pair)
    if row is None or row.rank is None:
        return None
    rows = board(site, "pair").rows
    tied = tuple(pair_of(rows[index]) for index in row.tied_with)
    return Standing(row.rank, row.rank_interval, tied, sum(row.rank is not None for row in rows))


def _order(row: Row) -> tuple[float, Pair]:
    value = row.pbs.value
    return (-value.value if value.kind == "measured" else 1.0, pair_of(row))
