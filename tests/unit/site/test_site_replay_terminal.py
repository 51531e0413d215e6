"""Recordings of any quality: bounded, repaired, laid on the trace's clock; the data files; the stills."""

from __future__ import annotations

import json
import math
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.evidence import Span
from codingagentbench.site.replay import read_replay, replay_context, replay_files
from codingagentbench.site.replay.cast import EVENT, TEXT, Recording, read_recording
from codingagentbench.site.replay.clock import clock_of
from codingagentbench.site.replay.files import VALUE, received
from codingagentbench.site.replay.layout import lay_out
from codingagentbench.site.replay.still import COLUMNS_SHOWN, ROWS_SHOWN, still
from codingagentbench.site.replay.text import SHOWN
from support.replay_page import span, write_attempt

NODE = Path(__file__).parents[3] / ".venv/bin/node"
PROGRAM = [span(0, 0, 9_000), span(1, 2, 40, kind="sandbox"), span(2, 40, 8_000, kind="adapter_run")]


def recording(tmp_path: Path, *lines: Any, header: Any = None) -> Recording:
    return read_recording(write_attempt(tmp_path / "r", (), lines, header=header).folder / "terminal.cast")


def test_broken_lines_are_counted_and_the_rest_is_kept(tmp_path: Path) -> None:
    found = recording(
        tmp_path,
        [1, "o", "one"], "{", '[2, "o"', [2, "x", "?"], [True, "o", "?"], [2, "o", 5], "null", "[" * 100_000,
        [0.5, "o", "earlier"], '[NaN, "o", "no time"]', '[1e999, "o", "never"]', f'[{"9" * 400}, "o", "far"]',
        [-3, "o", "before"], [3, "r", "100x30"], [3, "r", "0x9"], [3, "r", "12345x1"], [4, "m", "exit 0"],
    )  # fmt: skip
    assert [event[0] for event in found.events] == [1, 1, 1, 1, 1, 1, 3, 4]
    assert found.broken == 9 and found.has_output and found.end_ms == 4_000


@pytest.mark.parametrize(
    "header", [{"width": 10**9, "height": -4}, {"width": "80", "height": None}, [1], "text", 5]
)
def test_a_header_that_is_none(tmp_path: Path, header: Any) -> None:
    found = recording(tmp_path, [1, "o", "one"], header=header)
    assert (found.width, found.height) == (80, 24) and found.has_output


def test_no_file_and_an_empty_one(tmp_path: Path) -> None:
    assert read_recording(tmp_path / "none.cast") == Recording()
    (tmp_path / "empty.cast").touch()
    assert not read_recording(tmp_path / "empty.cast").has_output


def test_a_recording_of_sixteen_megabytes_is_cut_in_bounded_time(tmp_path: Path) -> None:
    lines = [[n / 10, "o", "\x1b[32m" + "x" * 1_000] for n in range(16_000)]
    begun = time.perf_counter()
    found = recording(tmp_path, *lines)
    assert time.perf_counter() - begun < 5
    assert sum(len(text) for _, _, text in found.events) <= TEXT + EVENT
    assert found.cut_ms is not None and 0 < found.cut_ms < 1_600_000


