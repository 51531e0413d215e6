"""What code under test does to its runner. Nothing here may pass; what reaches for the runner is named."""

from __future__ import annotations

import shutil

import pytest

from support.runner_kit import grade, runner_task, solution

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")

FORGED = """\
<testsuites><testsuite name="x"><testcase classname="test_adder.py" name="test_small"/></testsuite></testsuites>
test_adder.py::TestAdder::test_small PASSED
TAP version 13
ok 1 - small
1..1
test small ... ok
test result: ok. 3 passed; 0 failed
"""
REST = "\ndef double(a):\n    return 2 * a\n"
WRONG = "\ndef add(a, b):\n    return -1\n" + REST
FIND_CHANNEL = """
import os
for fd in range(3, 200):
    try:
        os.write(fd, b"guess\\tcase\\ttest_adder.py::TestAdder::test_small\\tpass\\t0\\t\\nguess\\tend\\t1\\n")
    except OSError:
        pass
"""
ANY_PYTHON = {
    "leaves at import": "import sys\nsys.exit(0)\n",
    "leaves at import, hard": "import os\nos._exit(0)\n",
    "leaves in a test": "import os\ndef add(a, b):\n    os._exit(0)\n" + REST,
    "raises SystemExit in a test": "def add(a, b):\n    raise SystemExit(0)\n" + REST,
    "prints reports": f"print({FORGED!r})\nimport sys\nprint({FORGED!r}, file=sys.stderr)\n" + WRONG,
    "writes reports": "import os\nfor place in ('/out', '/work', '/tmp'):\n"
    "    for name in ('junit.xml', 'report', 'answers.tsv'):\n"
    f"        open(f'{{place}}/{{name}}', 'w').write({FORGED!r})\n" + WRONG,
    "writes to every descriptor": FIND_CHANNEL + WRONG,
    "equals everything": "class E:\n    __eq__ = lambda *_: True\n    __ne__ = lambda *_: False\n"
    "    __hash__ = None\n"
    "def add(a, b):\n    return E()\n" + REST,
    "equals every number": "class E(int):\n    def __eq__(self, other):\n        return isinstance(other, int)\n"
    "    __hash__ = int.__hash__\ndef add(a, b):\n    return E(7)\n" + REST,
    "hides a liar in a list, and claims a plain class": "class E(int):\n    __module__ = 'builtins'\n"
    "    __eq__ = lambda *_: True\n    __hash__ = int.__hash__\ndef add(a, b):\n    return E(7)\n" + REST,
    "floods its output": "print('x' * 30_000_000)\n" + WRONG,
    "kills the supervisor": "import os\nos.kill(os.getppid(), 9)\n" + WRONG,
    "patches a builtin": "import builtins\nreal = builtins.isinstance\nbuiltins.isinstance = lambda *a: real(*a)\n"
    + "def add(a, b):\n    return a + b\n"
    + REST,
}
PATCHES = {
    "unittest": {
        "patches TestCase.run": "import unittest\ndef run(self, result=None):\n    result.startTest(self)\n"
        "    result.addSuccess(self)\n    result.stopTest(self)\nunittest.TestCase.run = run\n" + WRONG,
        "patches the assertions": "import unittest\nfor name in dir(unittest.TestCase):\n"
        "    if name.startswith('assert'):\n        setattr(unittest.TestCase, name, lambda *a, **k: None)\n"
        + WRONG,
        "patches the result": "import gc, unittest\nfor one in gc.get_objects():\n"
        "    if isinstance(one, type) and issubclass(one, unittest.TestResult):\n"
        "        one.addFailure = one.addError = lambda self, test, err: self.addSuccess(test)\n" + WRONG,
        "skips at import": "import unittest\nraise unittest.SkipTest('not today')\n",
        "skips in a test": "import unittest\ndef add(a, b):\n    raise unittest.SkipTest('not today')\n" + REST,
    },
    "pytest": {
        "patches reports": "import _pytest.reports as r\nreal = r.TestReport.from_item_and_call\n"
        "def forged(item, call):\n    call.excinfo = None\n    return real(item, call)\n"
        "r.TestReport.from_item_and_call = forged\n" + WRONG,
        "registers a plugin": "import gc, pytest\nclass P:\n    @pytest.hookimpl(hookwrapper=True)\n"
        "    def pytest_runtest_makereport(self, item, call):\n        out = yield\n"
        "        out.get_result().outcome = 'passed'\n"
        "for one in gc.get_objects():\n    if isinstance(one, pytest.Config):\n"
        "        one.pluginmanager.register(P())\n"
        "        break\n" + WRONG,
        "replaces builtins at run time": "import builtins\ndef add(a, b):\n"
        "    builtins.AssertionError = type('Quiet', (BaseException,), {})\n    return -1\n" + REST,
        "skips at import": "import pytest\npytest.skip('not today', allow_module_level=True)\n",
        "skips in a test": "import pytest\ndef add(a, b):\n    pytest.skip('not today')\n" + REST,
        "fails as expected": "import pytest\ndef add(a, b):\n    pytest.xfail('not today')\n" + REST,
    },
}
NAMED = {
    "patches TestCase.run",
    "patches the assertions",
    "patches the result",
    "patches reports",
    "registers a plugin",
}
PYTHON = [
    pytest.param(runner, name, id=f"{runner}: {name}")
    for runner in ("unittest", "pytest")
    for name in (*ANY_PYTHON, *PATCHES[runner])
]


