r"""The line format between the harness and a hidden-check driver (decision 0003).

Requests: `nonce TAB check-id TAB argument...`. Answers: `nonce TAB check-id TAB field...`. One line each, UTF-8,
`\n` at the end, and four escapes inside a field as in PostgreSQL's COPY text format: `\\`, `\t`, `\n`, `\r`.

What comes back was written where the code under test could write too, so decoding trusts nothing: whatever is not
a whole, well-formed line with this run's nonce is dropped, and a second answer to one check is kept, to be failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from codingagentbench.core.task import Check

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Bytes of an answers file that are looked at; the rest is dropped."""
MAX_ANSWER_LINES = 100_000
"""Lines with the right nonce that are kept."""

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {escaped: plain for plain, escaped in _ESCAPES.items()}
_NEEDS_ESCAPE = re.compile(r"[\\\t\n\r]")
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


class _BadField(ValueError):
    """A backslash that starts none of the four escapes."""


def escape_field(text: str) -> str:
    """A field as it stands on the line."""
    return _NEEDS_ESCAPE.sub(lambda match: _ESCAPES[match.group()], text)


def _plain(match: re.Match[str]) -> str:
    try:
        return _PLAIN[match.group()]
    except KeyError:
        raise _BadField(match.group()) from None


def unescape_field(text: str) -> str:
    """The field a line holds.

    Raises:
        ValueError: a backslash starts none of the four escapes.
    """
    return _ESCAPED.sub(_plain, text) if "\\" in text else text


def encode_requests(checks: Iterable[Check], nonce: str) -> bytes:
    """What the driver reads on stdin: one line a check, the expected answers left out."""
    lines = ("\t".join(map(escape_field, (nonce, check.id, *check.request))) for check in checks)
    return "".join(f"{line}\n" for line in lines).encode()


def _decode_line(line: bytes) -> tuple[str, ...] | None:
    try:
        return tuple(unescape_field(field) for field in line.decode().split("\t"))
    except ValueError:  # also UnicodeDecodeError
        return None


def decode_answers(data: bytes, nonce: str) -> dict[str, list[tuple[str, ...]]]:
    """Check id -> every answer given to it, in order; an answer is its fields after the id.

    A check that was answered well has exactly one. Junk, unfinished lines, other nonces and whatever lies behind
    `MAX_ANSWER_BYTES` or `MAX_ANSWER_LINES` are dropped.
    """
    answers: dict[str, list[tuple[str, ...]]] = {}
    start, kept, prefix = 0, 0, f"{nonce}\t".encode()
    data = data[:MAX_ANSWER_BYTES]
    while (end := data.find(b"\n", start)) >= 0 and kept < MAX_ANSWER_LINES:
        if data.startswith(prefix, start, end):
            fields = _decode_line(data[start + len(prefix) : end])
            if fields is not None:
                answers.setdefault(fields[0], []).append(fields[1:])
                kept += 1
        start = end + 1
    return answers
