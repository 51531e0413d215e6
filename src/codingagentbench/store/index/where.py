"""Which cells are asked for. Names are matched in Python against the values there are; SQL gets the matches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

Facet = str | tuple[str, ...] | None
"""An exact value or a glob, several of which any may match, or None: no restriction."""

FACETS = ("sweep", "tui", "model", "task", "family", "language", "plugin", "outcome", "cause")
_COLUMNS = {"sweep": "sweep_id", "plugin": "plugin_stack"}


def column(facet: str) -> str:
    """The column that a facet is about."""
    return _COLUMNS.get(facet, facet)


@dataclass(frozen=True, slots=True)
class Where:
    """Facets that all have to match. `plugin` matches a cell with such a plugin in its stack, "" a bare agent.

    Of the switches, None leaves the choice to what is asked: lists take every cell but removed ones, a leaderboard
    takes planned cells and neither references, provisional, unsandboxed nor removed ones. False leaves such cells
    out, True takes them. `removed`: cells that `removals.toml` names.
    """

    sweep: Facet = None
    tui: Facet = None
    model: Facet = None
    task: Facet = None
    family: Facet = None
    language: Facet = None
    plugin: Facet = None
    outcome: Facet = None
    cause: Facet = None
    planned_only: bool | None = None
    references: bool | None = None
    provisional: bool | None = None
    unsandboxed: bool | None = None
    removed: bool | None = None


EVERYTHING = Where()


def matches(facet: str | tuple[str, ...], value: str) -> bool:
    """Whether a value is one of those asked for, or matched by one as a case-sensitive glob."""
    wanted = (facet,) if isinstance(facet, str) else facet
    return any(value == pattern or fnmatchcase(value, pattern) for pattern in wanted)


def chosen(facet: str, wanted: str | tuple[str, ...], values: Iterable[str]) -> list[str]:
    """Those of a facet's column values that match."""
    if facet == "plugin":
        return [text for text in values if any(matches(wanted, name) for name in plugins(text) or ("",))]
    return [value for value in values if matches(wanted, value)]


def plugins(text: str) -> tuple[str, ...]:
    """A plugin stack from its column, which holds it as a JSON list."""
    return tuple(json.loads(text)) if text else ()