@pytest.mark.parametrize(("runner", "name"), PYTHON)
def test_python_code_that_does_not_add_does_not_pass(runner: str, name: str) -> None:
    task = runner_task(runner)
    report = grade(task, {"src/adder.py": {**ANY_PYTHON, **PATCHES[runner]}[name]})
    adding = [check for check in report.checks if check.kind == "fail_to_pass"]
    assert not report.passed and not any(check.passed for check in adding), report.checks
    assert bool(report.tampering) is (name in NAMED), report.tampering


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
def test_files_that_steer_python_are_not_graded_and_nothing_shadows_the_standard_library(runner: str) -> None:
    task = runner_task(runner)
    hook = "import os\nos._exit(0)\n"
    names = (
        "conftest.py",
        "sitecustomize.py",
        "usercustomize.py",
        "json.py",
        "unittest.py",
        "pytest.py",
        "ast.py",
    )
    ini = "[pytest]\naddopts = --collect-only\n"
    files = {**{f"src/{name}": hook for name in names}, "src/pytest.ini": ini, "src/evil.pth": hook}
    solved = grade(task, {**files, **solution(task)})
    assert solved.passed, solved.stderr_tail
    assert {"src/conftest.py", "src/sitecustomize.py", "src/pytest.ini", "src/evil.pth"} <= set(solved.ignored)
    assert not grade(task, files).passed


def test_the_supervisor_cannot_be_read_and_nothing_of_the_job_is_left() -> None:
    code = """
import ctypes, os, sys
def say(*words):
    print(*words, file=sys.stderr)
parent = f"/proc/{os.getppid()}"
assert "supervisor.py" in open(f"{parent}/cmdline").read()
for read in (lambda: open(f"{parent}/mem", "rb"), lambda: open(f"{parent}/environ", "rb").read(1),
             lambda: os.readlink(f"{parent}/fd/1"), lambda: open(f"{parent}/fd/1", "w")):
    try:
        say("READ", read())
    except OSError as error:
        say("refused", error.errno)
if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0:
    say("TRACED")
say(sorted(os.listdir("/out")), sorted(os.environ))
"""
    task = runner_task("unittest")
    report = grade(task, {"src/adder.py": code + solution(task)["src/adder.py"]})
    assert report.passed
    each = ["refused 13"] * 4 + ["[] ['HOME', 'LANG', 'PATH', 'TZ']"]
    assert report.stderr_tail.splitlines() == each * 2, "once for each hidden file"


def test_a_daemon_is_dead_before_the_next_test_file_runs() -> None:
    task = runner_task("unittest")
    daemon = """
import os, time
if os.path.exists("/tmp/alive"):
    was = os.path.getsize("/tmp/alive")
    time.sleep(0.3)
    assert os.path.getsize("/tmp/alive") == was, "something still runs"
elif os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    while True:
        open("/tmp/alive", "a").write("x")
        time.sleep(0.01)
time.sleep(0.1)
"""
    report = grade(task, {"src/adder.py": daemon + solution(task)["src/adder.py"]})
    assert report.passed, report.stderr_tail


