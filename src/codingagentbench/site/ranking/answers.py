"""The answer to every question that the chooser can be asked, for sites that no Python answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.ranking.asking import Question, Shown, answered, works
from codingagentbench.site.ranking.chooser import LIMITS
from codingagentbench.site.ranking.matters import Matter
from codingagentbench.site.site import Site


def script(site: Site) -> bytes:
    """The script file that hands the answers over."""
    data = json.dumps(_table(site), separators=(",", ":")).replace("<", "\\u003c")
    return f"cab.receive('chooser',{data});\n".encode()


def questions(site: Site) -> Iterator[Question]:
    """Every combination."""
    for work in ("", *works(site)):
        for limit in LIMITS:
            for matter in Matter:
                yield Question(matter, work, limit)


def _table(site: Site) -> dict[str, Any]:
    """`texts`: every sentence and link once. `answers`: for each question its picks and notes, as places in it."""
    places: dict[str, int] = {}

    def place(text: str) -> int:
        return places.setdefault(text, len(places))

    answers = {}
    for question in questions(site):
        shown, answer = answered(site, question)
        answers[question.key] = [[list(map(place, _texts(one))) for one in shown], list(map(place, answer.notes))]
    return {"answers": answers, "texts": list(places)}


def _texts(shown: Shown) -> tuple[str, ...]:
    """In the order in which `assets/home.js` reads them; links are relative to the home page."""
    pick = shown.pick
    links = (
        paths.href(paths.HOME, link) if link else "" for link in (pick.candidate.page, shown.board, shown.cell)
    )
    return (pick.candidate.name, pick.reason, pick.price, pick.ties, shown.cell_shows, *links)