def test_a_line_of_five_megabytes_is_shortened_and_one_of_twenty_is_none(tmp_path: Path) -> None:
    found = recording(tmp_path, [1, "o", "x" * 5_000_000], [2, "o", "y" * 20_000_000], [3, "o", "after"])
    assert found.shortened == 1 and len(found.events[0][2]) == EVENT
    assert found.broken == 1 or found.cut_ms is not None


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_recording(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("cast") / "terminal.cast"
    path.write_bytes(b'{"width": 80, "height": 24}\n' + data)
    times = [event[0] for event in read_recording(path).events]
    assert times == sorted(times) and all(map(math.isfinite, times))
    still(path)


def test_second_zero_is_exact_from_the_exit_marker() -> None:
    layout = lay_out(spans_of(PROGRAM))
    events = ((0.5, "o", "text"), (7.9985, "m", "exit 0"))
    clock = clock_of(layout, Recording(events=events))
    assert clock.terminal_starts == pytest.approx(1.5, abs=0.6)
    near = clock_of(layout, Recording(events=((0.5, "o", "text"), (7.99, "m", "exit 0"))))
    assert near.terminal_starts == pytest.approx(10.0) and near.terminal_ends == pytest.approx(8_000)
    assert near.duration == 9_000


@pytest.mark.parametrize(
    "last", [(0.5, "o", "text"), (1.0, "m", "exit 0"), (99.0, "m", "exit 0"), (7.99, "m", "other")]
)
def test_second_zero_without_a_marker_to_trust_is_the_start_of_the_sandbox(last: tuple[float, str, str]) -> None:
    assert clock_of(lay_out(spans_of(PROGRAM)), Recording(events=(last,))).terminal_starts == 2


def test_a_recording_without_a_trace_has_a_clock_of_its_own() -> None:
    clock = clock_of(lay_out(()), Recording(events=((4.0, "o", "text"),)))
    assert (clock.duration, clock.terminal_starts, clock.terminal_ends) == (4_000, 0, 4_000)


def spans_of(spans: list[dict[str, Any]]) -> list[Span]:
    return [Span.model_validate(one) for one in spans]


EVIL = "</script><!-- \u2028\u2029 \ud800 \x00\x1b[2J \u202e '\" \\ \U0001f600 ] ]>"


def test_the_data_files_are_scripts_that_say_what_was_recorded(tmp_path: Path) -> None:
    attrs = {"__proto__": EVIL, EVIL: [EVIL, {"a": math.nan}], "n": math.inf, "big": 2**70, "none": None}
    name = EVIL.replace("\ud800", "")
    spans = [
        span(
            0,
            0,
            900,
            name=name,
            attrs={
                k.replace("\ud800", ""): json.loads(json.dumps(v).replace("\\ud800", "")) for k, v in attrs.items()
            },
        )
    ]
    made = write_attempt(tmp_path / "r", spans, [[0.1, "o", EVIL]])
    got = {}
    for file in replay_files(made, read_replay(made)):
        assert b"</" not in file.body
        script = tmp_path / Path(file.path).name
        script.write_bytes(b"globalThis.cab={receive:(n,d)=>console.log(JSON.stringify([n,d]))};\n" + file.body)
        ran = subprocess.run([NODE, script], capture_output=True, text=True, check=True, timeout=30)
        got.update([json.loads(ran.stdout)])
    assert got["trace"]["spans"][0]["name"] == name
    pairs = dict(map(tuple, got["trace"]["spans"][0]["attrs"]))
    assert (
        pairs["__proto__"] == name and pairs["n"] == "inf" and pairs["none"] is None and pairs["big"] == str(2**70)
    )
    assert got["terminal"]["cast"] == [{"version": 2, "width": 80, "height": 24}, [0.1, "o", EVIL]]


@given(st.text() | st.dictionaries(st.text(), st.text()))
@settings(max_examples=50, deadline=None)
def test_data_comes_back_as_it_was(data: Any) -> None:
    body = received("name", data)
    text = body.decode("utf-8").removeprefix('cab.receive("name", ').removesuffix(");\n")
    assert json.loads(text) == data
    assert "</" not in text and "\u2028" not in text and "\u2029" not in text


def test_large_attributes_are_cut_and_all_together_bounded(tmp_path: Path) -> None:
    spans = [span(n, 0, 900, attrs={f"key {k}": "x" * 9_000 for k in range(300)}) for n in range(10)]
    made = write_attempt(tmp_path / "r", spans)
    body = replay_files(made, read_replay(made))[0].body
    assert len(body) < 7_000_000
    assert f"{'x' * 10}… (9,000 characters)".encode() in body and b"x" * (VALUE + 1) not in body
    assert b"only in trace.jsonl" in body


def test_the_text_is_the_end_of_what_was_printed(tmp_path: Path) -> None:
    made = write_attempt(tmp_path / "r", stdout="\x1b[31mred\x1b[0m\n" * 10_000 + "the last\n")
    terminal = replay_context(made, read_replay(made)).terminal
    text = terminal.text
    assert (
        text.cut
        and len(text.shown) <= SHOWN
        and text.shown.endswith("red\nthe last\n")
        and "\x1b" not in text.shown
    )
    assert not terminal.has_output


def test_a_still_is_the_last_screen(tmp_path: Path) -> None:
    events = [[n / 10, "o", f"\x1b[3{n % 8}mline {n} 中文\x1b[0m {'=' * 100}\r\n"] for n in range(400)]
    made = write_attempt(tmp_path / "r", (), events, header={"version": 2, "width": 120, "height": 40})
    lines = still(made.folder / "terminal.cast").split("\n")
    assert len(lines) == ROWS_SHOWN and max(map(len, lines)) <= COLUMNS_SHOWN
    assert lines[-1].startswith("line 399 中文 ===")


def test_a_still_of_sequences_the_emulator_does_not_know(tmp_path: Path) -> None:
    events = [[0.1, "o", "\x1b[?1;2H\x1b[?5A\x1b[1;2;3Kone\r\n"], [0.2, "o", "\x1b[?3@\r\ntwo\r\n"]]
    made = write_attempt(tmp_path / "r", (), events)
    assert still(made.folder / "terminal.cast").endswith("two")


def test_a_still_of_nothing(tmp_path: Path) -> None:
    made = write_attempt(tmp_path / "r", (), [[0.1, "m", "exit 0"], [0.2, "o", " \r\n\x1b[2J"]])
    assert still(made.folder / "terminal.cast") == "" and still(tmp_path / "none") == ""
