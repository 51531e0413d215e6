"""Rust's own test harness, for `rustc --test` and cargo alike: its JSON events, one program a test file.

libtest writes its events to standard output, where code under test can write too. A forged line is a second report
of a test, or spoils a line; ending early loses the control tests, whose token was compiled in for this run.
"""

from __future__ import annotations

import json
from typing import Any

from codingagentbench.core.evidence import CheckStatus
from codingagentbench.verify.cases import Case
from codingagentbench.verify.runners.base import Ended, Program, Reading
from codingagentbench.verify.runners.verdict import weigh

ARGUMENTS = ("--test-threads=1", "-Z", "unstable-options", "--format=json", "--report-time")
ENV = {"RUSTC_BOOTSTRAP": "1"}
"""The events are unstable: this asks a stable libtest for them, at run time only."""
FAILED = 101
CONTROLS = """
#[test] fn zz_{control}_equal() {{ assert_eq!(1, 2); }}
#[test] fn zz_{control}_unequal() {{ assert_ne!(1, 1); }}
#[test] fn zz_{control}_holds() {{ assert!(false); }}
#[test] fn zz_{control}_token() {{ panic!("{token}"); }}
"""
COUNT = 4

_STATUSES: dict[str, CheckStatus] = {"ok": "pass", "failed": "fail", "ignored": "skip", "timeout": "error"}
_MAX_LINE = 256 * 1024


def _events(stdout: bytes) -> list[dict[str, Any]]:
    found = []
    for line in stdout.split(b"\n"):
        if line.startswith(b"{") and len(line) <= _MAX_LINE:
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict):
                found.append(event)
    return found


def _case(file: str, event: dict[str, Any]) -> Case | None:
    name, word, seconds = event.get("name"), event.get("event"), event.get("exec_time")
    if event.get("type") != "test" or not isinstance(name, str) or word not in _STATUSES:
        return None
    detail = str(event.get("stdout") or event.get("message") or "")[-2000:]
    taken = float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e9 else None
    return Case(f"{file}::{name}", _STATUSES[word], detail, taken)


def read_events(program: Program, ended: Ended, *, control: str, token: str) -> Reading:
    """The cases of one test binary, named `<program's name>::<path of the function>`."""
    events = _events(ended.stdout)
    cases = [case for event in events if (case := _case(program.name, event)) is not None]
    problem = _unsound(events, cases, token)
    return weigh(program, ended, cases, control=control, controls=COUNT, problem=problem)


def _unsound(events: list[dict[str, Any]], cases: list[Case], token: str) -> str:
    suites = [event for event in events if event.get("type") == "suite"]
    if [event.get("event") for event in suites] != ["started", "failed"] or events[-1] is not suites[-1]:
        return "the test run has no end, or more than one"
    last, counted = suites[-1], [case.status for case in cases]
    told = (suites[0].get("test_count"), last.get("passed"), last.get("failed"), last.get("ignored"))
    if told != (len(cases), counted.count("pass"), counted.count("fail"), counted.count("skip")):
        return "the test run's own counts do not agree with its tests"
    return "" if any(token in case.detail for case in cases) else "no control test said its token"
