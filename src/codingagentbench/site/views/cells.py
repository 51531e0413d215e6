"""The way to lists of cells: by sweep, and when served a filtered list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.core.outcome import Outcome
from codingagentbench.site import paths
from codingagentbench.site.entities import stamps
from codingagentbench.site.entities.cellfilter import PER_PAGE, CellQuery, read_query
from codingagentbench.site.entities.group import Group
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site


class Cells:
    """`cells.html`."""

    heads = (paths.CELLS,)
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """One page, made from every cell."""
        return [Planned(paths.CELLS, site.stamp((), stamps.all_pairs(site), *sorted(site.catalogue.by_sweep)))]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The sweeps; when served the cells that the query takes as well."""
        asked = read_query(query) if site.options.live else CellQuery()
        found = asked.select(site.catalogue.lines) if asked.asked else []
        pages = max(1, -(-len(found) // PER_PAGE))
        at = min(asked.page, pages)
        context: dict[str, Any] = {
            "sweeps": [(name, Group(lines)) for name, lines in sorted(site.catalogue.by_sweep.items())],
            "query": asked,
            "outcomes": [outcome.value for outcome in Outcome],
            "found": len(found),
            "lines": found[(at - 1) * PER_PAGE : at * PER_PAGE],
            "at": at,
            "pages": pages,
            "names": {
                "sweep": sorted(site.catalogue.by_sweep),
                "tui": sorted(site.catalogue.by_tui),
                "model": sorted(site.catalogue.by_model),
                "task": sorted(site.catalogue.by_task),
            },
        }
        summary = f"{len(site.catalogue.lines)} cells: one run of one agent with one model on one task each."
        return Page(paths.CELLS, "entities/cells.html", "Cells", summary, context, styles=("entities.css",))


VIEW = Cells()
