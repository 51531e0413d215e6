"""The cells beside this one: other agents, models, tasks and runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from codingagentbench.site import paths
from codingagentbench.site.cell.scores import Score, score_of
from codingagentbench.site.compare.lookup import cell_comparison
from codingagentbench.site.compare.plan import cell_pages
from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine

SHOWN = 12


class Neighbour(NamedTuple):
    """A cell beside this one. `compare` is the page that sets the two side by side, empty where there is none."""

    line: CellLine
    label: str
    path: str
    composite: Score
    compare: str


@dataclass(frozen=True, slots=True)
class Circle:
    """Cells that differ in one thing. `more` are not shown; `all_path` leads to all of them."""

    title: str
    column: str
    cells: tuple[Neighbour, ...]
    more: int
    all_path: str
    all_words: str


def circles(site: Site, line: CellLine) -> tuple[Circle, ...]:
    """The four groups of neighbours, in the order of the page; empty ones too."""
    found, task = site.catalogue, paths.task(line.task)
    agent, pair = paths.agent(line.tui), paths.pair(line.pair)
    return (
        _circle(site, line, "Other CLIs on this task", "Agent", found.other_tuis(line), task),
        _circle(site, line, "Other models with this CLI", "Model", found.other_models(line), agent),
        _circle(site, line, "Other tasks in this category", "Task", found.other_tasks(line), pair),
        _circle(site, line, "Other runs", "Run", found.other_runs(line), task),
    )


@once_a_site
def comparisons(site: Site) -> dict[str, dict[str, str]]:
    """By a cell's place, the cells it is compared with and the pages that do it."""
    found: dict[str, dict[str, str]] = {}
    for path, (one, other) in cell_pages(site).items():
        found.setdefault(one.place, {})[other.place] = path
        found.setdefault(other.place, {})[one.place] = path
    return found


def _circle(site: Site, line: CellLine, title: str, column: str, found: list[CellLine], all_path: str) -> Circle:
    pages, live = comparisons(site).get(line.place, {}), site.options.live
    shown = tuple(
        # Only a server can compare what has no page.
        _neighbour(line, other, column, cell_comparison(site, line, other) if live else pages.get(other.place, ""))
        for other in found[:SHOWN]
    )
    words = {"Agent": "the task's page", "Model": "the agent's page", "Task": "the pair's page"}
    return Circle(title, column, shown, max(0, len(found) - SHOWN), all_path, words.get(column, "the task's page"))


def _neighbour(line: CellLine, other: CellLine, column: str, compare: str) -> Neighbour:
    return Neighbour(other, _label(line, other, column), paths.cell(other), _composite(other), compare)


def _label(line: CellLine, other: CellLine, column: str) -> str:
    if column == "Agent":
        extra = (*other.plugin_stack, *(() if other.behavior_mode == "factory" else (other.behavior_mode,)))
        return " + ".join((other.tui, *extra))
    if column == "Model":
        return other.model
    if column == "Task":
        return other.task
    return f"run {other.run}" if other.sweep_id == line.sweep_id else f"{other.sweep_id}, run {other.run}"


def _composite(line: CellLine) -> Score:
    if not line.measured:
        return Score("missing", absent=True, why="invalid: no axis is filled")
    return score_of("composite", line.axis("composite"))
