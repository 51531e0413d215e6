"""Badges: what they say, how they are drawn, who speaks where no sweep is named, and the command for them."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.core.values import NotMeasured
from codingagentbench.site import paths
from codingagentbench.site.badges import (
    Badge,
    Tone,
    cell_badge,
    cell_snippets,
    endpoint,
    pair_badge,
    pair_row,
    speakers,
    svg,
)
from codingagentbench.site.badges.book import entries
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.output import Page, Resource
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site
from codingagentbench.site.views import badges, embeds
from codingagentbench.store import Ledger, ledger_path, summarise
from codingagentbench.store.line import line_of
from support.cab import cab
from support.sweep_cells import make_record, make_spec

SVG = "{http://www.w3.org/2000/svg}"


def line(outcome=Outcome.SOLVED, *, spec=None, provisional=False, **fields):
    record = make_record(spec or make_spec(), 1, outcome, **fields)
    return line_of(summarise(record.model_copy(update={"provisional": provisional})))


def site_of(*lines):
    return Site(Path("no-such-results"), Catalogue(lines))


def pair_text(*lines):
    return pair_badge(lines[0].pair, lines, pair_row(lines)).message


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (line(), "solved 90 %"),
        (line(Outcome.WRONG), "wrong 0 %"),
        (line(Outcome.GAVE_UP), "gave up 0 %"),
        (line(Outcome.INVALID, cause=InvalidCause.RATE_LIMITED), "missing: rate limited"),
        (
            line(composite=NotMeasured(why="no tokens", low=0.6, high=0.75)),
            "solved 60–75 % (not measured exactly)",
        ),
        (line(composite=NotMeasured(why="no tokens")), "solved (composite not measured)"),
        (line(provisional=True), "solved 90 % · provisional"),
        (line(spec=make_spec(sandbox="none")), "solved 90 % · not sandboxed"),
        (line(spec=make_spec(model="reference/oracle")), "solved 90 % · reference model"),
    ],
)
def test_a_cell_says_its_outcome_and_composite(made, message):
    assert cell_badge(made).message == message


def test_a_pair_says_pbs_with_its_interval_or_why_there_is_none():
    cells = [
        line(Outcome.SOLVED if n % 3 else Outcome.WRONG, spec=make_spec(task=f"polyglot/t{n}")) for n in range(9)
    ]
    assert re.fullmatch(r"PBS 60 % \(\d+–\d+\)", pair_text(*cells))
    assert pair_text(line(Outcome.INVALID)) == "missing: endpoint unavailable"
    assert pair_text(line(provisional=True)) == "not ranked: provisional"
    assert pair_text(line(spec=make_spec(sandbox="none"))) == "not ranked: not sandboxed"
    assert pair_text(line(spec=make_spec(model="reference/oracle"))).endswith("reference model")
    assert (
        pair_text(line(composite=NotMeasured(why="no", low=0.1, high=0.2))) == "PBS 10–20 % (not measured exactly)"
    )


def luminance(colour):
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("tone", Tone)
def test_every_colour_bears_white_text(tone):
    drawn = svg(Badge("pi × acme/large", "solved 90 %", tone))
    for colour in re.findall(r'<rect [^>]*fill="(#[0-9a-f]{6})"', drawn):
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_an_image_has_a_name_and_fits_its_text():
    badge = cell_badge(line())
    root = ElementTree.fromstring(svg(badge))
    assert root.get("role") == "img"
    assert root.get("aria-label") == badge.text == root.findtext(f"{SVG}title")
    texts, boxes = list(root.iter(f"{SVG}text")), list(root.iter(f"{SVG}rect"))[1:]
    assert "".join(text.text for text in texts) == "CodingAgentBenchpi × acme/large · polyglot/onesolved 90 %"
    for text, box in zip(texts, boxes, strict=True):
        inside = float(text.get("x")) - float(box.get("x"))
        assert inside + float(text.get("textLength")) < float(box.get("width"))
    assert float(root.get("width")) == pytest.approx(sum(float(box.get("width")) for box in boxes), abs=0.2)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_makes_a_well_formed_image_without_hidden_characters(subject, message):
    badge = Badge(subject, message, Tone.GOOD)
    drawn = svg(badge)
    root = ElementTree.fromstring(drawn)
    assert {element.tag for element in root.iter()} == {
        SVG + n for n in ("svg", "title", "clipPath", "rect", "g", "text")
    }
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", drawn)
    assert svg(badge) == drawn
    assert json.loads(json.dumps(endpoint(badge)))["schemaVersion"] == 1


def test_the_newest_measured_cell_speaks_and_plugins_speak_for_themselves():
    old = line(Outcome.WRONG, spec=make_spec("a"), ended_at="2026-01-01T00:00:00Z")
    new = line(spec=make_spec("b"), ended_at="2026-02-01T00:00:00Z")
    missing = line(Outcome.INVALID, spec=make_spec("c"), ended_at="2026-03-01T00:00:00Z")
    checked = line(Outcome.WRONG, spec=make_spec("d"), ended_at="2026-04-01T00:00:00Z", provisional=True)
    plugin = line(Outcome.WRONG, spec=make_spec("e", plugin_stack=("terse@1",)), ended_at="2026-05-01T00:00:00Z")
    lines = (new, missing, checked, old, plugin)
    assert list(speakers(Catalogue(lines)).values()) == [new, plugin]
    assert sorted(entries(site_of(*lines))) == sorted(
        f"pi{variant}/acme/large{task}"
        for variant in ("", paths.variant(plugin.pair))
        for task in ("", "/polyglot/one")
    )


def test_the_views_plan_what_they_answer_and_nothing_else():
    site = site_of(line(), line(Outcome.WRONG, spec=make_spec(task="polyglot/two")))
    renderer = Renderer(site)
    planned = [one.path for one in badges.VIEW.planned(site)]
    assert "badge/pi/acme/large.svg" in planned
    assert "badge/pi/acme/large/polyglot/two.json" in planned
    for path in planned:
        made = badges.VIEW.output(site, path, {})
        assert isinstance(made, Resource)
        assert made.media_type == ("image/svg+xml" if path.endswith("svg") else "application/json")
    for one in embeds.VIEW.planned(site):
        page = embeds.VIEW.output(site, one.path, {})
        assert isinstance(page, Page)
        assert "<h1><bdi>pi × acme/large" in renderer.html(page)
    for path in ("badge/pi.svg", "badge/pi/acme/large.png", "badge/../record.svg", "badge/", "badge"):
        assert badges.VIEW.output(site, path, {}) is None
    assert embeds.VIEW.output(site, "embed/pi/acme/large", {}) is None


def test_a_stamp_changes_with_the_cells_a_badge_is_made_from():
    first, second = line(), line(spec=make_spec(run=2), ended_at="2026-02-02T00:00:00Z")
    before = {one.path: one.stamp for one in badges.VIEW.planned(site_of(first))}
    after = {one.path: one.stamp for one in badges.VIEW.planned(site_of(first, second))}
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())


def test_snippets_link_to_the_page_and_escape_what_they_hold():
    found = cell_snippets("https://example.org/b", line(), Badge('a [b](c) <i>&"', "solved", Tone.GOOD))
    assert found.image == "https://example.org/b/badge/pi/acme/large/polyglot/one.svg"
    assert found.markdown.startswith("[![CodingAgentBench: a \\[b\\]\\(c\\) \\<i\\>")
    assert found.page in found.markdown
    assert "<i>" not in found.html
    assert 'alt="CodingAgentBench: a [b](c) &lt;i&gt;&amp;&quot;: solved"' in found.html
    assert 'src="https://example.org/b/embed/pi/acme/large/polyglot/one.html"' in found.iframe


@pytest.fixture
def results(tmp_path):
    for number, outcome in enumerate((Outcome.SOLVED, Outcome.WRONG), 1):
        record = make_record(make_spec(f"s{number}"), 1, outcome, ended_at=f"2026-01-0{number}T00:00:00Z")
        with Ledger(ledger_path(tmp_path, f"s{number}"), alive=lambda _: None) as ledger:
            ledger.adopt(record.spec, summarise(record))
    return tmp_path


def test_the_command_prints_badges_of_cells_and_pairs(results):
    cell = cab("badge", "s1/pi/acme/large/polyglot/one", "--out", results)
    assert cell.code == 0
    assert ElementTree.fromstring(cell.out).get("aria-label").endswith("polyglot/one: solved 90 %")
    assert "shows s2/pi/acme/large/polyglot/one" in cell.err
    pair = cab("badge", "pi", "acme/large", "--format", "json", "--out", results)
    assert pair.json["message"].startswith("PBS 45 %")
    of_task = cab("badge", "pi", "acme/large", "polyglot/one", "--format", "json", "--out", results)
    assert of_task.json["message"] == "wrong 0 %"
    snippet = cab(
        "badge", "pi", "acme/large", "--format", "html", "--base-url", "https://e.org/", "--out", results
    )
    assert (
        '<a href="https://e.org/pair/pi/acme/large.html"><img src="https://e.org/badge/pi/acme/large.svg"'
        in snippet.out
    )
    assert snippet.err == ""


def test_the_command_says_what_there_is_when_asked_for_something_else(results):
    for words in (
        ("nothing",),
        ("pi", "acme/none"),
        ("pi", "acme/large", "polyglot/none"),
        ("pi", "acme", "large"),
    ):
        ran = cab("badge", *words, "--out", results)
        assert ran.code == 2
        assert "cab cells list" in ran.err
