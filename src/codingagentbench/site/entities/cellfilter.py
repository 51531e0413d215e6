"""The filter of the served list of cells: globs over names and an outcome, from the URL's query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlencode

from codingagentbench.core.outcome import Outcome
from codingagentbench.store.line import CellLine

PER_PAGE = 100
_LONGEST = 200
NAMES = ("sweep", "tui", "model", "task")


@dataclass(frozen=True, slots=True)
class CellQuery:
    """What was asked for; an empty text means any. `fault` says which value was not understood."""

    sweep: str = ""
    tui: str = ""
    model: str = ""
    task: str = ""
    outcome: str = ""
    page: int = 1
    fault: str = ""

    @property
    def asked(self) -> bool:
        """Whether anything was asked for."""
        return any((self.sweep, self.tui, self.model, self.task, self.outcome)) or self.page > 1

    def at(self, page: int) -> str:
        """The query of another page of the same list."""
        given = {name: getattr(self, name) for name in (*NAMES, "outcome")}
        return urlencode({name: value for name, value in given.items() if value} | {"page": str(page)})

    def select(self, lines: Sequence[CellLine]) -> list[CellLine]:
        """The cells that it takes, in order."""
        found = [line for line in lines if not self.outcome or line.outcome.value == self.outcome]
        for name in NAMES:
            glob = getattr(self, name)
            if glob:
                wanted = {value for value in {_name(line, name) for line in found} if fnmatchcase(value, glob)}
                found = [line for line in found if _name(line, name) in wanted]
        return found


def read_query(query: Mapping[str, str]) -> CellQuery:
    """The filter of a URL's query; what is not understood is left out and told."""
    given = {name: query.get(name, "").strip()[:_LONGEST] for name in NAMES}
    outcome, page, fault = query.get("outcome", ""), query.get("page", "1"), ""
    if outcome and outcome not in {one.value for one in Outcome}:
        fault, outcome = f"No outcome is called {outcome[:40]!r}, so it was left out.", ""
    number = int(page) if page.isdecimal() and len(page) < 7 else 1
    return CellQuery(**given, outcome=outcome, page=max(1, number), fault=fault)


def _name(line: CellLine, name: str) -> str:
    return line.sweep_id if name == "sweep" else str(getattr(line, name))
