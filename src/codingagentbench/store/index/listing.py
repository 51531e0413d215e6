"""Lists in planned order out of lines that are in memory: what is asked for is found by numbers, one a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter, eq
from typing import TYPE_CHECKING, Any

from codingagentbench.store.index.where import FACETS, Where, column, matches
from codingagentbench.store.line import CellLine

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SWITCHES = {
    "planned_only": ("planned", True, True),
    "references": ("reference", False, False),
    "provisional": ("provisional", False, False),
    "unsandboxed": ("sandboxed", False, True),
}
"""By switch: a flag of a line, the setting that leaves lines out, and what the flag is of those that stay."""


class Listing:
    """All lines but those of removed cells. A column that was asked for takes 4 bytes a line."""

    def __init__(self, lines: Sequence[CellLine]) -> None:
        self._lines = lines
        self._columns: dict[str, _Column] = {}

    def page(self, where: Where, *, limit: int, offset: int, descending: bool) -> tuple[int, list[CellLine]]:
        """How many match, and some of them in planned order."""
        at = self._matching(where)
        some = (at[::-1] if descending else at)[max(0, offset) :][: max(0, limit)]
        return len(at), [self._lines[position] for position in some.tolist()]

    def _matching(self, where: Where) -> NDArray[Any]:
        import numpy as np

        taken = np.ones(len(self._lines), dtype=bool)
        for facet in FACETS:
            wanted = getattr(where, facet)
            if wanted is not None:
                taken &= self._column(column(facet)).which(partial(_passes, wanted))
        for switch, (flag, out, stays) in _SWITCHES.items():
            if getattr(where, switch) is out:
                taken &= self._column(flag).which(partial(eq, stays))
        return np.flatnonzero(taken)

    def _column(self, name: str) -> _Column:
        if name not in self._columns:
            self._columns[name] = _Column(map(attrgetter(name), self._lines), len(self._lines))
        return self._columns[name]


def _passes(wanted: str | tuple[str, ...], value: str | tuple[str, ...] | None) -> bool:
    """Whether a field is what a facet asks for; of a plugin stack, whether one of it is."""
    if isinstance(value, tuple):
        return any(matches(wanted, name) for name in value or ("",))
    return matches(wanted, value or "")


class _Column:
    """A field of every line, as a number of one of the values there are."""

    def __init__(self, fields: Iterable[Any], count: int) -> None:
        import numpy as np

        known: dict[Any, int] = {}
        self._codes = np.fromiter((known.setdefault(field, len(known)) for field in fields), np.int32, count)
        self._values = tuple(known)

    def which(self, passes: Callable[[Any], bool]) -> NDArray[Any]:
        """By line, whether its field passes, which is asked once a value."""
        import numpy as np

        passing = np.fromiter(map(passes, self._values), bool, len(self._values))
        found: NDArray[Any] = passing[self._codes]
        return found
