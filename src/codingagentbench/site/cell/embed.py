"""The badge of what this cell is of, and the text that puts it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.site import paths
from codingagentbench.site.badges import Badge, Snippets
from codingagentbench.site.badges.book import Entry, entries
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine


@dataclass(frozen=True, slots=True)
class Embed:
    """`image` is the path of the badge on this site; `here` says whether it is this cell that it shows."""

    image: str
    badge: Badge
    snippets: Snippets
    here: bool
    speaker: CellLine


def badge_entry(site: Site, line: CellLine) -> Entry | None:
    """What lies at the path of a cell's badge."""
    return entries(site).get(paths.badge(line).removeprefix("badge/").removesuffix(".svg"))


def embed(site: Site, line: CellLine) -> Embed | None:
    """The badge with its snippets; None where another badge has the path."""
    entry = badge_entry(site, line)
    if entry is None or entry.cell is None:
        return None
    snippets = entry.snippets(site.options.base_url)
    return Embed(paths.badge(line), entry.badge, snippets, entry.cell.place == line.place, entry.cell)
