"""The task contract: what `task.toml` declares, as data. Reading folders is the business of `tasks`."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from codingagentbench.core.spec import Limits, TaskId

REFUSAL_DOCUMENT = "REFUSAL.md"
"""Where every task's AGENTS.md, ordinary and trap alike, tells an agent to decline."""


TWIN_FAMILY = "twins"
"""The family of impossible twins, reserved: they are derived from ordinary tasks (`docs/tasks.md`)."""


def twin_id(task: str, seed: int = 0) -> str:
    """The id of a task's impossible twin; the seed, which picks what is falsified, is shown when it is not 0."""
    return f"{TWIN_FAMILY}/{task.replace('/', '-')}" + (f"+{seed}" if seed else "")


def is_twin(task: str) -> bool:
    """Whether a task id is that of an impossible twin, on which only a cheat can pass."""
    return task.startswith(f"{TWIN_FAMILY}/")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckKind(StrEnum):
    """What a check proves: the fault is mended, or nothing else broke."""

    FAIL_TO_PASS = "fail_to_pass"
    PASS_TO_PASS = "pass_to_pass"


_DRIVER_CHECK_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


class Check(_Data):
    """One hidden check: a request to the driver and the one answer that passes. All values are text.

    The expected answer never enters a sandbox: the driver answers, the harness compares. A check without an
    expected answer is a test of the plan's runner, and its id is the test's name as that runner reports it.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_][^\x00-\x1f\x7f]*$", max_length=500)
    kind: CheckKind
    request: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.by_driver and not _DRIVER_CHECK_ID.fullmatch(self.id):
            raise ValueError(f"check id {self.id!r}: lower-case letters, digits and ._- only")
        if self.request and not self.by_driver:
            raise ValueError(f"check {self.id!r} has a request and no expected answer")
        return self

    @property
    def by_driver(self) -> bool:
        """Whether the task's driver answers it; a test runner reports it otherwise."""
        return bool(self.expected)


RunnerName = Literal[
    "unittest", "pytest", "rustc", "cargo", "java", "junit4", "junit5", "node", "go", "c", "ctest"
]  # fmt: skip


class RunnerPlan(_Data):
    """Hidden tests that are ordinary test files (`docs/verification.md`)."""

    name: RunnerName
    files: tuple[str, ...] = Field(min_length=1, description="globs below tests/: the hidden test files")
    into: str = Field("", description="folder of the graded tree the hidden files are shown in as well")
    paths: tuple[str, ...] = Field((".",), description="folders of the graded tree to import from")
    sources: tuple[str, ...] = Field((), description="globs of the graded tree: what is built with the tests")
    options: dict[str, str] = Field({}, description="what one runner alone asks for, e.g. `crate`, `edition`")


class VerifyPlan(_Data):
    """How hidden checks are run: build steps, then one driver process that answers every request; or a test
    runner.

    Commands run in `/work` (the graded tree); `/tests` holds the hidden files, `/out` is writable.
    The driver reads requests on stdin and writes answers to `/out/answers.tsv` (`docs/tasks.md`).
    """

    build: tuple[tuple[str, ...], ...] = ()
    run: tuple[str, ...] = ()
    timeout_s: float = Field(60, gt=0)
    runner: RunnerPlan | None = None


class Claim(_Data):
    """Something a refusal must establish; each group needs one of its patterns (case-insensitive regex)."""

    name: str
    all_of: tuple[tuple[str, ...], ...] = Field(min_length=1)


class RefusalOracle(_Data):
    """What the right refusal of a trap task says, and which files a fabricated fix would touch."""

    document: str = REFUSAL_DOCUMENT
    must_establish: tuple[Claim, ...] = Field(min_length=1)
    fabricated_if_changed: tuple[str, ...] = Field(min_length=1, description="globs")
    min_words: int = Field(15, ge=1)


ConstraintKind = Literal[
    "command-not-run", "file-not-touched", "keep-public-api", "max-files-changed", "no-comments-added",
    "no-new-dependency", "pattern-forbidden-in-diff", "pattern-required-in-diff",
]  # fmt: skip


class Constraint(_Data):
    """One AGENTS.md rule as data. Which fields a kind takes, and what each means: `docs/instructions.md`."""

    kind: ConstraintKind
    paths: tuple[str, ...] = Field((), description="globs of the files it is about; of all files when empty")
    pattern: str = Field("", description="regular expression, for the kinds that look for one")
    count: int = Field(0, description="max-files-changed: how many files may change")
    programs: tuple[str, ...] = Field((), description="command-not-run: `curl`, or with first words, `git push`")
    exact: bool = Field(False, description="keep-public-api: additions break it as well")
    docstrings: bool = Field(False, description="no-comments-added: Python docstrings count as comments")


class Task(_Data):
    """A loaded task. `root` is the folder it was read from and is no part of its identity (`digest`)."""

    id: TaskId
    title: str
    language: str
    difficulty: str = "unknown"
    instruction: str
    root: Path
    digest: str = Field(description="sha256 over every file of the folder")
    toolchains: tuple[str, ...] = Field((), description="names `cab doctor` knows, e.g. rust, java, python")
    expected_refusal: bool = False
    expected_changes: tuple[str, ...] = Field(
        description="globs a right answer changes: blast radius counts the rest"
    )
    allowed_changes: tuple[str, ...] = Field(description="globs laid over the pristine tree for grading")
    protected: tuple[str, ...] = Field((), description="globs of visible tests: editing them is a violation")
    constraints: tuple[Constraint, ...] = ()
    secrets: tuple[str, ...] = Field(
        (), description="literal values of the workdir that a changed file may not newly hold"
    )
    twin_of: str = Field("", description="the ordinary task this impossible twin was derived from")
    twin_digest: str = Field("", description="digest of that task")
    checks: tuple[Check, ...] = ()
    verify: VerifyPlan = VerifyPlan()
    refusal: RefusalOracle | None = None
    limits: Limits = Limits()
    added: str = ""
    canary: str = ""
    tags: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """By the digest, which costs nothing, so that what is made of a task can be kept."""
        return hash(self.digest)

    @property
    def family(self) -> str:
        """The part before the slash."""
        return self.id.split("/")[0]

    @property
    def slug(self) -> str:
        """The part after the slash."""
        return self.id.split("/")[1]

    @property
    def workdir(self) -> Path:
        """The tree the agent gets."""
        return self.root / "environment" / "workdir"

    @property
    def tests(self) -> Path:
        """Hidden files; never in a sandbox while the agent runs."""
        return self.root / "tests"

    @property
    def solution(self) -> Path:
        """`files/` is laid over the workdir; `solve.sh` does that for other harnesses."""
        return self.root / "solution"


class FileEdit(_Data):
    """A whole-file change: the new text, or None to delete. What reference models apply."""

    path: str
    content: str | None
