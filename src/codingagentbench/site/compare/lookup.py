"""From what a reader typed or chose to the pairs and cells that are meant; and from cells to their comparison."""

from __future__ import annotations

from urllib.parse import urlencode

from codingagentbench.site import paths
from codingagentbench.site.compare.plan import cell_pages
from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine

LONGEST = 400


@once_a_site
def cells_by_id(site: Site) -> dict[str, CellLine]:
    """Cells by cell id; where plugin stacks or modes share one, the first planned has it."""
    found: dict[str, CellLine] = {}
    for line in site.catalogue.lines:
        found.setdefault(line.cell_id, line)
    return found


def find_cell(site: Site, named: str) -> CellLine | None:
    """A cell by its id or its folder below the results."""
    named = named.strip().strip("/")[:LONGEST]
    return cells_by_id(site).get(named) or site.catalogue.by_place.get(named)


def has_cell_comparison(site: Site, one: CellLine, other: CellLine) -> bool:
    """Whether the page `paths.compare_cells(one, other)` exists; the order of the two makes no difference."""
    return paths.compare_cells(one, other) in cell_pages(site)


def cell_comparison(site: Site, one: CellLine, other: CellLine) -> str:
    """Where two cells are compared: their page, when served a query for any two; empty where there is none."""
    if has_cell_comparison(site, one, other):
        return paths.compare_cells(one, other)
    if site.options.live and one.place and other.place and one.place != other.place:
        return f"{paths.COMPARE}?{urlencode({'cell_a': one.place, 'cell_b': other.place})}"
    return ""
