"""The page of every attempt, and the files behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from codingagentbench.scoring.definitions import definitions_digest
from codingagentbench.site.cell.attempts import find_target, folder_of, page_path
from codingagentbench.site.cell.embed import badge_entry
from codingagentbench.site.cell.files import evidence_output
from codingagentbench.site.cell.neighbours import comparisons
from codingagentbench.site.cell.page import attempt_page, open_attempt
from codingagentbench.site.output import Output, Planned
from codingagentbench.site.replay import REPLAY_FILES, read_replay, replay_files
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine


class Cells:
    """`cell/<place>/index.html`, `attempt<N>.html`, and `attempt<N>/...`: the evidence and the replay's data."""

    heads = ("cell",)
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """A page an attempt; its files come with it."""
        stamper = _Stamper(site)
        for speaker in site.catalogue.by_place.values():
            others = site.other_attempts.get(speaker.place, {})
            stamp = stamper.stamp(speaker, others.values())
            for line in (speaker, *others.values()):
                folder = folder_of(line)
                yield Planned(page_path(line, speaker), stamp, f"cell/{folder}" if folder else "")

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The page or file of a path. Every part of it is looked up, none is used as a path of this machine."""
        target = find_target(site, path)
        if target is None:
            return None
        if not target.name:
            return attempt_page(site, target, path)
        attempt, _ = open_attempt(site, target)
        if attempt is None:
            return None
        if target.name in REPLAY_FILES:
            return next(file for file in replay_files(attempt, read_replay(attempt)) if file.path == path)
        return evidence_output(attempt, target.name) if site.options.evidence else None


class _Stamper:
    """Stamps of cells' pages, without opening a folder: a page shows its cell, its attempts and its neighbours."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._circles: dict[int, str] = {}
        texts = [task.digest for task in site.tasks.values()]
        texts += [agent.model_dump_json() for agent in site.agents.values()]
        self._base = _digest("\n".join((definitions_digest(), *texts)))

    def stamp(self, speaker: CellLine, others: Iterable[CellLine]) -> str:
        """Of all pages of one cell."""
        site, entry = self._site, badge_entry(self._site, speaker)
        compared = comparisons(site).get(speaker.place, {})
        return site.stamp(
            (speaker, *others, *(entry.lines if entry and entry.cell else ())),
            self._base,
            *(self._circle(lines) for lines in site.catalogue.circles(speaker)),
            *compared.values(),
        )

    def _circle(self, lines: list[CellLine]) -> str:
        """Of a group of neighbours, which many cells share: made once."""
        known = self._circles.get(id(lines))
        if known is None:
            known = self._circles[id(lines)] = self._site.stamp(lines)
        return known


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


VIEW = Cells()
