"""Following files that are being written."""

import json
import os

from codingagentbench.core.sandbox import PtySize
from codingagentbench.site.live.tail import BEHIND_BYTES, LOOK_BYTES, CallTail, CastTail, LineTail, as_event
from codingagentbench.trace import CastWriter


def test_a_recording_is_read_while_it_is_written(tmp_path):
    path = tmp_path / "terminal.cast"
    tail = CastTail(path)
    assert tail.read() == []
    assert not tail.known
    with CastWriter(path, PtySize(100, 30), started=0, unix_time=1_700_000_000, title="t") as cast:
        assert tail.read() == []
        assert (tail.known, tail.columns, tail.rows, tail.began) == (True, 100, 30, 1_700_000_000)
        cast.feed("grün".encode()[:3], 1.0)
        cast.feed("grün".encode()[3:], 1.1)
        assert "".join(text for _, _, text in tail.read()) == "grün"
        assert not tail.ended
        cast.mark(2.0, "exit 0")
        path.rename(tmp_path / "published.cast")
        assert tail.read() == [(2.0, "m", "exit 0")]
        assert tail.ended
    tail.close()
    tail.close()


def test_half_a_line_waits_for_its_other_half(tmp_path):
    path = tmp_path / "lines"
    tail = LineTail(path)
    path.write_bytes(b"one\ntw")
    assert tail.read() == [b"one"]
    with path.open("ab") as stream:
        stream.write(b"o\n")
    assert tail.read() == [b"two"]


def test_who_falls_far_behind_leaves_out_what_lies_between(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b"".join(b"%08d\n" % number for number in range((BEHIND_BYTES + 4 * LOOK_BYTES) // 9)))
    tail, whole = LineTail(path), LineTail(path, keep_up=False)
    lines = tail.read()
    assert tail.left_out > 0
    assert all(len(line) == 8 for line in lines)
    assert int(lines[-1]) == (BEHIND_BYTES + 4 * LOOK_BYTES) // 9 - 1
    assert int(whole.read()[0]) == 0
    assert whole.left_out == 0


def test_an_endless_line_is_not_kept(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b"x" * (3 << 20) + b"\nend\n")
    tail = LineTail(path, keep_up=False)
    lines = []
    while tail.behind or not lines:
        lines += tail.read()
    assert lines == [b"end"]
    assert tail.left_out >= 2 << 20


def test_a_link_or_a_pipe_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("s\n")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        assert LineTail(tmp_path / name).read() == []
        assert not CastTail(tmp_path / name).read()


def test_lines_that_are_no_events_are_left_out():
    assert as_event(b'[1, "o", "x"]') == (1.0, "o", "x")
    for line in (
        b"",
        b"{",
        b'{"version": 2}',
        b'[1, "o"]',
        b'["1", "o", "x"]',
        b"[1, 2, 3]",
        b"\xff",
        b"[" * 100_000,
    ):
        assert as_event(line) is None


def test_calls_are_counted_and_unknown_tokens_stay_unknown(tmp_path):
    path = tmp_path / "model_calls.jsonl"
    tail = CallTail(path)
    call = {
        "index": 0, "started_at": "", "start_ms": 0, "api": "chat", "request_hash": "", "status": 200,
        "latency_ms": 1,
        "prompt_tokens": 10, "completion_tokens": 5,
    }  # fmt: skip
    path.write_text(f"{json.dumps(call)}\nnot a call\n{json.dumps({**call, 'api': 'models'})}\n")
    tail.read()
    assert (tail.calls, tail.tokens) == (1, 15)
    with path.open("a") as stream:
        stream.write(f"{json.dumps({**call, 'prompt_tokens': None})}\n{json.dumps(call)}\n")
    tail.read()
    assert (tail.calls, tail.tokens) == (3, None)
