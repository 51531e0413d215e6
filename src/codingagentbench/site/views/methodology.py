"""The methodology page: how a cell is scored under both methodologies, with numbers that are computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codingagentbench.core.glossary import lookup
from codingagentbench.core.outcome import Outcome
from codingagentbench.scoring.definitions import (
    VERSIONS,
    AxisDefinition,
    axis_definition,
    changelog,
    definition_names,
    definitions_digest,
    definitions_version,
)
from codingagentbench.scoring.prices import price_table_date
from codingagentbench.site import paths
from codingagentbench.site.account import worked
from codingagentbench.site.prose import Entry, prose
from codingagentbench.site.site import Site
from codingagentbench.site.textpage import TextPage

_TOC = (
    Entry("in-three-minutes", "In three minutes"),
    Entry("outcomes", "What can happen to a cell"),
    Entry("axes", "The axes"),
    Entry("composite", "The composite"),
    Entry("compared", "1.0 and 0.1 on the same cells"),
    Entry("many-cells", "Numbers over many cells"),
    Entry("statistics", "Statistics"),
    Entry("faults", "What is wrong with 0.1"),
    Entry("version", "Version and changes"),
)


def _context(site: Site) -> Mapping[str, Any]:
    text = {name: prose(f"methodology-{name}", paths.METHODOLOGY) for name in ("start", "statistics", "faults")}
    return {
        "toc": _TOC,
        "text": text,
        "outcomes": [lookup(f"outcome:{outcome.value}") for outcome in Outcome],
        "axes": [_both(name) for name in definition_names("1.0", "axis") if name != "composite"],
        "many": [_both(name) for name in definition_names("1.0", "group")],
        "composite": [(axis_definition("composite", version), worked.steps(version)) for version in VERSIONS],
        "cases": worked.cases(),
        "statistics": worked.statistics(),
        "shown": worked.shown,
        "facts": (
            ("Methodologies", "1.0 (the default), 0.1 (as published)"),
            ("Definitions", f"version {definitions_version()}"),
            ("Digest of the definitions", definitions_digest()),
            ("Prices", price_table_date()),
        ),
        "changelog": changelog(),
    }


def _both(name: str) -> tuple[AxisDefinition, AxisDefinition | None]:
    """Under 1.0, and under 0.1 where that is something else."""
    new, old = (axis_definition(name, version) for version in VERSIONS)
    return new, None if new.same_as(old) else old


VIEW = TextPage(
    path=paths.METHODOLOGY,
    title="Methodology",
    summary="How a run becomes a score: what counts, by which formula, and how sure a number is.",
    template="methodology.html",
    context=_context,
)
