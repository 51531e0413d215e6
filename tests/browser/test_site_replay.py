"""The replay in a real browser, from file://: keys, pointer, one clock for trace and terminal, hostile traces."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest
from playwright.sync_api import Page

from codingagentbench.core.evidence import SpanKind
from support.browser import Opener, axe, scrolls_sideways
from support.replay_page import make_page, span, write_attempt
from support.sites import BuiltSite

ARGUMENTS = '{"cmd": "ls -la", "text": "</script><img src=x onerror=alert(1)>"}'
STEP_MS = 100
"""What one scripted operation may take."""

RUN = [
    span(0, 0, 10_000, name="the cell"),
    span(1, 10, 200, kind="sandbox", name="local:open"),
    span(2, 200, 8_200, kind="adapter_run", name="agent:task"),
    span(3, 1_000, 1_400, parent=2, kind="model_call", name="chat m", attrs={
        "call": 0, "gen_ai.usage.input_tokens": 321, "gen_ai.usage.output_tokens": 12, "ttft_ms": 90.0,
        "gen_ai.response.finish_reasons": ["tool_calls"],
    }),
    span(4, 1_400, 1_900, parent=3, name="bash", attrs={
        "gen_ai.tool.call.arguments": ARGUMENTS, "gen_ai.tool.call.result": "total 0\x1b[31m\u202eevil",
    }),
    span(5, 8_300, 9_900, kind="verify", name="verify:task"),
]  # fmt: skip

CAST = [
    [0.3, "o", "first line\r\n"],
    [1.0, "o", "\x1b[1msecond line\x1b[0m\r\n"],
    [6.0, "o", "third line\r\n"],
    [8.1, "m", "exit 0"],
]
START = 100
"""Where the recording's second 0 lies: the marker's 8.1 s are the program's end at 8,200 ms."""


@pytest.fixture
def run_page(tmp_path: Path) -> Path:
    return make_page(
        write_attempt(tmp_path / "results", RUN, CAST, stdout="first line\nsecond line\n"), tmp_path / "site"
    )


def opened(open_page: Opener, file: Path, **options: object) -> Page:
    page = open_page(f"{file}#replay", **options)  # type: ignore[arg-type]
    page.wait_for_selector(".replay[data-ready]")
    return page


def time(page: Page) -> float:
    return float(page.get_attribute("#replay", "data-time") or "nan")


