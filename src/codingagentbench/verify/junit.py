"""JUnit XML, the exchange format of test reports: written for CI systems, read with nothing but flat data
believed.

A test's id is `classname::name`; of one without a class, its name. Reading refuses document types (and with them
every entity), and is bounded in bytes, tests, depth and text.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.evidence import CheckResult, CheckStatus
from codingagentbench.verify.cases import Case

MAX_BYTES = 8 * 1024 * 1024
MAX_CASES = 50_000
MAX_DEPTH = 32
MAX_DETAIL_CHARS = 4000

_OUTCOMES: dict[str, CheckStatus] = {"failure": "fail", "error": "error", "skipped": "skip"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def _text(text: str) -> str:
    return re.sub(r'[&<>"\t\n\r]', lambda found: _ESCAPES[found[0]], _NO_XML.sub("\ufffd", text))


def _named(case_id: str) -> str:
    classname, found, name = case_id.partition("::")
    return f'classname="{_text(classname)}" name="{_text(name)}"' if found else f'name="{_text(case_id)}"'


def _element(case: Case) -> str:
    time = "" if case.seconds is None else f' time="{case.seconds:.6f}"'
    head = f"  <testcase {_named(case.id)}{time}"
    tag = next((tag for tag, status in _OUTCOMES.items() if status == case.status), None)
    if tag is None:
        return f"{head}/>\n"
    first, _, rest = case.detail.partition("\n")
    return f'{head}><{tag} message="{_text(first)}">{_text(rest)}</{tag}></testcase>\n'


def write_junit(suite: str, cases: Sequence[Case]) -> bytes:
    """One test suite as UTF-8 XML. What XML cannot hold becomes U+FFFD."""
    counted = Counter(case.status for case in cases)
    total = sum(case.seconds or 0 for case in cases)
    numbers = f'tests="{len(cases)}" failures="{counted["fail"]}" errors="{counted["error"]}"'
    head = f'<testsuite name="{_text(suite)}" {numbers} skipped="{counted["skip"]}" time="{total:.6f}">\n'
    body = "".join(map(_element, cases))
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{head}{body}</testsuite>\n</testsuites>\n'
    return text.encode("utf-8")


def junit_of_checks(suite: str, checks: Iterable[CheckResult]) -> bytes:
    """A verification's checks as a test suite: a check that is not passed is never a passing test case."""
    return write_junit(suite, [_case_of(check) for check in checks])


def _case_of(check: CheckResult) -> Case:
    unpassed: CheckStatus = "fail" if check.answered else "error"
    told = unpassed if check.status in (None, "pass") else check.status
    return Case(check.id, "pass" if check.passed else told or unpassed, check.detail, check.seconds)


class _Reader:
    def __init__(self, where: str) -> None:
        self.cases: list[Case] = []
        self._where, self._depth, self._text = where, 0, ""
        self._open: Case | None = None
        self._inside = False

    def refuse(self, what: str) -> MalformedFile:
        return MalformedFile(what, where=self._where, remedy="give a plain JUnit XML report")

    def doctype(self, *_: object) -> None:
        raise self.refuse("holds a document type, which no report needs")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH or len(self.cases) >= MAX_CASES:
            raise self.refuse(f"more than {MAX_CASES} tests, or nested deeper than {MAX_DEPTH}")
        if tag == "testcase":
            if self._open is not None:
                raise self.refuse("a testcase inside a testcase")
            self._open = Case(_id(attributes), "pass", seconds=_seconds(attributes.get("time", "")))
        elif self._open is not None and tag in _OUTCOMES:
            status = "error" if self._open.status != "pass" else _OUTCOMES[tag]
            self._text, self._inside = attributes.get("message", ""), True
            self._open = replace(self._open, status=status)

    def characters(self, data: str) -> None:
        if self._inside and len(self._text) < MAX_DETAIL_CHARS:
            self._text += ("\n" if self._text and not self._text.endswith("\n") else "") + data

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._open is None:
            return
        if tag in _OUTCOMES:
            self._inside = False
            self._open = replace(self._open, detail=self._text[:MAX_DETAIL_CHARS])
        elif tag == "testcase":
            self.cases.append(self._open)
            self._open = None


def _id(attributes: dict[str, str]) -> str:
    classname, name = attributes.get("classname", ""), attributes.get("name", "")
    return f"{classname}::{name}" if classname else name


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def read_junit(data: bytes, where: str = "JUnit XML") -> tuple[Case, ...]:
    """The tests of a report in document order, doubles included. Two outcomes on one test are an error of it.

    Raises:
        MalformedFile: no XML, too large, too deep, or with a document type.
    """
    from xml.parsers import expat

    reader = _Reader(where)
    if len(data) > MAX_BYTES:
        raise reader.refuse(f"larger than {MAX_BYTES} bytes")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise reader.refuse(f"not XML: {error}") from None
    return tuple(reader.cases)
