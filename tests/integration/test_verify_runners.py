"""Every test-runner adapter for real: a tiny task fails as it is and passes with its solution."""

from __future__ import annotations

import shutil
import time

import pytest

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.task import Check, CheckKind
from codingagentbench.verify import junit_of_checks, read_junit
from support.runner_kit import grade, runner_task, solution

RUNNERS = ["unittest", "pytest", "rustc", "cargo", "java", "junit4", "junit5", "node", "go", "c", "ctest"]
pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


@pytest.mark.parametrize("name", RUNNERS)
def test_the_untouched_tree_fails_and_the_solution_passes(name: str) -> None:
    task = runner_task(name)
    before, after = grade(task, {}), grade(task, solution(task))
    passed = {check.id for check in before.checks if check.passed}
    assert passed == {check.id for check in task.checks if check.kind is CheckKind.PASS_TO_PASS}
    assert {check.status for check in before.checks if not check.passed} == {"fail"}
    assert after.passed and not after.tampering, after.stderr_tail
    assert [check.id for check in after.checks] == [check.id for check in task.checks]
    assert all(check.seconds is not None and 0 <= check.seconds < 10 for check in after.checks)


@pytest.mark.parametrize("name", ["unittest", "pytest", "c"])
def test_the_kind_without_isolation_grades_alike(name: str) -> None:
    task = runner_task(name)
    assert not grade(task, {}, "none").passed
    assert grade(task, solution(task), "none").passed


def test_a_report_goes_out_as_junit_xml() -> None:
    task = runner_task("unittest")
    report = grade(task, {})
    cases = {case.id: case for case in read_junit(junit_of_checks(task.id, report.checks))}
    assert {(check.id, check.status) for check in report.checks} == {(c.id, c.status) for c in cases.values()}
    assert "-1 != 3" in cases["test_adder.py::TestAdder::test_small"].detail


def test_an_expected_test_that_does_not_exist_is_no_pass() -> None:
    task = runner_task("unittest")
    more = Check(id="test_adder.py::TestAdder::test_gone", kind=CheckKind.PASS_TO_PASS)
    report = grade(task.model_copy(update={"checks": (*task.checks, more)}), solution(task))
    gone = report.checks[-1]
    assert (gone.passed, gone.answered, gone.status) == (False, False, "error")
    assert "not reported: no test of that name ran" in gone.detail and not report.passed


def test_a_driver_and_a_runner_may_share_a_task() -> None:
    task = runner_task("unittest")
    code = "import sys; n, i, *_ = sys.stdin.read().split()\n"
    code += "open('/out/answers.tsv', 'w').write(f'{n}\\t{i}\\tok\\n')"
    data = Check(id="data", kind=CheckKind.PASS_TO_PASS, request=("x",), expected=("ok",))
    plan = task.verify.model_copy(update={"run": ("python3", "-I", "-S", "-c", code)})
    report = grade(task.model_copy(update={"checks": (data, *task.checks), "verify": plan}), solution(task))
    assert report.passed and report.checks[0].id == "data"


def test_a_plan_that_fits_nothing_is_the_verifiers_error() -> None:
    task = runner_task("unittest")
    runner = task.verify.runner
    assert runner is not None
    with pytest.raises(VerifierError, match="no hidden file matches"):
        grade(runner_task("unittest", runner=runner.model_copy(update={"files": ("*.txt",)})), {})
    rust = runner_task("rustc")
    assert rust.verify.runner is not None
    without = rust.verify.runner.model_copy(update={"options": {}})
    with pytest.raises(VerifierError, match="needs the option 'crate'"):
        grade(runner_task("rustc", runner=without), {})


def test_code_that_does_not_build_fails_every_check_and_shows_why() -> None:
    task = runner_task("c")
    report = grade(task, {"src/adder.c": "int add(int a, int b) { return a +; }\n"})
    assert not any(check.answered for check in report.checks) and report.exit_code == 1
    assert "not built: cc failed" in report.checks[0].detail and "expected expression" in report.stderr_tail


def test_a_verification_costs_little_beside_its_tests() -> None:
    """The aim is 30 ms; the bound leaves room for a machine that does other things."""
    task = runner_task("unittest")
    files = solution(task)
    taken = sorted(grade(task, files).overhead_ms or 0 for _ in range(5))
    assert taken[0] < 60, taken


def test_one_program_that_hangs_costs_only_its_own_tests() -> None:
    task = runner_task("c", timeout_s=2)
    hanging = "\nint twice(int a)\n{\n    for (;;)\n        ;\n    return a;\n}\n"
    text = solution(task)["src/adder.c"]
    begun = time.monotonic()
    report = grade(task, {"src/adder.c": text[: text.index("\nint twice")] + hanging})
    assert time.monotonic() - begun < 10
    assert {check.id: check.passed for check in report.checks} == {"test_add": True, "test_twice": False}
    assert "hit the time limit" in report.checks[1].detail
