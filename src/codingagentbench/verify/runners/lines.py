"""Reads what our own test programs say on descriptor 4 (`inside/channel.py` has the format)."""

from __future__ import annotations

import math
from typing import cast

from codingagentbench.core.evidence import CheckStatus
from codingagentbench.core.wire import unescape_field
from codingagentbench.verify.cases import Case
from codingagentbench.verify.runners.base import Ended

_STATUSES = ("pass", "fail", "skip", "error")
_DETAIL_CHARS = 2000


def read_lines(ended: Ended) -> tuple[tuple[Case, ...], str]:
    """The cases, and what is wrong with the report as a whole (empty when it is sound).

    Sound is a report in which each line is one of ours with this run's nonce, and the last counts the others.
    """
    *lines, rest = ended.channel.split(b"\n")
    cases: list[Case] = []
    try:
        for line in lines:
            fields = _fields(line, ended.nonce)
            if fields[0] == "end":
                whole = not rest and line is lines[-1] and fields == ["end", str(len(cases))]
                return tuple(cases), "" if whole else "the report does not end with its own count"
            cases.append(_case(fields))
    except ValueError:  # also UnicodeDecodeError
        return tuple(cases), "the report holds lines that are not ours"
    return tuple(cases), "the report has no end"


def _fields(line: bytes, nonce: str) -> list[str]:
    first, *fields = (unescape_field(field) for field in line.decode().split("\t"))
    if first != nonce or not fields:
        raise ValueError("not ours")
    return fields


def _case(fields: list[str]) -> Case:
    word, name, status, seconds, detail = fields
    if word != "case" or status not in _STATUSES:
        raise ValueError("not ours")
    taken = float(seconds)
    known = taken if math.isfinite(taken) and taken >= 0 else None
    return Case(name, cast(CheckStatus, status), detail[:_DETAIL_CHARS], known)
