"""Which cells a board is made of: filters over names, and the kinds of cells that stay out unless asked for."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from codingagentbench.site.site import Site
from codingagentbench.store.index import Where
from codingagentbench.store.line import CellLine

BARE = "none"
"""The value of the plugin filter that takes agents without plugins only."""

NAMED = ("family", "language", "sweep", "plugin", "tui", "model")
"""Filters that take a name, in the order in which pages show them."""

SWITCHES = ("references", "provisional", "unsandboxed")
"""Kinds of cells that are left out unless asked for."""

LABELS = {
    "family": "Task family",
    "language": "Language",
    "sweep": "Sweep",
    "plugin": "Plugin",
    "tui": "Agent",
    "model": "Model",
    "references": "reference models",
    "provisional": "provisional cells",
    "unsandboxed": "unsandboxed cells",
}


@dataclass(frozen=True, slots=True)
class Facets:
    """An empty name means any. A board of one task family has no impossible twins in it: they are a family."""

    family: str = ""
    language: str = ""
    sweep: str = ""
    plugin: str = ""
    tui: str = ""
    model: str = ""
    references: bool = False
    provisional: bool = False
    unsandboxed: bool = False

    def takes(self, line: CellLine) -> bool:
        """Whether a cell passes the filters that take a name."""
        return (
            self.family in ("", line.family)
            and self.language in ("", line.language)
            and self.sweep in ("", line.sweep_id)
            and self.tui in ("", line.tui)
            and self.model in ("", line.model)
            and (not self.plugin or _has(line.plugin_stack, self.plugin))
        )

    def where(self) -> Where:
        """The same for the query layer."""
        return Where(
            sweep=self.sweep or None, tui=self.tui or None, model=self.model or None, family=self.family or None,
            language=self.language or None, plugin="" if self.plugin == BARE else self.plugin or None,
            references=self.references, provisional=self.provisional, unsandboxed=self.unsandboxed,
        )  # fmt: skip

    @property
    def named(self) -> dict[str, str]:
        """The filters that take a name and are set."""
        return {name: value for name in NAMED if (value := getattr(self, name))}

    @property
    def query(self) -> dict[str, str]:
        """As a URL holds them: what is not set is left out."""
        return self.named | {name: "1" for name in SWITCHES if getattr(self, name)}

    def command(self, by: str, ending: str = "") -> str:
        """The `cab leaderboard` command that prints this board."""
        words = ["cab", "leaderboard", *(("--by", by) if by != "pair" else ())]
        named = self.named | ({"plugin": ""} if self.plugin == BARE else {})
        words += [word for name, value in named.items() for word in (f"--{name}", value)]
        words += [f"--{name}" for name in SWITCHES if getattr(self, name)]
        return shlex.join([*words, *(("--format", ending) if ending else ())])


def _has(stack: tuple[str, ...], plugin: str) -> bool:
    return not stack if plugin == BARE else plugin in stack


def choices(site: Site) -> dict[str, tuple[str, ...]]:
    """What each filter that takes a name knows, sorted; families of impossible twins are none."""
    plugins = tuple(sorted(site.catalogue.by_plugin))
    return {
        "family": site.catalogue.families,
        "language": site.catalogue.languages,
        "sweep": tuple(sorted(site.catalogue.by_sweep)),
        "plugin": (BARE, *plugins),
        "tui": tuple(sorted(site.catalogue.by_tui)),
        "model": tuple(sorted(site.catalogue.by_model)),
    }


def read_facets(site: Site, query: Mapping[str, str]) -> tuple[Facets, list[str]]:
    """The facets of a URL's query, and a sentence for every value that means nothing here and was left out."""
    known, faults = choices(site), []
    found: dict[str, str] = {}
    for name in NAMED:
        value = query.get(name, "")
        if value and value not in known[name]:
            faults.append(unknown(LABELS[name].lower(), value, known[name]))
        elif value:
            found[name] = value
    switched = {name: query.get(name, "") in ("1", "on", "true", "yes") for name in SWITCHES}
    switched["references"] |= site.references
    return Facets(**found, **switched), faults  # type: ignore[arg-type]  # names and switches have their own types


def unknown(what: str, value: str, known: tuple[str, ...], most: int = 20) -> str:
    """A sentence about a value that is not known: what is known, and that it was left out."""
    names = ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")
    return f"No {what} is called {value[:80]!r}, so it was left out. Known: {names or 'none'}."
