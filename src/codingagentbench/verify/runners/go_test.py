"""go test: hidden `*_test.go` files in their packages, offline, read from its JSON events.

A line that code under test prints can look like an event's, and is then a second report of a test. Ending
early loses the control tests: since Go 1.16 an `os.Exit(0)` during a test is a panic, too.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import Any

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.evidence import CheckStatus
from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.cases import Case
from codingagentbench.verify.runners.base import Ended, Job, Program, Reading, Step
from codingagentbench.verify.runners.verdict import weigh

_ENV = {
    "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOSUMDB": "off", "GOTOOLCHAIN": "local", "GOENV": "off",
    "GOWORK": "off",
    "GOCACHE": "/out/go-cache", "GOPATH": "/out/go", "CGO_ENABLED": "0",
}  # fmt: skip
_CONTROLS = """\
package {package}

import "testing"

func TestZz{control}Fatal(t *testing.T) {{ t.Fatal("{token}") }}

func TestZz{control}Error(t *testing.T) {{ t.Error("{token}") }}

func TestZz{control}Panic(t *testing.T) {{
\tt.Run("inner", func(t *testing.T) {{ t.FailNow() }})
}}
"""
_COUNT = 4
_PACKAGE = re.compile(r"^\s*package\s+(\w+)", re.MULTILINE)
_STATUSES: dict[str, CheckStatus] = {"pass": "pass", "fail": "fail", "skip": "skip"}


class GoTest:
    """Ids: `import/path::TestName/sub`. `into` is the module's root; hidden files lie as in the module."""

    sees_tests = True

    def prepare(self, job: Job) -> tuple[str, ...]:
        """A file of control tests in each package."""
        return tuple(
            job.write(f"{folder}/zz_{job.control}_test.go".removeprefix("./"), _controls(job, first))
            for folder, first in _folders(job).items()
        )

    def steps(self, job: Job) -> tuple[Step, ...]:
        """Compile what will run, so that its time is not the tests'."""
        return tuple(
            Step((*_go_test(job), "-run=^$", f"./{folder}"), True, _ENV, "/out") for folder in _folders(job)
        )

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One `go test` a package; it fails, since control tests do."""
        common = (*_go_test(job), "-json", "-p=1")
        return tuple(Program(folder, (*common, f"./{folder}"), exit_code=1, env=_ENV) for folder in _folders(job))

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """Its events."""
        return read_events(program, ended, control=job.control, token=job.token)


def _go_test(job: Job) -> tuple[str, ...]:
    """In the module's root by `env`: `go -C` is younger than Debian 12's Go."""
    return ("env", "-C", job.shown_at, "go", "test", "-vet=off", "-count=1")


def _folders(job: Job) -> dict[str, str]:
    """Package folder -> its first hidden file."""
    folders: dict[str, str] = {}
    for file in job.files:
        if not file.endswith("_test.go"):
            raise VerifierError(f"{file} is no Go test file", remedy="name hidden Go files *_test.go")
        folders.setdefault(PurePosixPath(file).parent.as_posix(), file)
    return folders


def _controls(job: Job, first: str) -> str:
    found = _PACKAGE.search((job.tests / first).read_text(encoding="utf-8", errors="replace"))
    return _CONTROLS.format(package=found[1] if found else "main", control=job.control, token=job.token)


def read_events(program: Program, ended: Ended, *, control: str, token: str) -> Reading:
    """The cases of one package."""
    cases, output, ends = [], "", []
    for line in ended.stdout.split(b"\n"):
        try:
            event: Any = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if not isinstance(event, dict):
            continue
        action, test, package = event.get("Action"), event.get("Test"), event.get("Package")
        if action == "output":
            output += str(event.get("Output", ""))
        elif action in _STATUSES and isinstance(test, str) and test:
            cases.append(Case(f"{package}::{test}", _STATUSES[action], seconds=_seconds(event.get("Elapsed"))))
        elif action in _STATUSES:
            ends.append(action)
    problem = "" if ends == ["fail"] else "the test run has no end, or more than one"
    if not problem and token not in output:
        problem = "no control test said its token"
    return weigh(program, ended, cases, control=control, controls=_COUNT, problem=problem)


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e9 else None


RUNNERS = {"go": GoTest()}
