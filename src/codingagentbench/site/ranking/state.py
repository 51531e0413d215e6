"""All that a leaderboard's URL says: filters, order, columns. The same query gives the same page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from codingagentbench.core.outcome import InvalidCause
from codingagentbench.site.ranking.columns import BY_KEY, SETS, SORTS, ordered
from codingagentbench.site.ranking.facets import Facets, read_facets, unknown
from codingagentbench.site.site import Site
from codingagentbench.stats import Row

GAPS = {"": "any", "none": "no cell missing", "some": "some cells missing"} | {
    cause.value: f"some by {cause.replace('_', ' ')}" for cause in InvalidCause
}
"""Rows to show by what they miss, by the value in a URL."""


@dataclass(frozen=True, slots=True)
class State:
    """`sort` empty is the board's own order, by PBS with ties grouped. `missing`: a key of `GAPS`."""

    facets: Facets = field(default_factory=Facets)
    sort: str = ""
    down: bool = False
    columns: str = ""
    missing: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As a URL holds it: what is not set is left out."""
        found = self.facets.query | {"missing": self.missing, "columns": self.columns, "sort": self.sort}
        return {name: value for name, value in found.items() if value} | ({"down": "1"} if self.down else {})

    def link(self, page: str = "") -> str:
        """A page with this state in its query."""
        return f"{page}?{urlencode(self.query)}" if self.query else page

    def sorted_by(self, key: str) -> State:
        """The state a click on a column's name leads to: the better end first, then the other way round."""
        down = not self.down if self.sort == key else BY_KEY[key].down
        return replace(self, sort=key, down=down)

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """The rows of a board to show, in order."""
        kept = [row for row in rows if self._shows(row)]
        return ordered(kept, self.sort, down=self.down) if self.sort else kept

    def _shows(self, row: Row) -> bool:
        if self.missing in ("none", "some"):
            return bool(row.missing) == (self.missing == "some")
        return not self.missing or self.missing in row.missing_causes


def read_state(site: Site, query: Mapping[str, str]) -> tuple[State, list[str]]:
    """The state of a URL's query, and a sentence for every value that means nothing and was left out."""
    facets, faults = read_facets(site, query)
    found: dict[str, str] = {}
    for name, what, known in (
        ("sort", "column to sort by", SORTS), ("columns", "set of columns", tuple(SETS)),
        ("missing", "kind of missing cells", tuple(GAPS)),
    ):  # fmt: skip
        value = query.get(name, "")
        if value and value not in known:
            faults.append(unknown(what, value, tuple(filter(None, known))))
        else:
            found[name] = value
    down = query.get("down", "") in ("1", "on", "true", "yes")
    return State(facets, down=down and bool(found.get("sort")), **found), faults
