"""What each number means, as data: formula, inputs, unit and range under each methodology. Pages read it here."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.errors import UsageError
from codingagentbench.core.glossary import Term, lookup

VERSIONS = ("1.0", "0.1")
"""Methodologies that definitions are written for, the default first."""

Input = int | float | str | list[list[float]]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Example(_Data):
    """A worked example. `value` is what scoring's own functions give for the inputs, to the digits written."""

    inputs: dict[str, Input]
    value: float


class Change(_Data):
    """One version of the definitions."""

    version: str
    date: date
    what: str


class AxisDefinition(_Data):
    """One number under one methodology.

    `formula` is an expression of `inputs` and of the definitions named in `where`, empty for what is measured as
    it is. `not_applicable` and `not_measured` say when there is no number, empty for never. `note`: what a reader
    of this methodology must know, e.g. a fault of 0.1.
    """

    name: str
    methodology: str
    kind: Literal["axis", "part", "group", "latency"]
    title: str
    unit: str
    range: str
    direction: Literal["higher", "lower"]
    plain: str
    expert: str
    formula: str = ""
    where: tuple[str, ...] = ()
    inputs: dict[str, str] = {}
    weights: dict[str, float] = {}
    not_applicable: str = ""
    not_measured: str = ""
    note: str = ""
    evidence: tuple[str, ...] = ()
    source: str
    example: Example | None = None
    term: str = Field(description="the glossary's word for it")

    @property
    def slug(self) -> str:
        """Its anchor on the glossary page."""
        return lookup(self.term).slug

    def same_as(self, other: AxisDefinition) -> bool:
        """Whether another methodology's definition computes the same number and says the same of it."""
        return self.model_dump(exclude={"methodology"}) == other.model_dump(exclude={"methodology"})

    @property
    def scale(self) -> str:
        """Range and unit in words; a share or score needs no unit."""
        plain = self.unit in self.range or self.unit in ("share", "score", "factor")
        return self.range if plain else f"{self.range} ({self.unit})"

    @property
    def better(self) -> str:
        """`higher is better` or `lower is better`."""
        return f"{self.direction} is better"


def axis_definition(axis: str, methodology: str) -> AxisDefinition:
    """What one number means: an axis, the composite or a part of it, a number over many cells, a latency part.

    Args:
        axis: a name of `core.record.AXES`, a field of `LatencyStack`, or another of `definition_names`.

    Raises:
        UsageError: there is no such number under this methodology.
    """
    name = _aliases().get(axis, axis)
    found = _definitions(methodology).get(name)
    if found is None:
        known = ", ".join(_definitions(methodology))
        raise UsageError(
            f"nothing called {axis!r} under methodology {methodology}", remedy=f"choose one of: {known}"
        )
    return found


def definition_names(methodology: str, kind: str = "") -> tuple[str, ...]:
    """Names of all definitions (of one kind: axis, part, group, latency), in the order pages show them.

    Raises:
        UsageError: no such methodology.
    """
    return tuple(name for name, found in _definitions(methodology).items() if kind in ("", found.kind))


@cache
def definitions_version() -> str:
    """The version of the texts."""
    return str(_file()["version"])


@cache
def definitions_digest() -> str:
    """`sha256:<hex>` over everything that the definitions say, the glossary's words included."""
    parts = [found.model_dump_json() for version in VERSIONS for found in _definitions(version).values()]
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def changelog() -> tuple[Change, ...]:
    """The versions of the texts, the newest first."""
    return tuple(Change.model_validate(entry) for entry in _file()["changelog"])


@cache
def _file() -> dict[str, Any]:
    text = files("codingagentbench.scoring").joinpath("definitions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _aliases() -> Mapping[str, str]:
    entries = _file()["definition"].items()
    return {alias: name for name, entry in entries for alias in entry.get("aliases", ())}


@cache
def _definitions(methodology: str) -> Mapping[str, AxisDefinition]:
    if methodology not in VERSIONS:
        raise UsageError(f"unknown methodology {methodology!r}", remedy=f"choose one of: {', '.join(VERSIONS)}")
    entries = _file()["definition"].items()
    return {
        name: _definition(name, entry, methodology)
        for name, entry in entries
        if methodology in entry.get("methodologies", VERSIONS)
    }


def _definition(name: str, entry: dict[str, Any], methodology: str) -> AxisDefinition:
    """Shared facts with the methodology's own laid over them; words that are not given are the glossary's."""
    shared = {key: value for key, value in entry.items() if key not in (*VERSIONS, "aliases", "methodologies")}
    term: Term = lookup(entry.get("term", name))
    words = {"term": term.name, "plain": term.plain, "expert": term.expert}
    return AxisDefinition.model_validate(
        {**words, **shared, **entry.get(methodology, {}), "name": name, "methodology": methodology}
    )
