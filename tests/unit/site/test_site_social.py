"""Open Graph images: real pictures of any text, made with their pages and gone with them."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.visible import visible_line
from codingagentbench.site import paths
from codingagentbench.site.build import MANIFEST, build
from codingagentbench.site.output import Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import SiteOptions, open_site
from codingagentbench.site.social import draw_card
from codingagentbench.site.social.card import HEIGHT, WIDTH
from codingagentbench.site.social.pen import pen, plain
from codingagentbench.site.views import social, view_of
from codingagentbench.store import Ledger, ledger_path, summarise
from support.sweep_cells import make_record, make_spec


def opened(png):
    image = Image.open(BytesIO(png))
    image.load()
    return image


def test_a_card_is_a_small_palette_png_of_the_right_size():
    png = draw_card("opencode × acme/large · polyglot/one", "Solved: composite 52 %.", references=True)
    image = opened(png)
    assert (image.size, image.mode, image.format) == ((1200, 630), "P", "PNG")
    assert len(png) < 60_000
    assert draw_card("a", "b") != draw_card("a", "c") != draw_card("a", "c", references=True)
    assert draw_card("a", "b") == draw_card("a", "b")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=900), st.text(max_size=3000), st.booleans())
def test_any_text_stays_within_the_card(title, summary, references):
    image = opened(draw_card(title, summary, references=references)).convert("RGB")
    margin = image.crop((WIDTH - 50, 110, WIDTH, HEIGHT))
    assert margin.getcolors() == [(50 * (HEIGHT - 110), (255, 255, 255))]
    assert image.crop((0, HEIGHT - 20, WIDTH, HEIGHT)).getcolors() == [(20 * WIDTH, (255, 255, 255))]


@given(st.text(max_size=400), st.integers(60, 800), st.integers(1, 4))
def test_lines_are_never_wider_or_more_than_asked_for(text, width, lines):
    found = pen(34).wrapped(text, width, lines)
    assert 1 <= len(found) <= lines
    assert all(pen(34).width(line) <= width for line in found)


def test_text_is_written_with_glyphs_the_font_has():
    assert plain("a × b – 1\u202f000") == "a x b - 1 000"
    assert plain("日本 \u202e \x1b[0m") == f"?? {visible_line(chr(0x202E))} {visible_line(chr(27))}[0m"


@pytest.fixture
def results(tmp_path):
    record = make_record(make_spec(), 1, Outcome.SOLVED)
    with Ledger(ledger_path(tmp_path / "results", "s"), alive=lambda _: None) as ledger:
        ledger.adopt(record.spec, summarise(record))
    return tmp_path / "results"


def pages_with_images(site):
    found = []
    for path in json.loads((site / MANIFEST).read_text()):
        if path.endswith(".html") and "og:image" in (site / path).read_text():
            found.append(path)
    return found


def test_a_build_has_an_image_for_each_page_that_names_one(results, tmp_path):
    target = tmp_path / "site"
    build(open_site(results, SiteOptions(base_url="https://example.org")), target, jobs=1)
    named = pages_with_images(target)
    assert paths.HEATMAP in named
    drawn = {path.relative_to(target).as_posix() for path in (target / "og").rglob("*.png")}
    assert drawn == {paths.social_image(path) for path in named}
    build(open_site(results, SiteOptions(base_url="https://example.org", social=False)), target, jobs=1)
    assert not (target / "og").exists()
    assert pages_with_images(target) == []


def test_a_page_that_goes_takes_its_image_along(results, tmp_path):
    target = tmp_path / "site"
    site = open_site(results, SiteOptions())
    build(site, target, jobs=1)
    gone, image = target / "gone.html", target / "og" / "gone.png"
    gone.write_text("")
    image.write_text("")
    known = json.loads((target / MANIFEST).read_text()) | {"gone.html": "x"}
    (target / MANIFEST).write_text(json.dumps(known))
    assert build(site, target, jobs=1).removed == 1
    assert not gone.exists()
    assert not image.exists()


def test_a_server_draws_the_image_of_any_page(results):
    site = open_site(results)
    page = view_of(paths.HEATMAP).output(site, paths.HEATMAP, {})
    assert isinstance(page, Page)
    image = social.VIEW.output(site, paths.social_image(paths.HEATMAP), {})
    assert image.body == draw_card(page.title, page.summary, references=False)
    assert paths.social_image(paths.HEATMAP) in Renderer(site).html(page)
    for path in ("og/nothing.png", "og/heatmap.svg", "og/og/heatmap.png", "og/assets/site.css.png", "og/", "og"):
        assert social.VIEW.output(site, path, {}) is None
    assert social.VIEW.output(open_site(results, SiteOptions(social=False)), "og/heatmap.png", {}) is None
    assert Path(paths.social_image(paths.HEATMAP)).suffix == ".png"
