"""The home page: what this is, the state of the data, the chooser, the top pairs and what solving costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.core.task import is_twin
from codingagentbench.site import paths
from codingagentbench.site.once import once_a_site
from codingagentbench.site.output import Output, Page, Planned, Resource
from codingagentbench.site.ranking.answers import script
from codingagentbench.site.ranking.asking import Question, answered, read_question, works
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.chooser import LIMIT_NAMES
from codingagentbench.site.ranking.columns import COLUMNS
from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.ranking.frontier import HEIGHT, PLOT, WIDTH, chart
from codingagentbench.site.ranking.matters import MATTERS, Matter
from codingagentbench.site.ranking.names import row_page
from codingagentbench.site.ranking.ties import bands
from codingagentbench.site.site import Site
from codingagentbench.stats import DEFAULT_METHODOLOGY, Leaderboard, group_letter

DATA = "chooser/data.js"
TOP = 10
"""Pairs on the home page."""

_SHOWN = ("rank", "name", "pbs", "ships", "stays", "tokens", "usd", "missing")


class Home:
    """`index.html`, and the chooser's answers for a static site. The query holds the question and the unit."""

    heads = (paths.HOME, "chooser")
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """The page and the answers."""
        stamp = site.stamp(site.catalogue.lines, "home", *map(repr, site.agents.values()))
        return [Planned(path, stamp) for path in (paths.HOME, *([DATA] if _scripted(site) else []))]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The page or the answers."""
        if path == DATA and _scripted(site):
            return Resource(DATA, "text/javascript", script(site))
        return _page(site, query) if path == paths.HOME else None


def _scripted(site: Site) -> bool:
    return not site.options.live and bool(site.catalogue.lines)


def _page(site: Site, query: Mapping[str, str]) -> Page:
    found = board(site, "pair", Facets(references=site.references))
    return Page(
        path=paths.HOME,
        template="home.html",
        title="Which coding agent does real work",
        summary="Measures which coding-agent CLI, with which model, does real work, and leaves evidence for every "
        "number.",
        context={
            "state": _state(site), "methodology": DEFAULT_METHODOLOGY, "data": DATA,
            "columns": [column for column in COLUMNS if column.key in _SHOWN], "by": "pair",
            "group_letter": group_letter,
            "row_page": row_page, "board": found, "rows": found.rows[:TOP],
            "bands": bands(found, found.rows[:TOP]),
            **_charts(found, query), **_chooser(site, query),
        },
        section=paths.HOME,
        scripts=("home.js",),
        styles=("leaderboard.css", "home.css"),
    )  # fmt: skip


@once_a_site
def _state(site: Site) -> dict[str, Any]:
    lines = site.catalogue.lines
    return {
        "cells": len(lines),
        "missing": sum(not line.measured for line in lines),
        "sweeps": len(site.catalogue.by_sweep),
        "tasks": sum(not is_twin(task) for task in site.catalogue.by_task),
        "twins": sum(is_twin(task) for task in site.catalogue.by_task),
        "agents": len(site.catalogue.by_tui),
        "models": len(site.catalogue.by_model),
        "newest": max((line.ended_at for line in lines), default=""),
    }


def _charts(found: Leaderboard, query: Mapping[str, str]) -> dict[str, Any]:
    charts = [chart(found.rows, unit) for unit in ("tokens", "USD")]
    drawn = [one for one in charts if one.points]
    wanted = "USD" if query.get("cost", "").lower() == "usd" else "tokens"
    names = [one.unit for one in drawn]
    return {
        "charts": drawn or charts[:1],
        "undrawn": [one for one in charts if not one.points],
        "unit": wanted if wanted in names or not names else names[0],
        "size": (WIDTH, HEIGHT),
        "plot": PLOT,
    }


def _chooser(site: Site, query: Mapping[str, str]) -> dict[str, Any]:
    question, faults = read_question(site, query)
    shown, answer = answered(site, question) if site.catalogue.lines else ([], None)
    plain = not site.options.live and site.catalogue.lines
    return {
        "question": question, "faults": faults, "shown": shown, "notes": answer.notes if answer else (),
        "matters": MATTERS, "works": works(site), "limits": LIMIT_NAMES,
        "firsts": [(MATTERS[matter], answered(site, Question(matter))[0]) for matter in Matter] if plain else [],
    }  # fmt: skip


VIEW = Home()
