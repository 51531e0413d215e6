"""Comparisons of two cells that differ in one thing. Their head is `compare`, so that view answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.compare.cells import compare_cells
from codingagentbench.site.compare.plan import cell_pages
from codingagentbench.site.entities import commands
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine


class CompareCells:
    """`compare/cells/`."""

    heads: tuple[str, ...] = ()
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """Every prerendered comparison."""
        return [Planned(path, site.stamp(cells, "cells")) for path, cells in cell_pages(site).items()]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The comparison of a path."""
        return cells_output(site, path)


def cells_output(site: Site, path: str) -> Page | None:
    """The page of a prerendered path."""
    cells = cell_pages(site).get(path)
    return None if cells is None else cells_page(site, path, *cells)


def cells_page(site: Site, path: str, one: CellLine, other: CellLine) -> Page:
    """The page of any two cells, at the path it is asked for at."""
    found = compare_cells(site.results, one, other)
    context: dict[str, Any] = {
        "one": one,
        "other": other,
        "found": found,
        "sides": (("A", one), ("B", other)),
        "commands": [commands.diff_cells(one.cell_id, other.cell_id)] if one.cell_id != other.cell_id else [],
    }
    return Page(
        path, "compare/cells.html", _title(one, other), _summary(one, other), context, paths.COMPARE,
        styles=("entities.css", "compare.css"), social_image=False,
    )  # fmt: skip


def _title(one: CellLine, other: CellLine) -> str:
    if one.pair == other.pair and one.task == other.task:
        return f"{one.tui} × {one.model} on {one.task}: run {one.run} and run {other.run}"
    return f"{one.cell_id} and {other.cell_id}"


def _summary(one: CellLine, other: CellLine) -> str:
    said = [line.outcome.value.replace("_", " ") for line in (one, other)]
    ends = f"both {said[0]}" if said[0] == said[1] else f"A {said[0]}, B {said[1]}"
    return f"Two cells side by side: {ends}."


VIEW = CompareCells()