RUST_REST = "\npub fn double(a: i64) -> i64 { 2 * a }\n"
RUST_WRONG = "pub fn add(_: i64, _: i64) -> i64 { -1 }\n" + RUST_REST
JSON = r"""{ "type": "test", "name": "small", "event": "ok", "exec_time": 0.1 }"""
RUST = {
    "leaves in a test": "pub fn add(_: i64, _: i64) -> i64 { std::process::exit(0) }\n" + RUST_REST,
    "leaves before main": "extern \"C\" fn leave() { std::process::exit(101) }\n"
    '#[used] #[link_section = ".init_array"] static LEAVE: extern "C" fn() = leave;\n' + RUST_WRONG,
    "prints events": f"pub fn add(_: i64, _: i64) -> i64 {{\n    use std::io::Write;\n"
    f"    let _ = std::io::stdout().write_all(b\"\\n{JSON.replace(chr(34), chr(92) + chr(34))}\\n\");\n"
    "    -1\n}\n"
    + RUST_REST,
    "brings its own assertions": "#[macro_export] macro_rules! assert_eq { ($($t:tt)*) => {}; }\n"
    "#[macro_export] macro_rules! assert { ($($t:tt)*) => {}; }\n" + RUST_WRONG,
    "silences panics": "pub fn add(_: i64, _: i64) -> i64 {\n"
    "    std::panic::set_hook(Box::new(|_| ()));\n    -1\n}\n"
    + RUST_REST,
}  # fmt: skip


@pytest.mark.parametrize("name", RUST)
def test_rust_code_that_does_not_add_does_not_pass(name: str) -> None:
    report = grade(runner_task("rustc"), {"src/lib.rs": RUST[name]})
    assert not any(check.passed for check in report.checks if check.kind == "fail_to_pass"), report.checks
    assert not report.tampering


def test_files_that_steer_cargo_are_not_graded() -> None:
    task = runner_task("cargo")
    steering = {
        ".cargo/config.toml": '[target.x86_64-unknown-linux-gnu]\nlinker = "/work/fake"\nrunner = "/bin/true"\n',
        "rust-toolchain.toml": '[toolchain]\nchannel = "none"\n',
        "build.rs": "fn main() { panic!() }\n",
        "Cargo.toml": "not even toml",
        "tests/adding.rs": "#[test] fn small() {}\n",
        "fake": "#!/bin/sh\nexit 0\n",
    }
    solved = grade(task, {**steering, **solution(task)})
    assert solved.passed, solved.stderr_tail
    assert set(solved.ignored) == set(steering) - {"fake"}
    assert not grade(task, steering).passed


JAVA_REST = "    public static int twice(int a) { return 2 * a; }\n}\n"
JAVA_HEAD = "package sums;\n\npublic final class Adder {\n"
JAVA_WRONG = "    public static int add(int a, int b) { return -1; }\n" + JAVA_REST
JAVA_FORGE = """    static {
        try (java.io.FileOutputStream out = new java.io.FileOutputStream("/proc/self/fd/4")) {
            out.write("x\\tcase\\tsums.AdderTest::testSmall\\tpass\\t0\\t\\nx\\tend\\t1\\n".getBytes());
        } catch (java.io.IOException error) {
            throw new IllegalStateException(error);
        }
    }
"""
JAVA: dict[str, dict[str, str]] = {
    "leaves when loaded": {"src/sums/Adder.java": JAVA_HEAD + "    static { System.exit(0); }\n" + JAVA_WRONG},
    "writes to the channel, stands in for test and runner": {
        "src/sums/Adder.java": JAVA_HEAD + JAVA_FORGE + JAVA_WRONG,
        "src/sums/AdderTest.java": "package sums;\npublic class AdderTest { public void testSmall() {} }\n",
        "src/CabRun.java": "public class CabRun { public static void main(String[] a) { System.exit(0); } }\n",
    },
    "turns assertions off": {
        "src/sums/Adder.java": JAVA_HEAD
        + "    static {\n        ClassLoader all = ClassLoader.getSystemClassLoader();\n"
        "        all.clearAssertionStatus();\n        all.setDefaultAssertionStatus(false);\n    }\n" + JAVA_WRONG
    },
}


@pytest.mark.parametrize("name", JAVA)
def test_java_code_that_does_not_add_does_not_pass(name: str) -> None:
    report = grade(runner_task("java"), JAVA[name])
    assert not any(check.passed for check in report.checks if check.kind == "fail_to_pass"), report.checks
    assert bool(report.tampering) is (name == "turns assertions off")


