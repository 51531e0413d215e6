"""`cab badge`: the badge of a cell or of a pair, and the text that embeds it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codingagentbench.cli.output import note, print_json

if TYPE_CHECKING:
    from codingagentbench.site.badges.book import Entry
    from codingagentbench.site.site import Site


class Format(StrEnum):
    """How it is printed."""

    SVG = "svg"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    IFRAME = "iframe"


def badge(
    what: Annotated[str, typer.Argument(metavar="CELL_ID | TUI", help="A cell's id, or an agent's name.")],
    model: Annotated[str, typer.Argument(metavar="VENDOR/MODEL", help="With an agent: the model.")] = "",
    task: Annotated[str, typer.Argument(metavar="FAMILY/SLUG", help="The task; the pair when left out.")] = "",
    out: Annotated[Path, typer.Option("--out", help="Results folder.")] = Path("results"),
    format: Annotated[Format, typer.Option(help="json is a shields.io endpoint.")] = Format.SVG,
    base_url: Annotated[str, typer.Option(help="Where the site is published.")] = "",
) -> None:
    """One line of text in colour: outcome and composite of a cell, or PBS of a pair."""
    from codingagentbench.site.badges import endpoint, svg
    from codingagentbench.site.site import DEFAULT_BASE_URL, open_site

    site = open_site(out)
    found = _of_names(site, what, model, task) if model else _of_cell(site, what)
    if format is Format.SVG:
        print(svg(found.badge), end="")
    elif format is Format.JSON:
        print_json(endpoint(found.badge))
    else:
        if not base_url:
            note(f"--base-url says where the site is published; {DEFAULT_BASE_URL} stands in for it")
        print(getattr(found.snippets(base_url.rstrip("/") or DEFAULT_BASE_URL), format.value))


def _of_cell(site: Site, cell_id: str) -> Entry:
    """The badge of one cell; a published badge names no sweep, so a newer cell may be what it shows."""
    from codingagentbench.core.errors import UsageError
    from codingagentbench.site.badges import speakers
    from codingagentbench.site.badges.book import Entry

    found = [line for line in site.catalogue.lines if line.cell_id == cell_id]
    if not found:
        raise UsageError(
            f"there is no cell {cell_id!r}", where=str(site.results),
            remedy="`cab cells list` shows the cells; for a pair, give the agent and the model as two words",
        )  # fmt: skip
    if len(found) > 1:
        note(f"{len(found)} cells differ in plugins, mode or sandbox alone; this is of the last one")
    line = found[-1]
    speaker = speakers(site.catalogue)[line.pair, line.task]
    if speaker.place != line.place:
        note(f"the badge on a published site shows {speaker.cell_id}, the newest cell that was measured")
    return Entry(line.pair, (line,), line)


def _of_names(site: Site, tui: str, model: str, task: str) -> Entry:
    from codingagentbench.core.errors import UsageError
    from codingagentbench.site.badges.book import entries

    name = "/".join(filter(None, (tui, model, task)))
    found = entries(site).get(name)
    if found is None or (found.cell is None) == bool(task):
        known = sorted({f"{pair[0]} {pair[1]}" for pair in site.catalogue.by_pair})
        raise UsageError(
            f"there is no cell of {name}", where=str(site.results),
            remedy=f"pairs: {', '.join(known[:20]) or 'none'}; `cab cells list` shows the cells",
        )  # fmt: skip
    return found
