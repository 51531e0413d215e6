"""What a test-runner adapter is: it prepares, builds, names the programs to run, and reads what came of each.

The code under test is in those programs, so nothing they say is believed by itself: see `lines.py` and
`verdict.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.globs import matches
from codingagentbench.core.sandbox import RunResult
from codingagentbench.core.task import RunnerPlan
from codingagentbench.verify.cases import Case

PYTHON = ("python3", "-I", "-S", "-B")
"""Isolated: no environment, no user or site folders, no current folder, no bytecode written."""


@dataclass(frozen=True, slots=True)
class Job:
    """One verification by a test runner. `tests` and `work` are laid out for this run."""

    plan: RunnerPlan
    tests: Path
    work: Path
    files: tuple[str, ...]
    """Hidden test files, relative to `tests`."""
    control: str
    """Part of the names of control tests, which must fail: letters and digits, new for each run."""
    token: str
    """What a control test says when it fails as it should; new for each run."""

    def sources(self, default: tuple[str, ...]) -> tuple[str, ...]:
        """Paths in the graded tree that the plan's globs name, sorted."""
        globs = self.plan.sources or default
        return tuple(path for path in tree_files(self.work) if matches(path, globs))

    @property
    def shown_at(self) -> str:
        """Where a program finds the hidden files: in the graded tree, when the plan says so."""
        return f"/work/{self.plan.into}".removesuffix("/.") if self.plan.into else "/tests"

    def import_paths(self) -> str:
        """The plan's folders of the graded tree, joined by `:`."""
        return ":".join(f"/work/{path}".removesuffix("/.") for path in self.plan.paths)

    def append(self, file: str, text: str) -> None:
        """Add to a hidden file of this run."""
        with (self.tests / file).open("a", encoding="utf-8") as target:
            target.write(text)

    def write(self, file: str, text: str) -> str:
        """Write a hidden file of this run."""
        (self.tests / file).parent.mkdir(parents=True, exist_ok=True)
        (self.tests / file).write_text(text, encoding="utf-8")
        return file


def tree_files(root: Path) -> Iterator[str]:
    """Regular files below a folder as sorted posix paths; links are left out."""
    found = []
    for folder, _, names in os.walk(root):
        base = Path(folder)
        found += [(base / name).relative_to(root).as_posix() for name in names if not (base / name).is_symlink()]
    return iter(sorted(found))


@dataclass(frozen=True, slots=True)
class Step:
    """A command that builds. Steps that see the same share a sandbox, and their output."""

    argv: tuple[str, ...]
    sees_tests: bool = False
    env: dict[str, str] = field(default_factory=dict)
    cwd: str = "/work"


@dataclass(frozen=True, slots=True)
class Program:
    """A test program. `exit_code` is what it ends with when every control test failed as it should."""

    name: str
    argv: tuple[str, ...]
    exit_code: int = 0
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended, as the supervisor saw it, and what it left behind. Everything in it may be hostile."""

    nonce: str
    exit_code: int
    """Negative for a signal."""
    late: bool
    overflowed: bool
    seconds: float
    channel: bytes
    stdout: bytes
    stderr: bytes

    def how(self) -> str:
        """The end in words."""
        if self.overflowed:
            return "wrote more than it may"
        if self.late:
            return "hit the time limit"
        if self.exit_code < 0:
            return f"was ended by signal {-self.exit_code}"
        return f"ended with exit code {self.exit_code}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a program's word is worth: its cases, or why they do not count."""

    cases: tuple[Case, ...] = ()
    problem: str = ""
    tampering: str = ""


class Runner(Protocol):
    """One test runner."""

    sees_tests: bool
    """Whether its programs need the hidden files, rather than what was built from them."""

    def prepare(self, job: Job) -> tuple[str, ...]:
        """Write control tests into the hidden files; the paths of new files."""
        ...

    def steps(self, job: Job) -> tuple[Step, ...]:
        """What is to be built, in order."""
        ...

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """What is to be run, one after another. The last of `built` ends with the last step's output."""
        ...

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """The cases of one program."""
        ...


def option(job: Job, name: str, default: str | None = None) -> str:
    """An option of the plan.

    Raises:
        VerifierError: it is not there and has no default.
    """
    value = job.plan.options.get(name, default)
    if value is None:
        remedy = f'add options = {{ {name} = "..." }} to [codingagentbench.verify]'
        raise VerifierError(f"the {job.plan.name} runner needs the option {name!r}", remedy=remedy)
    return value
