"""Sweeps: definition, states, spend, results as a matrix, machines, and lists of all cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.entities import commands
from codingagentbench.site.entities.group import Group
from codingagentbench.site.entities.sweeps import (
    MATRIX_PAIRS,
    MATRIX_TASKS,
    SweepFacts,
    hosts,
    ledger_stamp,
    sweep_facts,
)
from codingagentbench.site.once import once_a_site
from codingagentbench.site.output import Copy, Output, Page, Planned
from codingagentbench.site.site import Site
from codingagentbench.store import DEFINITION_NAME, sweep_ids
from codingagentbench.store.line import CellLine

PER_PAGE = 200
_STYLES = ("entities.css",)


class Sweeps:
    """`sweeps.html`, a page a sweep, its cells 200 a page, and the file that defined it."""

    heads = (paths.SWEEPS, "sweep")
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """Everything of every sweep."""
        stamps = []
        for name in _names(site):
            lists = [Planned(path, stamp) for path, stamp in _lists(site, name)]
            stamp = site.stamp((), *(one.stamp for one in lists), name, ledger_stamp(site.results, name))
            stamps.append(stamp)
            yield from lists
            yield Planned(paths.sweep(name), stamp)
            if _defined(site, name):
                yield Planned(paths.sweep_definition(name), stamp)
        yield Planned(paths.SWEEPS, site.stamp((), *stamps))

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The index, a sweep, a list of its cells, or its definition."""
        if path == paths.SWEEPS:
            return _index(site)
        parts = path.removeprefix("sweep/").split("/")
        name = parts[0].removesuffix(".html") if len(parts) == 1 else parts[0]
        if name not in _names(site):
            return None
        if path == paths.sweep(name):
            return _page(site, name)
        if path == paths.sweep_definition(name) and _defined(site, name):
            return Copy(path, site.results / name / DEFINITION_NAME, "text/plain; charset=utf-8")
        return _cells(site, name, path)


@once_a_site
def _names(site: Site) -> tuple[str, ...]:
    known = sweep_ids(site.results) if site.results.is_dir() else []
    return tuple(sorted({*known, *site.catalogue.by_sweep}))


def _lines(site: Site, name: str) -> Sequence[CellLine]:
    return site.catalogue.by_sweep.get(name, [])


def _lists(site: Site, name: str) -> Iterator[tuple[str, str]]:
    """Path and stamp of each list of cells."""
    lines = _lines(site, name)
    for number in range(1, _pages(lines) + 1):
        part = lines[(number - 1) * PER_PAGE : number * PER_PAGE]
        yield paths.sweep_cells(name, number), site.stamp(part, name, str(number < _pages(lines)))


def _pages(lines: Sequence[CellLine]) -> int:
    return -(-len(lines) // PER_PAGE)


def _defined(site: Site, name: str) -> bool:
    return (site.results / name / DEFINITION_NAME).is_file()


def _index(site: Site) -> Page:
    entries = [
        {"facts": facts, "group": Group(facts.lines)}
        for facts in sorted((_facts(site, name) for name in _names(site)), key=lambda facts: facts.started)
    ]
    summary = f"{len(entries)} declared matrices of cells, the oldest first."
    return Page(
        paths.SWEEPS, "entities/sweeps.html", "Sweeps", summary, {"entries": entries}, paths.SWEEPS, styles=_STYLES
    )


def _facts(site: Site, name: str) -> SweepFacts:
    return sweep_facts(site.results, name, _lines(site, name))


def _page(site: Site, name: str) -> Page:
    facts = _facts(site, name)
    group = Group(facts.lines)
    context: dict[str, Any] = {
        "facts": facts,
        "group": group,
        "hosts": hosts(site.results, facts.lines),
        "pages": _pages(facts.lines),
        "per_page": PER_PAGE,
        "pairs_left": max(0, len(facts.pairs) - MATRIX_PAIRS),
        "tasks_left": max(0, len(facts.tasks) - MATRIX_TASKS),
        "defined": _defined(site, name),
        "commands": commands.of_sweep(name, reference=facts.reference, defined=_defined(site, name)),
    }
    share = group.ships
    solved = "no valid cell yet" if share.rate is None else f"{share.solved} of {share.cells} valid cells solved"
    summary = f"{name}: {len(facts.lines)} cells, {len(facts.pairs)} pairs, {len(facts.tasks)} tasks; {solved}."
    return Page(paths.sweep(name), "entities/sweep.html", name, summary, context, paths.SWEEPS, styles=_STYLES)


def _cells(site: Site, name: str, path: str) -> Page | None:
    """A list of cells. It does not say how many there are in all: one more cell would make every list anew."""
    lines = _lines(site, name)
    pages = _pages(lines)
    number = path.rpartition("cells-")[2].removesuffix(".html")
    if not number.isdecimal() or not 1 <= int(number) <= pages or path != paths.sweep_cells(name, int(number)):
        return None
    at = int(number)
    first = (at - 1) * PER_PAGE
    part = lines[first : first + PER_PAGE]
    context = {"name": name, "lines": part, "number": at, "last": at == pages}
    summary = (
        f"Cells {first + 1} to {first + len(part)} in sweep {name}{', the last ones' if at == pages else ''}."
    )
    title = f"{name}: cells {first + 1} to {first + len(part)}"
    return Page(path, "entities/sweep_cells.html", title, summary, context, paths.SWEEPS, styles=_STYLES)


VIEW = Sweeps()
