"""Every badge of a site by its path without the ending. A path names no sweep, so one cell speaks for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from codingagentbench.site import paths
from codingagentbench.site.badges.badge import Badge
from codingagentbench.site.badges.say import cell_badge, pair_badge, pair_row
from codingagentbench.site.badges.snippets import Snippets, cell_snippets, pair_snippets
from codingagentbench.site.badges.speakers import speakers
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine, Pair


@dataclass(frozen=True)
class Entry:
    """What one badge is of: a pair, with all its cells, or the cell that speaks for a pair on a task."""

    pair: Pair
    lines: tuple[CellLine, ...]
    cell: CellLine | None = None

    @cached_property
    def badge(self) -> Badge:
        """What it says. That of a pair takes about 0.1 s at 100 tasks, for the interval."""
        if self.cell:
            return cell_badge(self.cell)
        return pair_badge(self.pair, self.lines, pair_row(self.lines))

    @property
    def page(self) -> str:
        """The path of the page it is about."""
        return paths.cell(self.cell) if self.cell else paths.pair(self.pair)

    def snippets(self, base_url: str) -> Snippets:
        """The badge in every form."""
        if self.cell:
            return cell_snippets(base_url, self.cell, self.badge)
        return pair_snippets(base_url, self.pair, self.badge)


_books: WeakKeyDictionary[Catalogue, Mapping[str, Entry]] = WeakKeyDictionary()


def entries(site: Site) -> Mapping[str, Entry]:
    """What each badge path is of, without `badge/` and the ending; where two have one path it is the pair's."""
    known = _books.get(site.catalogue)
    if known is None:
        known = _books[site.catalogue] = _made(site.catalogue)
    return known


def _made(catalogue: Catalogue) -> Mapping[str, Entry]:
    cells = {
        _name(paths.badge(cell)): Entry(pair, (cell,), cell) for (pair, _), cell in speakers(catalogue).items()
    }
    pairs = {_name(paths.pair_badge(pair)): Entry(pair, tuple(lines)) for pair, lines in catalogue.by_pair.items()}
    return cells | pairs


def _name(path: str) -> str:
    return path.removeprefix("badge/").removesuffix(".svg")
