"""Comparisons: the form, the table of all pairs, and the page of any two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.compare.lookup import LONGEST, find_cell
from codingagentbench.site.compare.pairs import axes, cli_name, headline, pair_view
from codingagentbench.site.compare.plan import (
    MAX_PAIR_PAGES,
    compared_pairs,
    in_order,
    pair_pages,
    pairs_by_token,
    token,
)
from codingagentbench.site.compare.table import verdict_table
from codingagentbench.site.entities import commands, stamps
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site
from codingagentbench.site.views.compare_cells import cells_output, cells_page
from codingagentbench.store.line import Pair

_STYLES = ("entities.css", "compare.css")
_SUGGESTED = 300


class Compare:
    """`compare/index.html` and `compare/pairs/`. It answers for `compare/cells/` too, which another view plans."""

    heads = ("compare",)
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """The index and every comparison of two pairs; those in the other order lead to the page."""
        yield Planned(paths.COMPARE, site.stamp((), stamps.all_pairs(site)))
        table = verdict_table(site)
        for path, (one, other) in pair_pages(site).items():
            if (one, other) in table:
                p_holm = f"{table[one, other].p_holm:.4f}"
                yield Planned(path, stamps.of_pairs(site, (one, other), p_holm))
            else:
                yield Planned(path, site.stamp((), path))

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The form, what the form asks for when served, or a comparison."""
        if path == paths.COMPARE:
            return _asked(site, query) if site.options.live else _index(site)
        if path.startswith("compare/cells/"):
            return cells_output(site, path)
        pairs = pair_pages(site).get(path) or (_any_pairs(site, path) if site.options.live else None)
        if pairs is None:
            return None
        if site.options.live or in_order(*pairs) == pairs:
            return _pairs_page(site, path, *pairs)
        return _swapped(path, *pairs)


def _any_pairs(site: Site, path: str) -> tuple[Pair, Pair] | None:
    names = path.removeprefix("compare/pairs/").removesuffix(".html").split("/")
    known = pairs_by_token(site)
    if len(names) != 2 or any(name not in known for name in names) or names[0] == names[1]:
        return None
    one, other = (known[name] for name in names)
    return (one, other) if paths.compare_pairs(one, other) == path else None


def _asked(site: Site, query: Mapping[str, str]) -> Page:
    """The page for `?a=&b=` or `?cell_a=&cell_b=`; the form with a sentence when they name nothing."""
    if query.get("cell_a") or query.get("cell_b"):
        names = [query.get(name, "").strip()[:LONGEST] for name in ("cell_a", "cell_b")]
        cells = [find_cell(site, name) for name in names]
        if cells[0] and cells[1] and cells[0] is not cells[1]:
            return cells_page(site, paths.COMPARE, cells[0], cells[1])
        unknown = [name or "(nothing)" for name, cell in zip(names, cells, strict=True) if cell is None]
        fault = f"There is no cell {' and no cell '.join(unknown)}." if unknown else "Name two different cells."
        return _index(site, query, fault)
    if query.get("a") or query.get("b"):
        known = pairs_by_token(site)
        one, other = (known.get(query.get(name, "")) for name in ("a", "b"))
        if one and other and one != other:
            return _pairs_page(site, paths.COMPARE, one, other)
        return _index(site, query, "Choose two different pairs that have results here.")
    return _index(site)


def _index(site: Site, query: Mapping[str, str] | None = None, fault: str = "") -> Page:
    shown = compared_pairs(site)
    chosen = set(shown)
    cells = [line.cell_id for line in site.catalogue.lines[:_SUGGESTED]] if site.options.live else []
    context: dict[str, Any] = {
        "choices": [(name, pair) for name, pair in pairs_by_token(site).items()],
        "table": sorted(
            verdict_table(site).values(), key=lambda one: (one.p, -abs(one.one_only - one.other_only))
        ),
        "left_out": [pair for pair in pairs_by_token(site).values() if pair not in chosen],
        "most": MAX_PAIR_PAGES,
        "fault": fault,
        "query": {name: (query or {}).get(name, "")[:LONGEST] for name in ("a", "b", "cell_a", "cell_b")},
        "cells": cells,
        "known": {"made": sorted(token(pair) for pair in shown)},
        "cli_name": cli_name,
    }
    summary = f"Two of {len(pairs_by_token(site))} pairs of agent and model, or two cells, side by side."
    return Page(
        paths.COMPARE, "compare/index.html", "Compare", summary, context, paths.COMPARE,
        scripts=("compare.js",), styles=_STYLES,
    )  # fmt: skip


def _pairs_page(site: Site, path: str, one: Pair, other: Pair) -> Page:
    view = pair_view(site, one, other)
    said = headline(view)
    context: dict[str, Any] = {
        "view": view,
        "headline": said,
        "axes": axes(view),
        "swap": paths.compare_pairs(other, one) if site.options.live else "",
        "commands": [commands.compare(cli_name(one), cli_name(other))] if _bare(one) and _bare(other) else [],
    }
    title = f"{one[0]} × {one[1]} or {other[0]} × {other[1]}"
    return Page(path, "compare/pairs.html", title, said, context, paths.COMPARE, styles=_STYLES)


def _bare(pair: Pair) -> bool:
    return not pair[2] and pair[3] == "factory"


def _swapped(path: str, one: Pair, other: Pair) -> Page:
    context = {"there": paths.compare_pairs(other, one), "one": one, "other": other}
    title = f"{one[0]} × {one[1]} or {other[0]} × {other[1]}"
    summary = "The comparison of these two pairs, counted from the other one."
    return Page(
        path, "compare/swapped.html", title, summary, context, paths.COMPARE,
        scripts=("compare.js",), styles=_STYLES, social_image=False,
    )  # fmt: skip


VIEW = Compare()
