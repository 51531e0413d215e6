"""The recording plays in a real terminal emulator and keeps its timing."""

import json

import pyte
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.sandbox import PtySize
from codingagentbench.trace import CastWriter, plain_text


def read(path):
    header, *events = [json.loads(line) for line in path.read_text().splitlines()]
    return header, events


def test_a_recording_plays_to_the_same_screen(tmp_path):
    chunks = [(b"\x1b[31mred\x1b[0m h\xc3", 10.5), (b"\xa9llo\r\nnext", 11.25)]
    path = tmp_path / "terminal.cast"
    with CastWriter(path, PtySize(20, 4), started=10.0, unix_time=1_700_000_000.9, title="t") as cast:
        for data, at in chunks:
            cast.feed(data, at)
        cast.mark(12.0, "exit 0")
    header, events = read(path)
    assert (header["version"], header["width"], header["height"]) == (2, 20, 4)
    assert [event[0] for event in events] == [0.5, 1.25, 2.0]
    screen = pyte.Screen(20, 4)
    stream = pyte.Stream(screen)
    for _, code, text in events:
        if code == "o":
            stream.feed(text)
    assert screen.display[0].rstrip() == "red héllo"
    assert screen.display[1].rstrip() == "next"


@given(st.lists(st.binary(max_size=40)))
def test_any_bytes_make_a_readable_file(tmp_path_factory, chunks):
    path = tmp_path_factory.mktemp("cast") / "x.cast"
    with CastWriter(path, PtySize(), started=0.0, unix_time=0, title="") as cast:
        for at, data in enumerate(chunks):
            cast.feed(data, float(at))
    _, events = read(path)
    assert [event[0] for event in events] == sorted(event[0] for event in events)


def test_plain_text_drops_escapes_and_redrawn_lines():
    data = b"\x1b]0;title\x07one\r\n10%\r50%\r100%\r\n\x1b[1;32mgreen\x1b[0m \x1b(Bok\x08\r\n"
    assert plain_text(data) == "one\n100%\ngreen ok\n"


@given(st.binary(max_size=200))
def test_plain_text_never_leaves_a_control_character(data):
    assert not [char for char in plain_text(data) if ord(char) < 32 and char not in "\t\n"]
