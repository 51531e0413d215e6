"""Which comparisons a static site holds: every two pairs while they are few; cells that differ in one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from codingagentbench.site import paths
from codingagentbench.site.entities.counting import counts
from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine, Pair

MAX_PAIR_PAGES = 400
MAX_CELL_PAGES = 2_000
_MAX_TUIS = 8

Cells = tuple[CellLine, CellLine]


def token(pair: Pair) -> str:
    """A pair's name in the paths of comparisons and in the query of the form."""
    return paths.compare_pairs(pair, pair).rpartition("/")[2].removesuffix(".html")


@once_a_site
def pairs_by_token(site: Site) -> dict[str, Pair]:
    """Every pair by its name in comparisons, sorted by it."""
    return dict(sorted((token(pair), pair) for pair in site.catalogue.by_pair))


@once_a_site
def compared_pairs(site: Site) -> tuple[Pair, ...]:
    """Pairs whose comparisons are prerendered: all, or as many of the best as fit, sorted by name."""
    pairs = list(pairs_by_token(site).values())
    most = _most(MAX_PAIR_PAGES)
    if len(pairs) > most:
        chosen = set(sorted(pairs, key=lambda pair: -_solved_share(site.catalogue.by_pair[pair]))[:most])
        pairs = [pair for pair in pairs if pair in chosen]
    return tuple(pairs)


def in_order(one: Pair, other: Pair) -> tuple[Pair, Pair]:
    """The two in the order in which they are compared."""
    return (one, other) if token(one) <= token(other) else (other, one)


@once_a_site
def pair_pages(site: Site) -> dict[str, tuple[Pair, Pair]]:
    """The two pairs of each prerendered path; those of the other order lead to the page."""
    found: dict[str, tuple[Pair, Pair]] = {}
    for one, other in combinations(compared_pairs(site), 2):
        found[paths.compare_pairs(one, other)] = (one, other)
        found[paths.compare_pairs(other, one)] = (other, one)
    return found


@once_a_site
def cell_pages(site: Site) -> Mapping[str, Cells]:
    """The two cells of each prerendered path: first those of which one is solved and one is not."""
    chosen: list[Cells] = []
    alike: list[Cells] = []
    for cells in _neighbours(site.catalogue.lines):
        if cells[0].solved != cells[1].solved:
            chosen.append(cells)
            if len(chosen) == MAX_CELL_PAGES:
                break
        elif len(alike) < MAX_CELL_PAGES:
            alike.append(cells)
    chosen += alike[: MAX_CELL_PAGES - len(chosen)]
    return {paths.compare_cells(*cells): cells for cells in chosen}


def _neighbours(lines: Sequence[CellLine]) -> Iterator[Cells]:
    """Cells that differ in one thing: the agent, or the run (each with the next one)."""
    tuis: dict[tuple[object, ...], list[CellLine]] = defaultdict(list)
    runs: dict[tuple[object, ...], list[CellLine]] = defaultdict(list)
    for line in lines:
        if line.directory:
            tuis[line.sweep_id, line.task, line.model, line.plugin_stack, line.behavior_mode, line.run].append(
                line
            )
            runs[line.sweep_id, line.task, line.pair].append(line)
    for group in tuis.values():
        yield from combinations(group[:_MAX_TUIS], 2)
    for group in runs.values():
        yield from pairwise(group)


def _most(pages: int) -> int:
    """Of how many pairs all comparisons fit in so many pages."""
    count = 2
    while (count + 1) * count // 2 <= pages:
        count += 1
    return count


def _solved_share(lines: Sequence[CellLine]) -> float:
    valid = [line for line in lines if line.measured and counts(line)]
    return sum(line.solved for line in valid) / len(valid) if valid else -1.0
