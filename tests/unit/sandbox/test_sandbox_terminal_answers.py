"""The responder answers each query once, however the bytes were cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.sandbox.terminal import Responder

ASKED = b"hello\x1b[6n \x1b[31mred\x1b[0m \x1b[c\x1b[?u\x1b]11;?\x07\x1b]10;?\x1b\\ bye\x1b[0c"
ANSWERED = (
    b"\x1b[1;1R\x1b[?62;22c\x1b[?0u\x1b]11;rgb:0000/0000/0000\x1b\\\x1b]10;rgb:d0d0/d0d0/d0d0\x1b\\\x1b[?62;22c"
)


def answers(*chunks: bytes) -> bytes:
    responder = Responder()
    return b"".join(responder.feed(chunk) for chunk in chunks)


@given(st.lists(st.integers(0, len(ASKED)), max_size=12))
def test_cutting_changes_nothing(cuts: list[int]):
    edges = [0, *sorted(cuts), len(ASKED)]
    assert answers(*(ASKED[a:b] for a, b in pairwise(edges))) == ANSWERED


def test_byte_by_byte():
    assert answers(*(bytes([byte]) for byte in ASKED)) == ANSWERED


@pytest.mark.parametrize("text", [b"", b"6n [c", b"\x1b[1;31m\x1b[2J", b"\x1b]10;red\x07", b"\x1b]11;?"])
def test_nothing_asked_nothing_answered(text: bytes):
    assert answers(text) == b""


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_memory_stays_small(chunks: list[bytes]):
    responder = Responder()
    for chunk in chunks:
        responder.feed(chunk)
        assert len(responder._tail) <= 8
