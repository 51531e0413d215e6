"""The site's Markdown: levels, anchors, links to terms and pages, code blocks; HTML stays text."""

import pytest
from jinja2 import DictLoader, Environment

from codingagentbench.core.errors import UsageError
from codingagentbench.site import prose as module
from codingagentbench.site.prose import Code, Text, prose, ticks

NAMES = ("about", "submit", "methodology-start", "methodology-statistics", "methodology-faults")


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Make a text and read it as a page in a folder does."""
    (tmp_path / "content").mkdir()
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    prose.cache_clear()

    def write(source):
        (tmp_path / "content/x.md").write_text(source, encoding="utf-8")
        prose.cache_clear()
        return prose("x", "deep/page.html")

    yield write
    prose.cache_clear()


def test_levels_headings_and_anchors(written):
    made = written("a\n\n%% expert\n\n## How it is done\n\nb\n\n%% both\n\n## End\n")
    assert [part.level for part in made.parts] == ["both", "expert", "both"]
    assert [(entry.id, entry.level) for entry in made.toc] == [("how-it-is-done", "expert"), ("end", "both")]
    assert '<h2 id="how-it-is-done">How it is done <a href="#how-it-is-done"' in made.parts[1].html


def test_links_to_terms_pages_and_elsewhere(written):
    html = written("[r](term:blast-radius) [p](page:cite.html#cell) [w](https://example.org)").parts[0].html
    assert '<a href="../glossary.html#blast-radius" title="The share of changed files' in html
    assert '<a href="../cite.html#cell">' in html
    assert '<a href="https://example.org" rel="noreferrer">' in html


def test_a_link_to_no_term_is_refused(written):
    with pytest.raises(UsageError, match="vibes"):
        written("[x](term:vibes)")


def test_an_unknown_level_is_refused(written):
    with pytest.raises(AssertionError, match="no reading level"):
        written("%% genius\n\nx")


def test_code_blocks_are_parts_of_their_own(written):
    made = written("a\n\n```run Do it\ncab --version\n```\n\nb\n\n```file x.toml\ny = 1\n```\n")
    assert [type(part) for part in made.parts] == [Text, Code, Text, Code]
    assert made.parts[1] == Code("both", "cab --version", "Do it", "run")
    assert made.parts[3] == Code("both", "y = 1", "x.toml", "")


def test_a_table_is_a_part_that_may_scroll(written):
    made = written("a\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n\nb\n")
    assert [part.kind for part in made.parts] == ["", "table", ""]


def test_html_stays_text(written):
    html = written("<script>alert(1)</script>\n\n<b onclick=x>y</b> [x](javascript:alert(1))").parts[0].html
    assert "<script" not in html and "<b" not in html and "href" not in html
    assert "&lt;script&gt;" in html


def test_ticks_escape_everything():
    assert ticks("a `<b>` & c") == "a <code>&lt;b&gt;</code> &amp; c"
    assert ticks("an odd ` tick <i>") == "an odd ` tick &lt;i&gt;"


def test_ticks_is_safe_under_autoescape():
    made = Environment(autoescape=True, loader=DictLoader({"x": "{{ v | ticks }}"}))
    made.filters["ticks"] = ticks
    assert made.get_template("x").render(v="`<`") == "<code>&lt;</code>"


@pytest.mark.parametrize("name", NAMES)
def test_our_own_texts_can_be_read(name):
    made = prose(name, "about.html")
    assert made.parts
    assert {part.level for part in made.parts} <= {"both", "plain", "expert"}
    assert len({entry.id for entry in made.toc}) == len(made.toc)
