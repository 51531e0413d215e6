"""JUnit XML: what is written is read again, and nothing hostile is believed or expanded."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.evidence import CheckResult
from codingagentbench.core.task import CheckKind
from codingagentbench.verify import junit_of_checks, read_junit, write_junit
from codingagentbench.verify.cases import Case
from codingagentbench.verify.junit import MAX_BYTES, MAX_DEPTH

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
names = text.filter(lambda name: name and name.isprintable())
cases = st.builds(
    Case,
    id=st.one_of(names, st.tuples(names, names).map("::".join)),
    status=st.sampled_from(["pass", "fail", "skip", "error"]),
    detail=names,
    seconds=st.one_of(st.none(), st.integers(0, 10_000).map(lambda number: number / 8)),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(cases, max_size=6), text)
def test_what_is_written_is_read_again_and_is_plain_xml(written: list[Case], suite: str) -> None:
    data = write_junit(suite, written)
    kept = [Case(c.id, c.status, "" if c.status == "pass" else c.detail, c.seconds) for c in written]
    assert list(read_junit(data)) == kept
    root = ET.fromstring(data)[0]
    assert [root.get("tests"), root.get("failures")] == [
        str(len(written)), str(sum(case.status == "fail" for case in written)),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_at_all_makes_xml(name: str, detail: str) -> None:
    assert len(read_junit(write_junit(name, [Case(name or "x", "fail", detail)]))) == 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_junk_is_refused_and_never_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(MalformedFile):
        read_junit(data)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<testsuite><testcase name="&b;"/></testsuite>"""
OUTSIDE = (
    b"""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&e;"/></testsuite>"""
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (b"<testsuite>" + b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH + b"</testsuite>", "nested deeper"),
        (b"<testsuite>" + b" " * MAX_BYTES + b"</testsuite>", "larger than"),
        (b"<t><testcase name='a'><testcase name='b'/></testcase></t>", "inside a testcase"),
        (b"<testsuite><testcase name='&undefined;'/></testsuite>", "not XML"),
        (b"<testsuite>", "not XML"),
        (b"", "not XML"),
    ],
)
def test_what_no_report_holds_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(MalformedFile, match=said):
        read_junit(data, "x.xml")


def test_other_writers_reports_are_read() -> None:
    data = b"""<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="4">
      <properties><property name="a" value="b"/></properties>
      <testcase classname="tests.test_a" name="test_ok" time="0.5"><system-out>PASSED</system-out></testcase>
      <testcase classname="tests.test_a" name="test_no" time="x"><failure message="m">E  x</failure></testcase>
      <testcase name="later"><skipped type="pytest.skip"/></testcase>
      <testcase name="both"><failure/><error message="teardown"/></testcase>
      <testcase name="endless" time="inf"/></testsuite></testsuites>"""
    assert read_junit(data) == (
        Case("tests.test_a::test_ok", "pass", "", 0.5),
        Case("tests.test_a::test_no", "fail", "m\nE  x", None),
        Case("later", "skip", ""),
        Case("both", "error", "teardown"),
        Case("endless", "pass", ""),
    )


def test_a_check_that_did_not_pass_is_never_a_passing_case() -> None:
    kind = CheckKind.FAIL_TO_PASS
    checks = [
        CheckResult(id="a", kind=kind, passed=True, answered=True, status="pass"),
        CheckResult(id="b", kind=kind, passed=False, answered=True, status="pass"),
        CheckResult(id="c", kind=kind, passed=False, answered=False),
        CheckResult(id="d", kind=kind, passed=False, answered=True, status="skip", detail="why"),
    ]
    found = {case.id: case.status for case in read_junit(junit_of_checks("s", checks))}
    assert found == {"a": "pass", "b": "fail", "c": "error", "d": "skip"}