def screen(page: Page) -> str:
    """What the terminal shows once it has drawn what it was told."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.inner_text(".ap-term")


def seek(page: Page, ms: float) -> None:
    page.evaluate("t => document.getElementById('replay').replay.clock.seek(t)", ms)


def test_keys_step_play_and_leave_typing_alone(run_page: Path, open_page: Opener) -> None:
    page = opened(open_page, run_page)
    page.focus("#replay")
    for expected in (10, 200, 1_000, 1_400, 1_900, 8_200):
        page.keyboard.press("ArrowRight")
        assert time(page) == expected
    page.keyboard.press("ArrowLeft")
    assert time(page) == 1_900
    page.keyboard.press(".")
    assert time(page) == 2_000
    page.keyboard.press(",")
    page.keyboard.press(",")
    assert time(page) == 1_800
    page.keyboard.press("End")
    assert time(page) == 10_000
    assert page.inner_text(".replay-time").replace("\u202f", " ") == "t = 10.00 s / 10.00 s"
    page.keyboard.press("Home")
    assert time(page) == 0

    page.keyboard.press("Space")
    page.wait_for_function("() => Number(document.getElementById('replay').dataset.time) > 50")
    assert page.inner_text(".replay-play") == "Pause"
    page.keyboard.press("Space")
    stopped = time(page)
    assert page.get_attribute("#replay", "data-state") == "paused"

    page.focus("#words")
    page.keyboard.type("a , . b")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    assert page.input_value("#words") == "a , . b"
    page.focus("#replay")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Alt+.")
    assert time(page) == stopped

    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press(".")
    assert time(page) == pytest.approx(stopped + 100)
    page.evaluate("() => { document.querySelector('footer').scrollIntoView(); }")
    page.focus("footer a")
    page.keyboard.press(".")
    assert time(page) == pytest.approx(stopped + 100), "a key of the page's was taken"


def test_buttons_and_scrubber_by_keyboard(run_page: Path, open_page: Opener) -> None:
    page = opened(open_page, run_page)
    page.click(".replay-step[data-step='1']")
    assert time(page) == 10
    page.keyboard.press("ArrowRight")
    assert time(page) == 200, "after a click on a button the arrows still step"
    page.focus(".replay-scrub")
    page.keyboard.press("End")
    assert time(page) == 10_000
    page.keyboard.press("ArrowLeft")
    assert 0 < time(page) < 10_000
    assert "of 10.00" in (page.get_attribute(".replay-scrub", "aria-valuetext") or "")
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.wait_for_function("() => Number(document.getElementById('replay').dataset.time) > 0")
    page.click(".replay-play")
    assert page.get_attribute("#replay", "data-state") == "paused"


def test_pointer_seeks_selects_and_zooms(run_page: Path, open_page: Opener) -> None:
    page = opened(open_page, run_page)
    box = page.locator(".replay-canvas").bounding_box()
    assert box
    tool = (box["x"] + box["width"] * 0.165, box["y"] + 22 + 3 * 20 + 8)
    page.mouse.click(*tool)
    assert time(page) == pytest.approx(1_650, abs=15)
    detail = page.inner_text(".replay-detail")
    assert "tool_call" in detail and '"cmd": "ls -la"' in detail
    assert "total 0\\x1b[31m\\x202eevil" in detail, "controls and bidirectional marks are spelt out"

    page.mouse.dblclick(*tool)
    assert page.is_enabled(".replay-whole")
    view = page.evaluate(
        "() => { const v = document.getElementById('replay').replay.view; return [v.from, v.to]; }"
    )
    assert view[0] == pytest.approx(1_400, abs=20) and view[1] == pytest.approx(1_900, abs=20)
    page.keyboard.press("Home")
    view = page.evaluate(
        "() => { const v = document.getElementById('replay').replay.view; return [v.from, v.to]; }"
    )
    assert view[0] == 0 and view[1] < 600, "the zoomed picture follows the clock"
    page.click(".replay-whole")
    page.wait_for_function("() => document.getElementById('replay').replay.view.to === 10000")

    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 32)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 32, steps=4)
    page.mouse.up()
    assert time(page) == pytest.approx(7_000, abs=15)


def test_detail_tells_of_a_model_call(run_page: Path, open_page: Opener) -> None:
    page = opened(open_page, run_page)
    page.click("a[data-span='3']")
    assert time(page) == 1_000
    detail = page.inner_text(".replay-detail").replace("\u202f", " ")
    for fact in (
        "model_call",
        "chat m",
        "Latency\n400 ms",
        "Tokens in\n321",
        "Finish\ntool_calls",
        "To first token\n90 ms",
    ):
        assert fact in detail
    assert page.get_attribute(".replay-detail a", "href") == "#call-0"
    page.click(".replay-detail button")
    assert "agent:task" in page.inner_text(".replay-detail"), "the parent"


def test_terminal_is_in_step_with_the_trace(run_page: Path, open_page: Opener) -> None:
    page = opened(open_page, run_page)
    for at, shown, missing in (
        (50, "", "first"),
        (START + 299, "", "first"),
        (START + 300, "first line", "second"),
        (START + 1_000, "second line", "third"),
        (START + 6_001, "third line", "fourth"),
        (9_999, "third line", "fourth"),
        (START + 999, "first line", "second"),
    ):
        seek(page, at)
        text = screen(page)
        assert shown in text and missing not in text, at
    assert page.inner_text(".replay-terminal-time").replace("\u202f", " ") == "Recording at 999 ms of 8.10 s."

    page.select_option(".replay-speed", "5")
    page.click(".replay-play")
    page.wait_for_function("() => Number(document.getElementById('replay').dataset.time) > 2500")
    apart = page.evaluate("""async () => { const r = document.getElementById('replay').replay, found = [];
        for (let n = 0; n < 10; n++) {
            await new Promise(requestAnimationFrame);
            found.push(Math.abs((await r.terminal.player.getCurrentTime()) * 1000 + r.place.start - r.clock.t));
        }
        return Math.max(...found); }""")
    assert apart < 50
    page.wait_for_function("() => document.getElementById('replay').dataset.state === 'paused'")
    assert time(page) == 10_000, "the clock runs on after the recording"


def test_terminal_drives_the_trace(run_page: Path, open_page: Opener) -> None:
    page = opened(open_page, run_page)
    page.click(".ap-overlay-start")
    page.wait_for_function("() => document.getElementById('replay').dataset.state === 'playing'")
    page.hover(".ap-term")
    page.click(".ap-playback-button")
    page.wait_for_function("() => document.getElementById('replay').dataset.state === 'paused'")
    bar = page.locator(".ap-progressbar .ap-bar").bounding_box()
    assert bar
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    page.wait_for_function("() => Number(document.getElementById('replay').dataset.time) > 3000")
    assert time(page) == pytest.approx(START + 4_050, abs=80)
    page.focus(".replay-screen")
    before = time(page)
    page.keyboard.press(".")
    assert time(page) == pytest.approx(before + 100), "the replay's keys, not the player's"
    assert "second line" in screen(page)
    page.click(".ap-term-text")
    page.keyboard.press("ArrowRight")
    assert time(page) == 8_200


def test_terminal_text_lies_on_its_background(tmp_path: Path, open_page: Opener) -> None:
    rows = [[0.1, "o", "".join(f"\x1b[{number};1H\x1b[4{number % 8}mrow {number}" for number in range(1, 61))]]
    made = write_attempt(tmp_path / "results", RUN, rows, header={"version": 2, "width": 80, "height": 60})
    page = opened(open_page, make_page(made, tmp_path / "site"))
    seek(page, 5_000)
    assert "row 60" in screen(page)
    heights = page.evaluate("""() => ["canvas", "pre.ap-term-text"].map(
        name => document.querySelector(".ap-term " + name).getBoundingClientRect().height)""")
    assert heights[0] > 480 and abs(heights[0] - heights[1]) < 2


def test_idle_time_is_kept_or_skipped(run_page: Path, open_page: Opener) -> None:
    page = opened(open_page, run_page)
    skipped = page.evaluate("""() => { const c = document.getElementById('replay').replay.clock; c.t = 2000;
        const kept = c.skipped(4000); c.skipIdle = true;
        return [kept, c.skipped(3000), c.skipped(4000), c.skipped(6150)]; }""")
    assert skipped == [4_000, 3_000, START + 6_000, 6_150]


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 390)])
def test_accessible_in_both_themes_and_on_a_phone(
    run_page: Path, open_page: Opener, dark: bool, width: int
) -> None:
    page = opened(open_page, run_page, dark=dark, width=width)
    page.click("a[data-span='4']")
    screen(page)
    axe(page)
    assert scrolls_sideways(page) == ""


def test_without_scripts(run_page: Path, open_page: Opener) -> None:
    page = open_page(run_page, scripts=False)
    assert page.locator(".replay-svg rect").count() == len(RUN)
    assert page.is_visible(".replay-svg") and not page.is_visible(".replay-bar")
    assert "second line" in page.inner_text(".replay-text pre")
    assert "↳ 0000000000000003" in page.inner_text(".replay-table")
    assert "</script><img" in page.inner_text(".replay-table")


def hostile_spans(count: int) -> list[dict[str, object]]:
    """Nested, overlapping, empty, orphaned, circular, with times of any kind."""
    chance = random.Random(7)
    kinds = SpanKind.__args__  # type: ignore[attr-defined]
    spans = [span(0, 0, 100_000)]
    for number in range(1, count):
        start = chance.uniform(-100, 110_000)
        end = start + chance.choice([0, 0, 1e-9, chance.expovariate(0.001), -50])
        if number % 400 == 0:
            start, end = chance.choice([(math.nan, 5.0), (-math.inf, math.inf), (1e308, 2e308), (-1e300, 4.0)])
        parent = chance.choice([0, number - 1, number + 1, number, 10**9, chance.randrange(count)])
        spans.append(span(number, start, end, parent=parent, kind=chance.choice(kinds), name="x" * (number % 90)))
    return spans


def test_ten_thousand_hostile_spans(tmp_path: Path, open_page: Opener) -> None:
    noise = [[n / 100, "o", f"\x1b[{n % 47}m line {n} \x1b]0;title\x07\r\n"] for n in range(10_000)]
    file = make_page(write_attempt(tmp_path / "results", hostile_spans(10_000), noise), tmp_path / "site")
    page = opened(open_page, file)
    assert page.inner_text("#spans-title") == "Trace spans (10000)"
    page.focus("#replay")
    page.keyboard.press("ArrowRight")
    assert time(page) > 0
    took = page.evaluate("""async () => {
        const r = document.getElementById('replay').replay, found = {};
        const measure = async (name, act) => {
            const times = [];
            for (let n = 0; n < 9; n++) {
                const start = performance.now();
                act(n);
                r.view.paint();
                times.push(performance.now() - start);
                await new Promise(requestAnimationFrame);
            }
            found[name] = times.sort((a, b) => a - b)[4];
        };
        await measure("step", () => r.step(1));
        await measure("back", () => r.step(-1));
        await measure("seek", n => r.clock.seek(9000 * (n + 1)));
        await measure("seek back", n => r.clock.seek(90000 - 9000 * n));
        await measure("zoom", n => { r.select(n * 700); r.zoom(n * 700); });
        await measure("whole", () => r.whole());
        await measure("hit", n => r.view.at(50 * n, 150));
        return found; }""")
    print(took)
    assert max(took.values()) < STEP_MS, took


def test_hostile_text_neither_runs_nor_breaks(tmp_path: Path, open_page: Opener) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028\u2029\u202e<!--"
    attrs = {
        "__proto__": evil,
        "constructor": {"deep": [evil]},
        evil: evil,
        "gen_ai.tool.call.arguments": "9" * 5_000_000,
    }
    spans = [
        span(0, 0, 900, name=evil, attrs=attrs, error=evil),
        span(1, 5, 800, name=evil, kind="adapter_run", attrs=attrs),
    ]
    events = [
        [0.1, "o", evil], "[0.2, \"o\", ", '{"no": "event"}', [0.2, "o", "y" * 5_000_000], [1e400, "o", "late"],
        [-5, "o", "early"], [0.3, "m", evil], [0.31, "r", "100x30"], [0.32, "r", "99999x99999"],
        [0.4, "o", "the end"],
    ]  # fmt: skip
    text = "\x1b[31mred\x1b[0m </pre><script>alert(3)</script>\n"
    spans.append(span(2, 5, 6, name="a lone \ud800 surrogate is no text"))
    events.append([0.5, "o", "\ud800 the last"])
    made = write_attempt(tmp_path / "results", spans, events, stdout=text, header={"width": 10**9, "height": -1})
    file = make_page(made, tmp_path / "site")
    page = opened(open_page, file)
    page.focus("#replay")
    page.keyboard.press("End")
    assert "the end" in screen(page) and "the last" in screen(page)
    assert "1 line of trace.jsonl cannot be read" in page.inner_text("#replay")
    page.evaluate("() => document.querySelector('.replay-text').open = true")
    assert "red </pre><script>alert(3)</script>" in page.inner_text(".replay-text pre")
    assert "cannot be read" in page.inner_text(".replay-terminal")


def test_terminal_without_a_trace(tmp_path: Path, open_page: Opener) -> None:
    page = opened(open_page, make_page(write_attempt(tmp_path / "results", (), CAST), tmp_path / "site"))
    page.focus("#replay")
    for _ in range(11):
        page.keyboard.press(".")
    assert "second line" in screen(page)
    page.keyboard.press("ArrowRight")
    assert time(page) == 8_100, "without spans the arrows go to the recording's ends"
    assert "no trace" in page.inner_text("#replay")
    axe(page)


def test_nothing_at_all(tmp_path: Path, open_page: Opener) -> None:
    page = open_page(make_page(write_attempt(tmp_path / "results"), tmp_path / "site"))
    assert "no trace" in page.inner_text("#replay") and "printed nothing" in page.inner_text("#replay")
    axe(page)


def test_real_cell_page(built_site: BuiltSite, open_page: Opener) -> None:
    found = [
        path
        for path in built_site.pages()
        if path.startswith("cell/") and path.endswith("run1/index.html") and "oracle" in path
    ]
    page = opened(open_page, built_site.file(next(path for path in found if "/pi/" in path)))
    page.focus("#replay")
    page.keyboard.press("End")
    assert screen(page).strip()
    assert page.locator(".replay-table tbody tr").count() >= 8


def test_gallery(built_site: BuiltSite, open_page: Opener) -> None:
    page = open_page(f"{built_site.file('recordings.html')}?outcome=solved")
    cards = page.locator(".recording:visible")
    assert cards.count() > 0
    assert all(card.get_attribute("data-outcome") == "solved" for card in cards.all())
    assert page.inner_text(".recording:visible .recording-still").strip()
    page.select_option("select[name=outcome]", "")
    assert "outcome" not in page.url
    axe(page)
    page.click(".recording:visible .recording-link")
    page.wait_for_selector(".replay[data-ready]")
