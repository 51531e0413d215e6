"""What a test program left behind, read outside: real formats, and every way to lie in them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.verify.cases import Case
from codingagentbench.verify.runners import c_plain, go_test, libtest
from codingagentbench.verify.runners.base import Ended, Program
from codingagentbench.verify.runners.lines import read_lines
from codingagentbench.verify.runners.verdict import weigh

NONCE, CONTROL, TOKEN = "n0nce", "ctl1", "t0ken"
ENDED = Ended(NONCE, 0, False, False, 0.1, b"", b"", b"")
PROGRAM = Program("file", ("x",))


def channel(*lines: str, nonce: str = NONCE) -> Ended:
    return replace(ENDED, channel="".join(f"{nonce}\t{line}\n" for line in lines).encode())


GOOD = "case\ta\\tb\tpass\t0.5\t"


def test_a_whole_report_is_read() -> None:
    cases, problem = read_lines(channel(GOOD, "case\tc\tfail\tnan\tline\\nline", "end\t2"))
    assert (cases, problem) == ((Case("a\tb", "pass", "", 0.5), Case("c", "fail", "line\nline", None)), "")


@pytest.mark.parametrize(
    "ended",
    [
        ENDED,
        channel(GOOD),
        channel(GOOD, "end\t2"),
        channel(GOOD, "end\t0", "end\t1"),
        channel("end\t0", GOOD),
        channel(GOOD, "end\t1", GOOD),
        channel(GOOD, "end\t1\tmore"),
        channel("case\ta\tpassed\t0\t", "end\t1"),
        channel("case\ta\tpass\t0", "end\t1"),
        channel("case\ta\tpass\tsoon\t", "end\t1"),
        channel("case\ta\\x\tpass\t0\t", "end\t1"),
        channel(GOOD, "end\t1", nonce="guess"),
        channel(""),
        replace(ENDED, channel=channel(GOOD, "end\t1").channel + b"x"),
        replace(ENDED, channel=b"PASSED\n" + channel(GOOD, "end\t1").channel),
        replace(ENDED, channel=b"\xff\n" + channel(GOOD, "end\t1").channel),
    ],
)
def test_anything_else_is_unsound(ended: Ended) -> None:
    assert read_lines(ended)[1]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
def test_junk_never_raises_and_is_never_sound(junk: bytes) -> None:
    assert read_lines(replace(ENDED, channel=junk))[1]
    assert read_lines(replace(ENDED, channel=channel(GOOD, "end\t1").channel + junk))[1] or not junk


HELD = [Case(f"{CONTROL}-{number}", "fail") for number in range(2)]


@pytest.mark.parametrize(
    ("cases", "ended", "problem", "tampering"),
    [
        ([*HELD, Case("a", "pass")], ENDED, "", False),
        ([Case("a", "pass")], ENDED, "0 of 2 control tests", False),
        ([*HELD, HELD[0]], ENDED, "3 of 2 control tests", False),
        ([*HELD[:1], Case(f"{CONTROL}-1", "pass")], ENDED, "1 control tests that must fail did not", True),
        ([*HELD[:1], Case(f"{CONTROL}-1", "skip")], ENDED, "1 control tests that must fail did not", True),
        (HELD, replace(ENDED, exit_code=1), "ended with exit code 1", False),
        (HELD, replace(ENDED, exit_code=-9), "ended by signal 9", False),
        (HELD, replace(ENDED, late=True), "hit the time limit", False),
        (HELD, replace(ENDED, overflowed=True), "wrote more than it may", False),
        ([*HELD, Case("a", "error", "replaced by the code under test: x")], ENDED, "replaced by", True),
    ],
)
def test_when_a_programs_word_counts(cases: list[Case], ended: Ended, problem: str, tampering: bool) -> None:
    reading = weigh(PROGRAM, ended, cases, control=CONTROL, controls=2)
    assert problem in reading.problem and bool(reading.problem) is bool(problem)
    assert bool(reading.tampering) is tampering
    assert reading.cases == (() if problem else (Case("a", "pass"),))


def rust(*events: dict[str, object], noise: str = "") -> Ended:
    out = "\n".join(
        [json.dumps({"type": "suite", "event": "started", "test_count": 6}), noise, *map(json.dumps, events)]
    )
    return replace(ENDED, exit_code=libtest.FAILED, stdout=out.encode())


def rust_test(name: str, event: str, stdout: str = "") -> dict[str, object]:
    return {"type": "test", "name": name, "event": event, "exec_time": 0.25, "stdout": stdout}


CONTROLS = [rust_test(f"zz_{CONTROL}_{number}", "failed", TOKEN if number == 3 else "x") for number in range(4)]
TESTS = [
    {"type": "test", "event": "started", "name": "a"},
    rust_test("a", "ok"),
    rust_test("m::b", "ignored"),
    *CONTROLS,
]
SUITE = {"type": "suite", "event": "failed", "passed": 1, "failed": 4, "ignored": 1, "measured": 0}


def read_rust(ended: Ended) -> tuple[tuple[Case, ...], str]:
    reading = libtest.read_events(Program("t.rs", ("x",), libtest.FAILED), ended, control=CONTROL, token=TOKEN)
    return reading.cases, reading.problem


def test_libtests_events_are_read() -> None:
    cases, problem = read_rust(rust(*TESTS, SUITE, noise="some print"))
    assert (cases, problem) == ((Case("t.rs::a", "pass", "", 0.25), Case("t.rs::m::b", "skip", "", 0.25)), "")


@pytest.mark.parametrize(
    "ended",
    [
        rust(*TESTS),
        rust(*TESTS, SUITE, rust_test("late", "ok")),
        rust(*TESTS, rust_test("a", "ok"), SUITE),
        rust(*TESTS, {**SUITE, "passed": 2}),
        rust(*TESTS[:3], SUITE),
        rust(*TESTS[:3], *[rust_test(f"zz_{CONTROL}_{n}", "failed", "x") for n in range(4)], SUITE),
        rust(*TESTS, SUITE, SUITE),
        rust(SUITE, *TESTS, SUITE),
        replace(rust(*TESTS, SUITE), exit_code=0),
        replace(ENDED, stdout=b"test a ... ok\n\ntest result: ok. 1 passed; 0 failed\n"),
        replace(ENDED, stdout=b'{"type": []}\n{"type": "suite"}\n[]\n{}\n' + b'{"a":' * 9000 + b"\n"),
    ],
)
def test_a_forged_libtest_run_does_not_count(ended: Ended) -> None:
    assert read_rust(ended)[0] == ()


PACKAGE = "example.com/adder"


def go_event(action: str, test: str = "", **more: object) -> str:
    named = {"Test": test} if test else {}
    return json.dumps({"Time": "2026-01-02T03:04:05.6Z", "Action": action, "Package": PACKAGE, **named, **more})


def go_run(test: str, action: str, said: str = "") -> list[str]:
    word = {"pass": "PASS", "fail": "FAIL", "skip": "SKIP"}[action]
    return [
        go_event("run", test),
        go_event("output", test, Output=f"=== RUN   {test}\n"),
        *([go_event("output", test, Output=f"    zz_test.go:5: {said}\n")] if said else []),
        go_event("output", test, Output=f"--- {word}: {test} (0.01s)\n"),
        go_event(action, test, Elapsed=0.01),
    ]


HEAD = [go_event("start")]
GO = [*go_run("TestAdd", "pass"), *go_run("TestAdd/sub_1", "pass"), *go_run("TestLater", "skip")]
GO_CONTROLS = [
    line
    for name in ("Fatal", "Error", "Panic", "Panic/inner")
    for line in go_run(f"TestZz{CONTROL}{name}", "fail", TOKEN)
]
TAIL = [go_event("output", Output="FAIL\n"), go_event("fail", Elapsed=0.004)]


def read_go(*lines: str, exit_code: int = 1) -> tuple[tuple[Case, ...], str]:
    ended = replace(ENDED, exit_code=exit_code, stdout="\n".join(lines).encode())
    program = Program(".", ("go",), exit_code=1)
    reading = go_test.read_events(program, ended, control=CONTROL, token=TOKEN)
    return reading.cases, reading.problem


def test_gos_events_are_read() -> None:
    cases, problem = read_go(*HEAD, *GO, *GO_CONTROLS, *TAIL)
    assert problem == "" and [(case.id, case.status) for case in cases] == [
        (f"{PACKAGE}::TestAdd", "pass"), (f"{PACKAGE}::TestAdd/sub_1", "pass"), (f"{PACKAGE}::TestLater", "skip"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        [*HEAD, *GO, *GO_CONTROLS],
        [*HEAD, *GO, *TAIL],
        [*HEAD, *GO, *GO_CONTROLS, go_event("pass", Elapsed=0.004)],
        [*HEAD, *GO, *GO_CONTROLS, *TAIL, *TAIL],
        [*HEAD, *GO, *[line.replace(TOKEN, "") for line in GO_CONTROLS], *TAIL],
        [*HEAD, *GO, *GO_CONTROLS[:-5], *go_run(f"TestZz{CONTROL}Panic/inner", "pass", TOKEN), *TAIL],
        ["ok  \texample.com/adder\t0.002s"],
    ],
)
def test_a_forged_go_run_does_not_count(lines: list[str]) -> None:
    assert read_go(*lines)[0] == ()


def test_a_go_test_reported_twice_stays_twice() -> None:
    cases, _ = read_go(*HEAD, *go_run("TestAdd", "pass"), *go_run("TestAdd", "fail"), *GO_CONTROLS, *TAIL)
    assert [case.status for case in cases] == ["pass", "fail"]


@pytest.mark.parametrize(
    ("lines", "exit_code", "status", "tampering"),
    [
        (("case\tcontrol\tfail\t0\t", "case\tmain\tpass\t0\t", "end\t2"), 0, "pass", False),
        (("case\tcontrol\tfail\t0\t", "case\tmain\tpass\t0\t", "end\t2"), 1, "fail", False),
        (("case\tcontrol\tfail\t0\t", "case\tmain\tfail\t0\t", "end\t2"), 1, "fail", False),
        (("case\tcontrol\tfail\t0\t",), 0, "fail", False),
        (("case\tmain\tpass\t0\t", "end\t1"), 0, "fail", False),
        (("case\tmain\tpass\t0\t", "case\tmain\tpass\t0\t", "end\t2"), 0, "fail", False),
        ((), 0, "fail", False),
        (("case\tcontrol\tpass\t0\t",), -9, "", True),
    ],
)
def test_a_c_program_passes_by_one_end_only(
    lines: tuple[str, ...], exit_code: int, status: str, tampering: bool
) -> None:
    reading = c_plain.read_program(PROGRAM, replace(channel(*lines), exit_code=exit_code))
    assert [case.status for case in reading.cases] == ([status] if status else [])
    assert bool(reading.tampering) is tampering
