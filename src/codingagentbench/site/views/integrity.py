"""The integrity ledger: attacks that are tried on verdicts, and what in the results a reader must know of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.core.glossary import glossary
from codingagentbench.site import paths
from codingagentbench.site.account.exploits import exploits
from codingagentbench.site.account.findings import as_json, find
from codingagentbench.site.output import Output, Planned, Resource
from codingagentbench.site.prose import Entry
from codingagentbench.site.site import Site
from codingagentbench.site.textpage import TextPage

DATA = "integrity.json"
MOST_ROWS = 500
"""Rows of a table on the page; `integrity.json` holds all."""

_TOC = (
    Entry("findings", "Cheats and violations"),
    Entry("invalid", "Missing cells by cause"),
    Entry("remeasured", "Cells measured more than once"),
    Entry("unplanned", "Cells no longer planned"),
    Entry("rescores", "Re-scores"),
    Entry("removals", "Removals"),
    Entry("exploits", "Attacks on a verdict"),
)


def _context(site: Site) -> Mapping[str, Any]:
    suite = exploits()
    return {
        "toc": _TOC,
        "suite": suite,
        "classes": suite.by_class(),
        "covered": sum(bool(attacks) for _, _, attacks in suite.by_class()),
        "findings": find(site),
        "kinds": {code.partition(":")[2] for term in glossary().terms for code in term.codes},
        "most": MOST_ROWS,
        "data": DATA,
    }


_PAGE = TextPage(
    path=paths.INTEGRITY,
    title="Integrity ledger",
    summary="Who cheated and how it was seen, what is missing and why, what was measured again or taken out, "
    "and the attacks that this benchmark withstands.",
    template="integrity.html",
    context=_context,
    of_results=True,
)


class Integrity:
    """The page, and everything it lists as data."""

    heads = (paths.INTEGRITY, DATA)
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """Both, made from all cells and from what is no longer planned."""
        lines = site.catalogue.lines
        stamp = site.stamp(lines, *(line.place for line in lines if not line.planned))
        return [Planned(head, stamp) for head in self.heads]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """One of the two."""
        if path == DATA:
            body = json.dumps(as_json(find(site)), indent=1, ensure_ascii=True).encode()
            return Resource(path, "application/json", body)
        return _PAGE.output(site, path, query)


VIEW = Integrity()
