"""The cite page: how to name these results, the software or one cell so that others find the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from codingagentbench import __version__
from codingagentbench.site import paths
from codingagentbench.site.account.sources import results_fingerprint
from codingagentbench.site.prose import Entry
from codingagentbench.site.site import DEFAULT_BASE_URL, Site
from codingagentbench.site.textpage import TextPage
from codingagentbench.store import CellLine

_TITLE = "CodingAgentBench: which coding-agent CLI, with which model, does real work"
_TOC = (
    Entry("results", "These results"),
    Entry("cell", "One cell"),
    Entry("not-citable", "What may not be cited"),
)


def _context(site: Site) -> Mapping[str, Any]:
    lines = site.catalogue.lines
    fingerprint = results_fingerprint(lines)
    newest = max((line.ended_at for line in lines if line.ended_at), default="")[:10]
    example = next((line for line in lines if _citable(line)), None)
    return {
        "toc": _TOC,
        "bibtex": _bibtex(site, fingerprint, newest),
        "cff": _cff(site, fingerprint, newest),
        "cell": _cell(site, example) if example else "",
        "counts": _not_citable(lines),
        "citable": sum(map(_citable, lines)),
        "cells": len(lines),
        "published": bool(_home(site)),
    }


def _citable(line: CellLine) -> bool:
    return line.measured and line.sandboxed and not (line.reference or line.provisional)


def _not_citable(lines: Sequence[CellLine]) -> list[tuple[str, int, str]]:
    """Term, cells, reason."""
    return [
        ("invalid", sum(not line.measured for line in lines), "there is no measurement"),
        ("provisional", sum(line.provisional for line in lines), "a quick check, made once"),
        ("unsandboxed", sum(not line.sandboxed for line in lines), "nothing kept the agent apart"),
        ("reference model", sum(line.reference for line in lines), "a script; it tests the harness and no model"),
    ]


def _home(site: Site) -> str:
    """Where the site is published, empty when nobody said."""
    return "" if site.options.base_url == DEFAULT_BASE_URL else site.options.base_url


def _bibtex(site: Site, fingerprint: str, newest: str) -> str:
    fields = {
        "title": f"{{{_TITLE}}}",
        "author": "{{The CodingAgentBench contributors}}",
        "year": f"{{{newest[:4]}}}" if newest else "",
        "version": f"{{{__version__}}}",
        "url": f"{{{_home(site)}}}" if _home(site) else "",
        "note": f"{{Results {fingerprint}, methodology 1.0}}",
    }
    body = ",\n".join(f"  {name:<8}= {value}" for name, value in fields.items() if value)
    return f"@misc{{codingagentbench,\n{body}\n}}"


def _cff(site: Site, fingerprint: str, newest: str) -> str:
    released = [f"date-released: {newest}"] if newest else []
    return "\n".join(
        [
            "cff-version: 1.2.0",
            "message: Please cite the results by their fingerprint and the software by its version.",
            "type: dataset",
            f'title: "{_TITLE}"',
            "authors:",
            '  - name: "The CodingAgentBench contributors"',
            f'version: "{__version__}"',
            *released,
            *([f'url: "{_home(site)}"'] if _home(site) else []),
            "license: Apache-2.0",
            "identifiers:",
            "  - type: other",
            f'    value: "{fingerprint}"',
            '    description: "Fingerprint of the results"',
        ]
    )


def _cell(site: Site, line: CellLine) -> str:
    return (
        f"CodingAgentBench cell {line.cell_id}, attempt {line.attempt}, {line.fingerprint}, "
        f"methodology {line.methodology}, {line.ended_at[:10]}."
    ) + (f" {_home(site)}/{paths.cell(line)}" if _home(site) else "")


VIEW = TextPage(
    path=paths.CITE,
    title="Cite",
    summary="How to name these results so that others find exactly the same, and what may not be cited.",
    template="cite.html",
    context=_context,
    of_results=True,
)
