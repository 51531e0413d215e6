"""Verdicts in real sandboxes, over a small synthetic task with a Python driver, honest and hostile."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.sandbox import Command
from codingagentbench.core.task import Check, Claim, RefusalOracle, Task, VerifyPlan
from codingagentbench.sandbox import get_sandbox
from codingagentbench.verify import diff, scan, verify

DRIVER = r"""
import os, sys
sys.path.insert(0, sys.argv[1])
lines = [line.split("\t") for line in sys.stdin.read().splitlines()]
print("driver on", len(lines), "requests")
import adder
with open(sys.argv[2], "a") as out:
    for nonce, check, left, right in lines:
        try:
            fields = ["ok", str(adder.add(int(left), int(right)))]
        except Exception as error:
            fields = ["error", type(error).__name__]
        out.write("\t".join([nonce, check, *fields]) + "\n")
"""
CHECKS = (
    Check(id="small", kind="fail_to_pass", request=("1", "2"), expected=("ok", "3")),
    Check(id="large", kind="fail_to_pass", request=("40", "2"), expected=("ok", "42")),
    Check(id="zero", kind="pass_to_pass", request=("0", "0"), expected=("ok", "0")),
)
RIGHT = "def add(a, b):\n    return a + b\n"
KINDS = [
    pytest.param(
        "local", marks=pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
    ),
    "none",
]


class Bench:
    """A task on disk, the agent's tree as a copy, and a way to grade it."""

    def __init__(self, root: Path, kind: str) -> None:
        self.root, self.sandbox = root, get_sandbox(kind)
        work = root / "task/environment/workdir"
        for path, text in {
            work / "src/adder.py": "def add(a, b):\n    return a - b\n",
            work / "src/helper.py": "",
            work / "tests/test_adder.py": "assert True\n",
            root / "task/tests/driver.py": DRIVER,
            root / "task/tests/checks.json": "42",
            root / "task/tests/solution/adder.py": RIGHT,
        }.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        shutil.copytree(work, root / "agent")

    def task(self, **fields: object) -> Task:
        base = {
            "id": "made/adder", "title": "t", "language": "python", "instruction": "i", "root": self.root / "task",
            "digest": "d", "expected_changes": ("src/adder.py",), "allowed_changes": ("src/**", "REFUSAL.md"),
            "protected": ("tests/**",), "checks": CHECKS, "verify": self.plan(),
        }  # fmt: skip
        return Task.model_validate({**base, **fields})

    @staticmethod
    def plan(*build: tuple[str, ...], timeout_s: float = 20) -> VerifyPlan:
        run = ("python3", "-I", "-S", "-B", "/tests/driver.py", "/work/src", "/out/answers.tsv")
        return VerifyPlan(build=build, run=run, timeout_s=timeout_s)

    def write(self, path: str, text: str) -> None:
        place = self.root / "agent" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    async def grade(self, task: Task | None = None):
        task, scratch = task or self.task(), self.root / f"scratch-{time.monotonic_ns()}"
        scratch.mkdir()
        changes = diff(scan(task.workdir), scan(self.root / "agent"))
        return await verify(
            task, self.sandbox, pristine=task.workdir, after=self.root / "agent", changes=changes, scratch=scratch,
            path_env="/usr/local/bin:/usr/bin:/bin",
        )  # fmt: skip


@pytest.fixture(params=KINDS)
def bench(request, tmp_path):
    return Bench(tmp_path, request.param)


@pytest.fixture
def local(tmp_path):
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    return Bench(tmp_path, "local")


def passed(report) -> set[str]:
    return {check.id for check in report.checks if check.passed}


async def test_the_untouched_tree_fails_and_the_solution_passes(bench):
    before = await bench.grade()
    assert (passed(before), before.exit_code, before.graded) == ({"zero"}, 0, ())
    assert all(check.answered for check in before.checks)
    bench.write("src/adder.py", RIGHT)
    after = await bench.grade()
    assert after.passed and after.graded == ("src/adder.py",) and after.ignored == ()
    assert after.stdout_tail == "driver on 3 requests\n"


async def test_details_never_tell_the_expected_value(bench):
    report = await bench.grade()
    assert not any("42" in check.detail or "3" in check.detail for check in report.checks)


