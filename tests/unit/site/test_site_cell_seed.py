"""The published cell page: every line of it is on ours, as printed or in a better form that is named here."""

from __future__ import annotations

import json

import pytest

from codingagentbench.site.render import Renderer
from codingagentbench.site.site import open_site
from codingagentbench.site.views.cell import VIEW
from support.page_text import page_text, plain
from support.seed_cell import AXIS_LINE, IMAGE, SPAN_LINE, SPEC, make_seed_cell, seed_lines

PATH = f"cell/{SPEC.sweep_id}/{SPEC.tui}/{SPEC.model}/{SPEC.task}/run1/index.html"

BETTER: dict[str, tuple[tuple[str, ...], str]] = {
    "161.4s": (("Wall 161.43 s",), "the unit stands apart from the number"),
    "Refusal": (("Refusal not applicable no refusal is right on this task",), "the card says why it is empty"),
    "Tokens/correct": (("Tokens/correct not measured per-call token",), "the card says why it is empty"),
    "Axis Keys Values": (("Keys and values",), "one part an axis, with its formula, in place of a table of JSON"),
    "tokens": (("Tokens tokens not recorded",), "label and value"),
    "not recorded": (("not recorded",), "as printed"),
    "duration": (("Duration duration_s 161.43 s",), "label and value"),
    "space play/pause · ←/→ step span · ,/. step 100 ms": (
        ("space play/pause · ← / → step span · , / . step 100 ms",), "as printed, the keys marked as keys"
    ),
    "span a9c80c93bfe0483fa250c9d2218f4662task_setupprepare:polyglot/rust-error-handling0 ms1 ms": (
        ("a9c80c93bfe0483fa250c9d2218f4662", "task_setup", "prepare:polyglot/rust-error-handling"),
        "the words of the first span run together there; the table of spans has them apart",
    ),
    "task_categorypolyglot": (("task_category polyglot",), "name and value apart"),
    "plugin_stack[]": (("plugin_stack []",), "name and value apart"),
    "behavior_modefactory": (("behavior_mode factory",), "name and value apart"),
    "replay of the run — opencode cells show genuine step timing; others show a span summary": (
        ("Terminal playback",), "with us every recording has its true timing, so there is nothing to say"
    ),
    "No terminal recording for this run yet…": (
        ("The agent printed nothing that was recorded. Recordings of other cells",), "said and linked"
    ),
    "Exact image and harness flags for this cell…": (
        ("comparable, not guaranteed identical", "models are not deterministic"), "said once"
    ),
    "Imagecodingagentbench/opencode:v1.15.10·sha256:sha256:e56bdb69f…": (
        ("codingagentbench/opencode:v1.15.10", IMAGE), "whole, and `sha256:` once: doubled it is no digest"
    ),
    "docker run — exact image used in this run": (
        ("This cell", "cab run --tui opencode --model stepfun-ai/step-3.5-flash"),
        "container forms are shown once they work; `cab run` works",
    ),
    "Explore with your own model": (("With a model of your own",), "another heading"),
    "Substitute your endpoint, key, and model ID…": (
        ("Any OpenAI-compatible endpoint", "The result then speaks of your model and endpoint"), "shorter"
    ),
    "opencode — BYO endpoint wiring": (("The agent by itself, at your endpoint",), "another heading"),
    "Results vary — comparable, not guaranteed identical (model nondeterminism).": (
        ("comparable, not guaranteed identical",), "said once"
    ),
    "Span Kind Name Duration Attrs / Error": (("Span Kind Name Start Duration Attrs / Error",), "starts as well"),
    "# Timestamp Request hash Prompt Completion Latency Finish": (
        ("No model call was recorded",), "no table without rows; with calls it has these columns and more"
    ),
    "Per-call token capture is not available for this run.": (
        ("No model call was recorded for this run", "per-call token capture was not available"), "why, at the axis"
    ),
    "README / Markdown": (("README / Markdown",), "as printed"),
    "HTML / iframe": (("HTML", "iframe"), "two snippets, since they are two things"),
    "CodingAgentBench: opencode × stepfun-ai/step-3.5-flash 52%": (
        ("CodingAgentBench: opencode × stepfun-ai/step-3.5-flash · polyglot/rust-error-handling", "52 %"),
        "with the task and the outcome",
    ),
}  # fmt: skip
"""Line of the published page -> what stands for it on ours, and why."""

