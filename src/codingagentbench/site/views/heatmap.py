"""The heat map: every ranked pair on every task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codingagentbench.site import paths
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.facets import choices, read_facets
from codingagentbench.site.ranking.matrix import CODES, SEVERAL, heat
from codingagentbench.site.ranking.names import row_page
from codingagentbench.site.site import Site


class Heatmap:
    """Agents by tasks, as a table. When served it takes the leaderboard's filters."""

    heads = (paths.HEATMAP,)
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """One page, made from every cell."""
        return [Planned(paths.HEATMAP, site.stamp(site.catalogue.lines, "heatmap"))]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The page."""
        facets, faults = read_facets(site, query)
        ranked = board(site, "pair", facets, ranks=False)
        lines = [line for line in site.catalogue.lines if line.planned and facets.takes(line)]
        return Page(
            path=paths.HEATMAP,
            template="heatmap.html",
            title="Heat map",
            summary="How many runs of each agent and model solved each task; missing cells with their cause.",
            context={
                "heat": heat(ranked.rows, lines),
                "left_out": ranked.left_out,
                "facets": facets,
                "faults": faults,
                "choices": choices(site),
                "codes": [
                    *((code, cause.replace("_", " ")) for cause, code in CODES.items()),
                    (SEVERAL, "several"),
                ],
                "row_page": row_page,
            },
            section=paths.HEATMAP,
            styles=("heatmap.css",),
        )


VIEW = Heatmap()
