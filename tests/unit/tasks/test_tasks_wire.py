"""The line format between harness and driver: whole lines with the right nonce, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core import wire
from codingagentbench.core.task import Check, CheckKind

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FIELDS = st.lists(TEXT, max_size=4).map(tuple)


def check(request: tuple[str, ...], name: str = "a") -> Check:
    return Check(id=name, kind=CheckKind.FAIL_TO_PASS, request=request, expected=("secret-answer",))


@given(st.lists(FIELDS, max_size=5))
def test_what_is_encoded_is_decoded(requests: list[tuple[str, ...]]) -> None:
    checks = [check(fields, f"c{number}") for number, fields in enumerate(requests)]
    data = wire.encode_requests(checks, "n")
    assert data.count(b"\n") == len(checks) and b"\r" not in data and b"secret-answer" not in data
    assert wire.decode_answers(data, "n") == {one.id: [one.request] for one in checks}


@given(st.binary(max_size=200), st.text("abn\\\t\r", max_size=20))
def test_junk_is_dropped(junk: bytes, line: str) -> None:
    wire.decode_answers(junk + f"\nn\t{line}\n".encode(), "n")
    good = wire.encode_requests([check(("1",), "only")], "nonce")
    answers = wire.decode_answers(junk.replace(b"nonce", b"") + b"\n" + good, "nonce")
    assert answers == {"only": [("1",)]}


def test_the_four_escapes() -> None:
    data = wire.encode_requests([check(("a\tb", "c\\n", "d\r\n"))], "n")
    assert data == b"n\ta\ta\\tb\tc\\\\n\td\\r\\n\n"


def test_a_wrong_nonce_an_unfinished_line_and_a_bad_escape_are_dropped() -> None:
    data = b"x\ta\tok\nn\tb\tb\\ad\nn\tc\t\\\nn\td\t\xff\nnn\te\tok\nn\nn\tf\tok\nn\tg\tcut"
    assert wire.decode_answers(data, "n") == {"f": [("ok",)]}


def test_a_second_answer_is_kept_for_the_caller_to_fail() -> None:
    assert wire.decode_answers(b"n\ta\t1\nn\ta\t2\n", "n") == {"a": [("1",), ("2",)]}


def test_bytes_and_lines_are_capped(monkeypatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER_BYTES", 20)
    assert wire.decode_answers(b"n\ta\tok\nn\tb\tok\nn\tc\tok\n", "n").keys() == {"a", "b"}
    monkeypatch.setattr(wire, "MAX_ANSWER_LINES", 1)
    assert wire.decode_answers(b"n\ta\tok\nn\tb\tok\nn\tc\tok\n", "n").keys() == {"a"}