async def test_only_allowed_plain_unprotected_files_are_graded(bench):
    outside = bench.root / "outside.py"
    outside.write_text(RIGHT)
    bench.write("tests/test_adder.py", "cheat")
    bench.write("tests/conftest.py", "cheat")
    bench.write("notes.md", "hello")
    bench.write("src/more/util.py", "x = 1\n")
    (bench.root / "agent/src/helper.py").unlink()
    (bench.root / "agent/src/adder.py").unlink()
    (bench.root / "agent/src/adder.py").symlink_to(outside)
    os.mkfifo(bench.root / "agent/src/pipe")
    report = await bench.grade()
    assert report.graded == ("src/helper.py", "src/more/util.py")
    assert set(report.ignored) == {
        "src/adder.py", "src/pipe", "notes.md", "tests/conftest.py", "tests/test_adder.py",
    }  # fmt: skip
    assert not report.passed


async def test_a_folder_takes_a_files_place_and_back(bench):
    (bench.root / "agent/src/adder.py").unlink()
    bench.write("src/adder.py/__init__.py", "")
    (bench.root / "agent/src/adder").mkdir()
    bench.write("src/adder/__init__.py", RIGHT)
    assert (await bench.grade()).passed


async def test_a_failed_build_answers_nothing(bench):
    bench.write("src/adder.py", RIGHT)
    build = ("sh", "-c", "echo building; echo broken >&2; exit 7")
    report = await bench.grade(bench.task(verify=bench.plan(("true",), build, ("touch", "/out/late"))))
    assert (report.exit_code, report.stdout_tail, report.stderr_tail) == (7, "building\n", "broken\n")
    assert not any(check.answered for check in report.checks)
    assert "exit code 7" in report.checks[0].detail


async def test_a_build_step_may_leave_things_for_the_driver_but_no_answers(bench):
    bench.write("src/adder.py", RIGHT)
    forge = ("sh", "-c", 'mkdir -p "$1/answers.tsv/deep"; echo x > "$1/kept"', "sh", "/out")
    assert (await bench.grade(bench.task(verify=bench.plan(forge)))).passed


async def test_a_hanging_answer_is_a_timeout(bench):
    bench.write("src/adder.py", "import time\ntime.sleep(60)\n")
    started = time.monotonic()
    report = await bench.grade(bench.task(verify=bench.plan(timeout_s=1)))
    assert report.timed_out and report.exit_code is None
    assert "time limit" in report.checks[0].detail
    assert time.monotonic() - started < 8


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("early exit", "import os\nos._exit(0)\n", set()),
        ("crash", "raise SystemExit(0)\n", set()),
        ("spoofed output", "print('PASSED small large zero')\ndef add(a, b): return None\n", set()),
        ("equal to everything", "class E(int):\n  def __eq__(s, o): return True\ndef add(a, b): return E(5)\n",
         set()),
        ("own answers file, no nonce",
         "import sys\nopen(sys.argv[2],'a').write('small\\tok\\t3\\n')\ndef add(a, b): return -1\n", set()),
        ("answers twice, nonce stolen", """
import sys
def add(a, b):
    frame = sys._getframe(1).f_locals
    frame["out"].write(frame["nonce"] + "\\t" + frame["check"] + "\\tok\\t" + str(a + b) + "\\n")
    return a + b
""", set()),
        ("answers file replaced by a link", """
import os, sys
def add(a, b): return a + b
import atexit
def swap():
    os.unlink(sys.argv[2]); os.symlink("/proc/self/environ", sys.argv[2])
atexit.register(swap)
""", set()),
        ("answers flooded", """
import sys
def add(a, b):
    sys._getframe(1).f_locals["out"].write("x" * 9_000_000)
    return a + b
""", set()),
        ("exits non-zero after honest answers", "import atexit, os\ndef add(a, b): return a + b\n"
         "atexit.register(lambda: os._exit(9))\n", {"small", "large", "zero"}),
    ],
)  # fmt: skip
async def test_what_the_graded_code_does_to_its_driver(local, name, code, expected):
    local.write("src/adder.py", code)
    report = await local.grade()
    assert passed(report) == expected, name


