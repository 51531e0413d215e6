"""Which attempts a cell has, and which of them a path is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codingagentbench.site import paths
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine

_PAGE = re.compile(r"cell/(?P<place>.+)/(?:index|attempt(?P<number>[1-9]\d{0,8}))\.html")
_FILE = re.compile(r"cell/(?P<place>.+)/attempt(?P<number>[1-9]\d{0,8})/(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Target:
    """What a path is about: `line` is the attempt, `speaker` the one that speaks for its cell.

    `name` is that of a file, empty for the attempt's page.
    """

    line: CellLine
    speaker: CellLine
    name: str = ""

    @property
    def speaks(self) -> bool:
        """Whether the attempt is the one shown on the cell's own page."""
        return self.line is self.speaker


@dataclass(frozen=True, slots=True)
class Sibling:
    """One attempt in the list of all attempts of a cell."""

    line: CellLine
    path: str
    speaks: bool
    here: bool


def find_target(site: Site, path: str) -> Target | None:
    """What a path is about, by looking its parts up; None when there is no such attempt."""
    page = _PAGE.fullmatch(path)
    found = page or _FILE.fullmatch(path)
    if found is None:
        return None
    speaker = site.catalogue.by_place.get(found["place"])
    if speaker is None:
        return None
    if page and page["number"] is None:
        return Target(speaker, speaker)
    number = int(found["number"])
    if page is None and number == speaker.attempt:
        return Target(speaker, speaker, found["name"])
    line = site.other_attempts.get(speaker.place, {}).get(number)
    return None if line is None else Target(line, speaker, "" if page else found["name"])


def page_path(line: CellLine, speaker: CellLine) -> str:
    """The page that shows an attempt."""
    return paths.cell(line) if line is speaker else paths.attempt(line, line.attempt)


def siblings(site: Site, target: Target) -> tuple[Sibling, ...]:
    """Every attempt at the cell's place, in order."""
    speaker = target.speaker
    lines = [speaker, *site.other_attempts.get(speaker.place, {}).values()]
    return tuple(
        Sibling(line, page_path(line, speaker), line is speaker, line is target.line)
        for line in sorted(lines, key=lambda line: line.attempt)
    )


def folder_of(line: CellLine) -> str:
    """The attempt's folder below the results; empty when it left none, or one that is not where it belongs."""
    expected = f"{line.place}/attempt{line.attempt}"
    return expected if line.directory == expected and ".." not in line.place.split("/") else ""
