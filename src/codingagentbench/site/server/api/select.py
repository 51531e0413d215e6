"""Which cells a request asks for, in which order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.core.values import Measured
from codingagentbench.store import CellLine

SortKey = Literal["planned", "started_at", "ended_at", "composite", "tokens", "wall_ms", "usd", "tui", "model", "task"]
MOST = 1000
_NAME = Field("", max_length=300)


class CellFilters(BaseModel):
    """What every cell must be; what is left out may be anything. Names are whole names, not patterns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sweep: str = _NAME
    tui: str = Field("", max_length=300, description="the agent")
    model: str = _NAME
    task: str = _NAME
    family: str = _NAME
    language: str = _NAME
    plugin: str = Field("", max_length=300, description="in the stack; `none` for agents without plugins")
    outcome: Outcome | None = None
    cause: InvalidCause | None = None
    run: int | None = Field(None, ge=1, le=1_000_000)
    reference: bool | None = Field(None, description="whether the model is a scripted one")

    def tests(self) -> list[Callable[[CellLine], bool]]:
        """One test a filter that is set."""
        found: list[Callable[[CellLine], bool]] = []
        for name, value in self._set().items():
            field = _FIELDS.get(name)
            found.append(field(value) if field is not None else _equals(name, value))
        return found

    def _set(self) -> dict[str, object]:
        return {name: value for name, value in self if value not in ("", None) and name in CellFilters.model_fields}


def _equals(name: str, value: object) -> Callable[[CellLine], bool]:
    return lambda line: getattr(line, name) == value


def _has_plugin(value: object) -> Callable[[CellLine], bool]:
    return lambda line: not line.plugin_stack if value == "none" else value in line.plugin_stack


_FIELDS: dict[str, Callable[[object], Callable[[CellLine], bool]]] = {
    "sweep": lambda value: _equals("sweep_id", value),
    "plugin": _has_plugin,
}


class CellQuery(CellFilters):
    """A page of cells."""

    sort: SortKey = Field("planned", description="missing values come last in both orders")
    descending: bool = False
    limit: int = Field(100, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=100_000_000)
    cursor: str = Field("", max_length=20, pattern="^[0-9]*$", description="`next` of the page before; beats `offset`")


def selected(lines: Iterable[CellLine], filters: CellFilters) -> list[CellLine]:
    """Lines that pass the filters, in planned order."""
    tests = filters.tests()
    return [line for line in lines if all(test(line) for test in tests)]


def ordered(lines: list[CellLine], sort: SortKey, *, descending: bool) -> list[CellLine]:
    """Sorted by a key; lines without a value last, equal ones in planned order."""
    if sort == "planned":
        return lines[::-1] if descending else lines
    keyed = [(_KEYS[sort](line), line) for line in lines]
    known = [(key, line) for key, line in keyed if key is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [line for _, line in known] + [line for key, line in keyed if key is None]


def _composite(line: CellLine) -> float | None:
    value = line.axis("composite")
    return value.value if isinstance(value, Measured) and math.isfinite(value.value) else None


_KEYS: dict[str, Callable[[CellLine], str | float | None]] = {
    "started_at": lambda line: line.started_at or None,
    "ended_at": lambda line: line.ended_at or None,
    "composite": _composite,
    "tokens": lambda line: line.total_tokens,
    "wall_ms": lambda line: line.wall_ms,
    "usd": lambda line: line.usd,
    "tui": lambda line: line.tui,
    "model": lambda line: line.model,
    "task": lambda line: line.task,
}

_FACETS: dict[str, Callable[[CellLine], str | None]] = {
    "sweep": lambda line: line.sweep_id,
    "tui": lambda line: line.tui,
    "model": lambda line: line.model,
    "family": lambda line: line.family,
    "language": lambda line: line.language,
    "outcome": lambda line: line.outcome.value,
    "cause": lambda line: line.cause.value if line.cause else None,
}


def facet_counts(lines: tuple[CellLine, ...], filters: CellFilters) -> dict[str, list[tuple[str, int]]]:
    """For each filter its values, with how many cells pass all the other filters."""
    found = {}
    for name, value_of in _FACETS.items():
        others = filters.model_copy(update={name: None if name in ("outcome", "cause") else ""})
        counts = Counter(value_of(line) for line in selected(lines, others))
        found[name] = sorted((value, count) for value, count in counts.items() if value)
    return found