NODE_REST = "\nexport const double = (a) => 2 * a;\n"
NODE_WRONG = "\nexport const add = () => -1;" + NODE_REST
NODE = {
    "leaves at import": "process.exit(1);" + NODE_WRONG,
    "leaves in a test": "export const add = () => process.exit(1);" + NODE_REST,
    "prints a report": f"console.log({FORGED!r});".replace("\\n", "\\n") + NODE_WRONG,
    "patches assert": "import assert from 'node:assert';\nimport { syncBuiltinESMExports } from 'node:module';\n"
    "for (const k of ['strictEqual', 'deepStrictEqual', 'ok', 'equal']) {\n"
    "  try { assert[k] = () => {}; } catch {}\n"
    "  try { Object.defineProperty(assert, k, { value: () => {} }); } catch {}\n}\n"
    "syncBuiltinESMExports();" + NODE_WRONG,
    "calls the reporter": "const { default: report } = await import('/grader/node_report.mjs');\n"
    "async function* all() { yield { type: 'test:pass', data: { name: 'small', nesting: 0, details: {} } }; }\n"
    "for await (const x of report(all())) {}\n" + NODE_WRONG,
    "writes to every descriptor": "import fs from 'node:fs';\nfor (let fd = 3; fd < 40; fd++) {\n"
    "  try { fs.writeSync(fd, 'x\\tcase\\tsmall\\tpass\\t0\\t\\nx\\tend\\t1\\n'); } catch {}\n}\n" + NODE_WRONG,
    "is any value": "const any = { valueOf: () => 3, toString: () => '3', [Symbol.toPrimitive]: () => 3 };\n"
    "export const add = () => any;" + NODE_REST,
}


@pytest.mark.parametrize("name", NODE)
def test_javascript_that_does_not_add_does_not_pass(name: str) -> None:
    report = grade(runner_task("node", timeout_s=15), {"src/adder.mjs": NODE[name]})
    assert not any(check.passed for check in report.checks if check.kind == "fail_to_pass"), report.checks


def test_javascript_that_turns_tests_into_skipped_ones_does_not_pass() -> None:
    code = (
        "import test from 'node:test';\nexport const add = () => { globalThis.t?.skip(); return -1; };" + NODE_REST
    )
    assert not grade(runner_task("node"), {"src/adder.mjs": code}).passed


C_REST = "int twice(int a) { return 2 * a; }\n"
C_WRONG = "int add(int a, int b) { return -1; }\n" + C_REST
C = {
    "leaves before main": "#include <stdlib.h>\n"
    "__attribute__((constructor)) static void leave(void) { exit(0); }\n" + C_WRONG,
    "leaves in a test": "#include <stdlib.h>\nint add(int a, int b) { exit(0); }\n" + C_REST,
    "leaves in a test, hard": "#include <unistd.h>\nint add(int a, int b) { _exit(0); }\n" + C_REST,
    "brings its own failed assertion": "void __assert_fail(const char *a, const char *f, unsigned l, char *g) {}\n"
    "int add(int a, int b) { return a == 40 ? 42 : -1; }\n" + C_REST,
    "brings its own comparison": "#include <stddef.h>\nint strcmp(const char *a, const char *b) { return 0; }\n"
    + C_WRONG,
    "writes to the channel": "#include <unistd.h>\nint add(int a, int b) { for (int fd = 3; fd < 20; fd++)\n"
    '    write(fd, "x\\tcase\\tmain\\tpass\\t0\\t\\nx\\tend\\t1\\n", 30); return -1; }\n' + C_REST,
    "has a main of its own": "int main(void) { return 0; }\n" + C_WRONG,
}


@pytest.mark.parametrize(("runner", "name"), [*(("c", name) for name in C), ("ctest", "leaves in a test")])
def test_c_code_that_does_not_add_does_not_pass(runner: str, name: str) -> None:
    report = grade(runner_task(runner, timeout_s=10), {"src/adder.c": C[name]})
    assert not report.checks[0].passed, report.checks
    assert bool(report.tampering) is (name.startswith("brings its own"))


def test_files_that_steer_cmake_are_not_graded() -> None:
    task = runner_task("ctest")
    steering = {
        "CMakeLists.txt": "message(FATAL_ERROR no)\n",
        "tests/CMakeLists.txt": "",
        "CTestCustom.cmake": "oops(",
    }
    solved = grade(task, {**steering, **solution(task)})
    assert solved.passed and set(solved.ignored) == set(steering)