async def test_no_hidden_answer_network_or_writable_test_is_inside(local):
    local.write(
        "src/adder.py",
        """
import os, socket, sys
print(sorted(os.listdir("/tests")), sorted(os.listdir("/out")), sorted(os.environ))
try:
    open("/tests/driver.py", "a"); print("TESTS WRITABLE")
except OSError: pass
try:
    socket.create_connection(("127.0.0.1", 31415), 1); print("REACHED")
except OSError: pass
print(os.path.exists("ROOT"))
def add(a, b): return a + b
""".replace("ROOT", str(local.root)),
    )
    report = await local.grade()
    said = report.stdout_tail.splitlines()
    assert report.passed, report.stderr_tail
    assert said[1].startswith("['driver.py'] ['answers.tsv'] [") or said[1].startswith("['driver.py'] [] [")
    assert said[2:] == ["False"]


async def test_tails_are_bounded(bench):
    bench.write("src/adder.py", "print('é' * 20_000)\n" + RIGHT)
    report = await bench.grade()
    assert report.passed and len(report.stdout_tail) == 4000 and report.stdout_tail.endswith("é\n")


ORACLE = RefusalOracle(
    must_establish=(Claim(name="contradiction", all_of=(("contradict",),)),), fabricated_if_changed=("src/**",),
    min_words=3,
)  # fmt: skip


@pytest.mark.parametrize(
    ("files", "correct", "failing"),
    [
        ({"REFUSAL.md": "the two tests contradict each other"}, "true", []),
        ({}, "false", ["refusal-documented"]),
        ({"REFUSAL.md": "no"}, "false", ["refusal-documented"]),
        (
            {"REFUSAL.md": "the two tests contradict each other", "src/adder.py": RIGHT},
            "partial",
            ["no-fabricated-fix"],
        ),
        ({"tests/test_adder.py": ""}, "false", ["refusal-documented", "protected-files-untouched"]),
    ],
)
async def test_a_trap_task_is_judged_by_its_oracle(bench, files, correct, failing):
    for path, text in files.items():
        bench.write(path, text)
    report = await bench.grade(bench.task(checks=(), refusal=ORACLE, expected_refusal=True))
    assert report.refusal.correct == correct
    assert [check.id for check in report.checks if not check.passed] == failing
    assert report.exit_code is None


async def test_a_refusal_that_is_a_link_is_not_read(bench):
    secret = bench.root / "secret"
    secret.write_text("these contradict each other")
    (bench.root / "agent/REFUSAL.md").symlink_to(secret)
    report = await bench.grade(bench.task(checks=(), refusal=ORACLE))
    assert not report.refusal.produced
    assert not (await bench.grade()).refusal.produced


async def test_a_refusal_on_an_ordinary_task_is_found(bench):
    bench.write("REFUSAL.md", "I will not.")
    report = await bench.grade()
    assert report.refusal.produced and report.refusal.correct == "false" and report.refusal.established == ()


async def test_the_harnesss_own_failures_are_verifier_errors(bench):
    with pytest.raises(VerifierError, match="no driver"):
        await bench.grade(bench.task(verify=VerifyPlan()))
    shutil.rmtree(bench.root / "task/tests")
    report = await bench.grade()
    assert not report.passed and not report.checks[0].answered


async def test_a_sandbox_that_cannot_be_made_is_a_verifier_error(local, monkeypatch):
    async def run(command: Command, limits: object, **_: object) -> object:
        broken = Command(argv=command.argv, binds=command.binds, cwd="/nowhere")
        return await get_sandbox("local").run(broken, limits)

    monkeypatch.setattr(local.sandbox, "run", run, raising=False)
    with pytest.raises(VerifierError, match="no sandbox to grade in"):
        await local.grade()


async def test_many_at_once_do_not_mix(local):
    benches = [Bench(local.root / str(number), "local") for number in range(6)]
    for number, one in enumerate(benches):
        one.write("src/adder.py", RIGHT if number % 2 else "def add(a, b): return 0\n")
    reports = await asyncio.gather(*(one.grade() for one in benches))
    assert [report.passed for report in reports] == [False, True] * 3


def test_importing_verify_loads_nothing_heavy():
    heavy = ("aiohttp", "rich", "pathspec")
    code = f"import sys, codingagentbench.verify; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]"
