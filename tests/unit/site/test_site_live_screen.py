"""Terminals as text: whatever an agent writes, quickly and without acting."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.visible import visible
from codingagentbench.site.live.lines import PlainLines
from codingagentbench.site.live.screen import Terminal

ESCAPES = st.sampled_from(
    [
        "\x1b[",
        "\x1b]0;",
        "\x1b[?",
        "\x1b[>4;1m",
        "\x1b(",
        "\x1b#8",
        "\x1bc",
        "\x9b",
        "\x07",
        "\r\n",
        "\u0301",
        "\u202e",
    ]
)


def text_of(*pieces):
    terminal = Terminal(20, 4)
    for piece in pieces:
        terminal.feed(piece)
    return terminal.view().text


def test_what_a_person_would_see():
    assert text_of("one\r\ntwo") == "one\ntwo"
    assert text_of("abc\rX") == "Xbc"
    assert text_of("old\x1b[2J\x1b[Hnew") == "new"
    assert text_of("\x1b[31mred\x1b[0m") == "red"
    assert text_of("\x1b]0;a title\x07shown") == "shown"


def test_a_sequence_in_two_pieces_is_one():
    assert text_of("a\x1b[", "2Jb") == " b"
    assert text_of("日", "本") == "日本"


@pytest.mark.parametrize(
    "bad", ["\x1b[>4;1mok", "\x1b[?1049hok", "e\u0301ok", "\u200d\u202eok", "\x1b[" + "9" * 6000 + "m\x1b[0mok"]
)
def test_what_terminals_do_not_know_hides_nothing_behind_it(bad):
    assert text_of(bad).endswith("ok")


def test_the_size_stays_what_it_was():
    terminal = Terminal(20, 4)
    terminal.feed("\x1b[?3h\x1b[8;500;500twide")
    view = terminal.view()
    assert (view.columns, view.rows, len(view.lines)) == (20, 4, 4)


def test_only_changed_lines_are_told():
    terminal = Terminal(20, 4)
    terminal.feed("one\r\ntwo")
    first = terminal.view()
    assert first.since(-1) == {0: "one", 1: "two", 2: "", 3: ""}
    terminal.feed("!")
    second = terminal.view()
    assert second.since(first.revision) == {1: "two!"}
    assert terminal.view().revision == second.revision


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), ESCAPES), max_size=30))
def test_no_output_raises_or_leaves_anything_that_acts(pieces):
    text = text_of(*pieces)
    assert visible(text) == text
    assert len(text.split("\n")) <= 4


@pytest.mark.parametrize(
    "unit", ["plain text ", "\u0301", "\x1b[9999L", "\x1b]0;aaaa", "日本", "\x1b[2J\x1b[H" + "x" * 50]
)
def test_a_flood_is_worked_through_in_no_time(unit):
    terminal = Terminal(120, 40)
    began = time.process_time()
    terminal.feed(unit * (65536 // len(unit)))
    terminal.view()
    assert time.process_time() - began < 3


def test_lines_for_a_log_hold_no_escape():
    plain = PlainLines()
    assert plain.feed("one\r\n\x1b[31mtw") == ["one"]
    assert plain.feed("o\x1b[0m\n50 %\r100 %\r\n") == ["two", "100 %"]
    assert plain.feed("rest \x1b]52;c;aGk=\x07!") == []
    assert plain.end() == ["rest !"]


def test_an_endless_line_is_cut():
    plain = PlainLines()
    shown = [line for _ in range(20) for line in plain.feed("x" * 10_000)] + plain.end()
    assert max(map(len, shown)) <= 4000
