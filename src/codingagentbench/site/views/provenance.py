"""The provenance page: where every number comes from and how to compute it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codingagentbench import __version__
from codingagentbench.core.glossary import glossary, glossary_digest
from codingagentbench.core.record import SCHEMA_VERSION
from codingagentbench.scoring.definitions import definitions_digest, definitions_version
from codingagentbench.scoring.prices import price_table_date
from codingagentbench.site import paths
from codingagentbench.site.account.sources import (
    MOST_WEIGHED,
    agent_sources,
    evidence_bytes,
    machines,
    model_builds,
    results_fingerprint,
    sweep_sources,
    vendored,
)
from codingagentbench.site.prose import Entry
from codingagentbench.site.site import DEFAULT_BASE_URL, Site
from codingagentbench.site.textpage import TextPage
from codingagentbench.store import CellLine

_TOC = (
    Entry("results", "The results"),
    Entry("recompute", "How each number is recomputed"),
    Entry("agents", "Agents as installed"),
    Entry("models", "Models and their builds"),
    Entry("machines", "Machines"),
    Entry("prices", "Prices"),
    Entry("site", "This site"),
)

RECOMPUTED = (
    ("Outcome, axes, composite", "from an attempt's evidence", "cab score {place} --json"),
    ("Everything about one cell", "its record and its files", "cab cells show {cell}"),
    ("That evidence, records and ledgers agree", "all digests and scores again", "cab cells check"),
    ("Leaderboard, intervals, ties", "from the cells that speak", "cab leaderboard --references --json"),
    ("The list of cells", "from the ledgers", "cab cells list"),
    ("The meaning of a record's fields", "its JSON Schema", "cab schema record"),
    ("The meaning of a number", "the definitions", "cab glossary composite"),
    ("This site", "from the results folder", "cab site build site"),
)
"""What, from what, and by which command; in a checkout, with the results in `results/`."""


def _context(site: Site) -> Mapping[str, Any]:
    sweeps = sweep_sources(site)
    unnamed = site.options.base_url == DEFAULT_BASE_URL
    example = next((line for line in site.catalogue.lines if line.measured and line.directory), None)
    return {
        "toc": _TOC,
        "sweeps": sweeps,
        "attempts": sum(sweep.attempts for sweep in sweeps),
        "evidence": evidence_bytes(site),
        "most_weighed": MOST_WEIGHED,
        "fingerprint": results_fingerprint(site.catalogue.lines),
        "schema": SCHEMA_VERSION,
        "recomputed": _commands(example),
        "agents": agent_sources(site),
        "builds": model_builds(site),
        "machines": machines(site),
        "prices": price_table_date(),
        "facts": (
            ("Version", f"codingagentbench {__version__}"),
            ("Site stamp", site.base_stamp),
            ("Definitions", f"version {definitions_version()}, {definitions_digest()}"),
            ("Glossary", f"version {glossary().version}, {glossary_digest()}"),
            ("Published at", "not said (`--base-url`)" if unnamed else site.options.base_url),
        ),
        "vendored": vendored(),
    }


def _commands(example: CellLine | None) -> list[tuple[str, str, str]]:
    """Without a measured cell, what needs one is left out."""
    if example is None:
        return [row for row in RECOMPUTED if "{" not in row[2]]
    names = {"place": f"results/{example.directory}", "cell": f"results/{example.directory}"}
    return [(what, source, command.format(**names)) for what, source, command in RECOMPUTED]


VIEW = TextPage(
    path=paths.PROVENANCE,
    title="Provenance",
    summary="Where every number comes from, with digests, and the command that computes it again.",
    template="provenance.html",
    context=_context,
    of_results=True,
)
