"""The leaderboard by pair, agent or model: as a page, as CSV and JSON, and the data its script filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.once import once_a_site
from codingagentbench.site.output import Output, Page, Planned, Resource
from codingagentbench.site.ranking import compact
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.columns import COLUMNS, SETS
from codingagentbench.site.ranking.export import as_json
from codingagentbench.site.ranking.facets import choices
from codingagentbench.site.ranking.names import row_page
from codingagentbench.site.ranking.state import GAPS, State, read_state
from codingagentbench.site.ranking.ties import bands
from codingagentbench.site.site import Site
from codingagentbench.stats import By, Leaderboard, as_csv, group_letter

DATA = "leaderboard/data.js"
NAMES: dict[By, str] = {"pair": "pairs", "tui": "agents", "model": "models"}
_COMMANDS = 12
"""Commands listed for readers without scripts."""


class LeaderboardView:
    """Three boards, each as HTML, CSV and JSON. When served, the query filters and sorts; else a script does."""

    heads = ("leaderboard",)
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """All boards unfiltered, and the data that filters need."""
        stamp = site.stamp(site.catalogue.lines, "leaderboard")
        names = [paths.leaderboard(by, ending) for by in NAMES for ending in ("html", "csv", "json")]
        return [Planned(name, stamp) for name in [*names, *([DATA] if _scripted(site) else [])]]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """A board or the data."""
        if path == DATA and _scripted(site):
            return Resource(DATA, "text/javascript", compact.script(site))
        by = next((by for by in NAMES if path.startswith(f"leaderboard/{by}.")), None)
        ending = path.rpartition(".")[2]
        if by is None or path != paths.leaderboard(by, ending):
            return None
        state, faults = read_state(site, query)
        found = board(site, by, state.facets)
        if ending == "html":
            return _page(site, by, state, faults, found)
        if ending == "csv":
            return Resource(path, "text/csv", as_csv(state.rows(found.rows)).encode(), download=True)
        if ending == "json":
            return Resource(path, "application/json", as_json(found, state.rows(found.rows), state))
        return None


def _scripted(site: Site) -> bool:
    """Whether a script of this site may filter: not where Python does, nor where there is too much."""
    return not site.options.live and 0 < len(site.catalogue.lines) <= compact.MOST_CELLS


def _page(site: Site, by: By, state: State, faults: list[str], found: Leaderboard) -> Page:
    rows = state.rows(found.rows)
    grouped = not state.sort
    return Page(
        path=paths.leaderboard(by),
        template="leaderboard.html",
        title=f"Leaderboard by {'agent' if by == 'tui' else by}",
        summary=f"Coding-agent {NAMES[by]} ranked with 95 % intervals, ties marked and missing cells shown.",
        context={
            "by": by, "names": NAMES, "board": found, "rows": rows, "state": state, "faults": faults,
            "bands": bands(found, rows) if grouped else (), "group_letter": group_letter,
            "columns": COLUMNS, "sets": SETS,
            "gaps": GAPS, "choices": choices(site), "kinds": _kinds(site), "row_page": row_page,
            "facets": state.facets, "scripted": _scripted(site), "data": DATA,
            "commands": _commands(site, by, state),
        },
        section=paths.leaderboard(),
        scripts=("board.js", "leaderboard.js") if _scripted(site) else (),
        styles=("leaderboard.css",),
    )  # fmt: skip


@once_a_site
def _kinds(site: Site) -> dict[str, int]:
    """Cells that only a switch takes in, by the switch; kinds that this site has none of are left out."""
    lines = site.catalogue.lines
    found = {
        "references": 0 if site.references else sum(line.reference for line in lines),
        "provisional": sum(line.provisional for line in lines),
        "unsandboxed": sum(not line.sandboxed for line in lines),
    }
    return {name: count for name, count in found.items() if count}


def _commands(site: Site, by: By, state: State) -> list[str]:
    """For readers without scripts of a static site: how to print what the filters would show."""
    found: dict[str, Any] = choices(site)
    narrowed = [{name: value} for name in ("family", "language", "tui", "model") for value in found[name]]
    return [replace(state.facets, **one).command(by) for one in narrowed[:_COMMANDS]]


VIEW = LeaderboardView()
