"""What every page is made from: the results, the definitions of agents and tasks, and the options."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from codingagentbench import __version__
from codingagentbench.core.agent import AgentDefinition
from codingagentbench.core.task import Task
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.store.index import CellIndex
from codingagentbench.store.line import CellLine
from codingagentbench.store.removals import Removal

DEFAULT_BASE_URL = "https://codingagentbench.example"
"""Stands in embed snippets until `--base-url` names where the site is published."""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How a site is made.

    `live`: served, with the API and running sweeps. `base_url`: where it is published, without a slash at the end.
    `evidence`: whether attempts' files are part of the static site. `social`: whether pages have Open Graph
    images, which costs about 2.5 ms and 25 kB a page.
    """

    live: bool = False
    base_url: str = DEFAULT_BASE_URL
    evidence: bool = True
    social: bool = True


@dataclass(frozen=True)
class Site:
    """A snapshot: the same results and options give the same pages, byte for byte."""

    results: Path
    catalogue: Catalogue
    options: SiteOptions = field(default_factory=SiteOptions)
    opened: CellIndex | None = field(default=None, compare=False, repr=False)
    """The query layer, where one is held open."""
    process: int = field(default_factory=os.getpid, compare=False, repr=False)
    """Where it was opened."""

    @property
    def index(self) -> CellIndex | None:
        """The query layer; None in the forked processes of a static build, since an open database does not survive
        a fork."""
        return self.opened if os.getpid() == self.process else None

    @cached_property
    def agents(self) -> dict[str, AgentDefinition]:
        """Known agents by name; results may name others."""
        from codingagentbench.agents import agent_names, get_agent

        return {name: get_agent(name) for name in agent_names()}

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """Tasks of the corpus by id; results may name others."""
        from codingagentbench.tasks import list_tasks

        return {task.id: task for task in list_tasks()}

    @cached_property
    def other_attempts(self) -> Mapping[str, Mapping[int, CellLine]]:
        """By a cell's place, the attempts that its own page does not show, by number."""
        from codingagentbench.store import load_other_attempts

        found: dict[str, dict[int, CellLine]] = {}
        shadowed = [line for line in self.catalogue.lines if self.catalogue.by_place.get(line.place) is not line]
        for line in (*load_other_attempts(self.results), *shadowed):
            found.setdefault(line.place, {})[line.attempt] = line
        return found

    @cached_property
    def removals(self) -> tuple[Removal, ...]:
        """Cells that were taken out of the results, which `catalogue` leaves out; every page counts them."""
        from codingagentbench.store import read_removals

        return read_removals(self.results)

    @property
    def references(self) -> bool:
        """Whether rankings take scripted reference models: only where there is nothing else to rank."""
        return self.catalogue.only_references

    @cached_property
    def base_stamp(self) -> str:
        """Of what every page is made from: this package's version, templates, assets and the options."""
        parts = [__version__, repr(self.options), str(self.references), repr(self.removals)]
        folder = Path(__file__).parent
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            stat = path.stat()
            parts.append(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def stamp(self, lines: Iterable[CellLine] = (), *more: str) -> str:
        """A stamp for a page made from these cells and anything else that `more` names."""
        digest = hashlib.sha256(self.base_stamp.encode())
        for line in lines:
            digest.update(f"{line.spec_digest}{line.attempt}{line.ended_at}{line.attempts}{line.planned}".encode())
        for part in more:
            digest.update(b"\0" + part.encode())
        return digest.hexdigest()[:16]


def open_site(results: Path, options: SiteOptions | None = None) -> Site:
    """The site of a results folder.

    Raises:
        StoreError: there is no results folder, or a ledger cannot be read.
    """
    from codingagentbench.store.index import CellIndex

    index = CellIndex.open(results)
    return Site(results, Catalogue(index.lines()), options or SiteOptions(), index)
