"""The gallery: which recordings, filters, pages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from codingagentbench.core.outcome import Outcome
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.output import Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.replay.gallery import LISTED, SHOWN, in_turn
from codingagentbench.site.site import Site, SiteOptions
from codingagentbench.site.views.recordings import VIEW
from support.lines import made_line

FAMILIES = ("alpha", "beta", "gamma")


def made(results: Path, count: int, *, live: bool = False) -> Site:
    """`count` cells in three families, the first family the oldest; every tenth printed nothing."""
    lines = []
    for n in range(count):
        family = FAMILIES[n * len(FAMILIES) // count]
        outcome = Outcome.SOLVED if n % 2 else Outcome.WRONG
        stamp = f"2026-11-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z"
        lines.append(
            made_line("pi" if n % 3 else "codex", task=f"{family}/task-{n}", outcome=outcome, ended_at=stamp)
        )
        folder = results / lines[-1].directory
        folder.mkdir(parents=True)
        output = "" if n % 10 == 9 else f"hello from {n} <b>\r\n"
        cast = [{"version": 2, "width": 80, "height": 24}, [0.5, "o", output], [1.0, "m", "exit 0"]]
        (folder / "terminal.cast").write_text("\n".join(map(json.dumps, cast)) + "\n")
    return Site(results, Catalogue(lines), SiteOptions(live=live))


def page_of(site: Site, **query: str) -> Page:
    page = VIEW.output(site, "recordings.html", query)
    assert isinstance(page, Page)
    return page


def test_newest_first_and_every_family_has_its_turn(tmp_path: Path) -> None:
    site = made(tmp_path, 300)
    turns = in_turn(site.catalogue.lines)
    assert len(turns) == 300
    assert {line.family for line in turns[:3]} == set(FAMILIES)
    for family in FAMILIES:
        own = [line.ended_at for line in turns if line.family == family]
        assert own == sorted(own, reverse=True)
    assert in_turn([replace(turns[0], directory="")]) == []


def test_a_static_page_is_capped_and_names_the_next(tmp_path: Path) -> None:
    page = page_of(made(tmp_path, 300))
    context = page.context
    assert context["count"] + context["silent"] == SHOWN and context["silent"] > 0
    assert len(context["listed"]) == LISTED and context["further"] == 300 - SHOWN
    html = Renderer(made(tmp_path / "other", 300)).html(page)
    assert "hello from" in html and "&lt;b&gt;" in html and "<b>" not in html
    assert "#replay" in html and "200 of 240 cells" in html.replace("\u202f", "")


def test_served_pages_filter_and_turn(tmp_path: Path) -> None:
    site = made(tmp_path, 150, live=True)
    every = set()
    for number in ("1", "2", "3"):
        page = page_of(site, page=number)
        every |= {card.line.place for cards in page.context["families"].values() for card in cards}
    assert len(every) == 135
    page = page_of(site, tui="codex", outcome="solved")
    found = [card.line for cards in page.context["families"].values() for card in cards]
    assert found and all(line.tui == "codex" and line.solved for line in found)
    html = Renderer(site).html(page_of(site, tui="pi"))
    assert 'href="recordings.html?tui=pi&amp;page=2"' in html and '<option value="pi" selected>' in html


@pytest.mark.parametrize(
    "query", [{"page": "-1"}, {"page": "x"}, {"page": "0"}, {"page": "٣"}, {"page": "9" * 50}, {"tui": "<b>"}]
)
def test_a_query_of_any_kind_is_answered(tmp_path: Path, query: dict[str, str]) -> None:
    site = made(tmp_path, 5, live=True)
    assert "<b>" not in Renderer(site).html(page_of(site, **query))


def test_nothing_recorded(tmp_path: Path) -> None:
    site = Site(tmp_path, Catalogue(()), SiteOptions())
    assert "No recording yet." in Renderer(site).html(page_of(site))


def test_the_stamp_is_of_what_is_shown(tmp_path: Path) -> None:
    site = made(tmp_path, 20)
    (planned,) = VIEW.planned(site)
    lines = list(site.catalogue.lines)
    changed = Site(tmp_path, Catalogue([*lines[:-1], replace(lines[-1], ended_at="2027")]), site.options)
    assert planned != next(iter(VIEW.planned(changed)))
    assert [planned] == list(VIEW.planned(Site(tmp_path, Catalogue(lines), site.options)))
