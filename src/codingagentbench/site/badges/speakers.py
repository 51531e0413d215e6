"""Which cell speaks for an (agent, model) pair on a task where no sweep is named."""

from __future__ import annotations

from collections.abc import Mapping

from codingagentbench.site.catalogue import Catalogue
from codingagentbench.store.line import CellLine, Pair


def speaks_before(line: CellLine) -> tuple[bool, bool, str, str]:
    """A key that is greater for a measured cell, then for one that is ranked, then for a newer one."""
    return (line.measured, line.sandboxed and not line.provisional, line.ended_at, line.place)


def speakers(catalogue: Catalogue) -> Mapping[tuple[Pair, str], CellLine]:
    """The cell that speaks for each pair and task, in the order in which they are first met."""
    found: dict[tuple[Pair, str], CellLine] = {}
    for line in catalogue.lines:
        key = (line.pair, line.task)
        known = found.get(key)
        if known is None or speaks_before(line) > speaks_before(known):
            found[key] = line
    return found