GONE = {
    "docker": "the container form is shown once it works: the published digest is doubled and cannot be pulled",
    "npx": "the zero-install form is shown once it works",
    "wiring": "made from the adapter's definition: the published file is one that this opencode does not read",
    "embed": "snippets name this site and paths that it has",
    "zero": "the zero-install form is shown once it works",
}
"""Why lines of printed commands have others in their place."""


def _gone(line: str) -> str:
    marks = {
        "docker": ("# pull the exact", "docker ", "-e CAB_", "codingagentbench/opencode:v1.15.10@", "run-cell",
                   "--tui", "--model stepfun", "--task poly"),
        "npx": ("npx ", "--endpoint", "--key", "# provisional"),
        "wiring": ("# ", "#   ", "opencode run", "--format", "--dangerously", "-m codingagentbench"),
        "embed": ("[![CodingAgentBench", "<a href="),
        "zero": ("Zero-install", "Provisional score"),
    }  # fmt: skip
    return next((name for name, starts in marks.items() if line.startswith(starts)), "")


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    results = tmp_path_factory.mktemp("seed") / "results"
    results.mkdir()
    make_seed_cell(results)
    site = open_site(results)
    page = VIEW.output(site, PATH, {})
    assert page is not None
    return Renderer(site).html(page)


def _scalars(value: object) -> list[str]:
    """Each number, word and text in a value, as JSON."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in _scalars(item)]
    if isinstance(value, list):
        return [text for item in value for text in _scalars(item)]
    return [json.dumps(value, ensure_ascii=False)]


def _wanted(line: str) -> tuple[str, ...]:
    """What has to be on our page for a line of the published one."""
    if axis := AXIS_LINE.fullmatch(line):
        keys = json.loads(axis[2])
        found = [text for name, value in keys.items() for text in (f'"{name}": ', *_scalars(value))]
        return (*found, f" {axis[1]} ")
    if span := SPAN_LINE.fullmatch(line):
        kind = {"container": "sandbox"}.get(span[3], span[3])
        attrs = json.loads(span[6])
        scalars = [str(value) for value in attrs.values() if isinstance(value, str | int | float)]
        shown = [{"False": "no", "True": "yes"}.get(text, text) for text in (*attrs, *scalars)]
        return (span[1], span[2] or "", kind, span[4], *shown)
    better = _better(line)
    return BETTER[better][0] if better else (line,)


def _better(line: str) -> str:
    """The key of a line's better form, empty where it has none; a key may end in `…` for the rest of a line."""
    if line in BETTER:
        return line
    return next((key for key in BETTER if key.endswith("…") and line.startswith(key[:-1])), "")


def test_every_line_of_the_published_page_is_found(html):
    text = page_text(html)
    missing = []
    for line in seed_lines():
        if line.startswith("workdir/"):
            wanted: tuple[str, ...] = (line.removeprefix("workdir"),)
        elif not _better(line) and not AXIS_LINE.fullmatch(line) and (why := _gone(line)):
            assert GONE[why]
            continue
        else:
            wanted = _wanted(line)
        missing += [(line[:80], part) for part in wanted if plain(part) not in text]
    assert missing == []


def test_every_named_exception_is_about_a_line_of_the_page():
    assert set(BETTER) == {_better(line) for line in seed_lines()} - {""}


def test_the_published_numbers_are_exact(html):
    text = page_text(html)
    for number in ("0.5171413010139121", "0.44760867342608074", "161432.963", "161422.246"):
        assert number in text
    assert "sha256:sha256:" not in html


@pytest.mark.parametrize(
    "heading",
    ["Per-axis scores", "Run identity", "Timing", "Scorer breakdown", "Trace replay", "Terminal playback",
     "The patch", "Model calls (0)", "Verifier checks", "Evidence", "Run it yourself", "Neighbours",
     "Embed this result"],
)  # fmt: skip
def test_it_has_the_sections_that_the_published_page_lacks_too(html, heading):
    assert heading in page_text(html)


def test_what_the_published_page_lacked(html):
    text = page_text(html)
    assert "Where the wall clock went. The parts add up to it." in text
    assert "With this cell's numbers (0.40 × 0.0000 + 0.20 × 1.0000 + 0.15 × 1.0000 + 0.15 × 0.4476" in text
    assert "sha256sum --check" in text
    assert "Not solved in 161.43 s, tokens not recorded; nothing else was touched." in text
