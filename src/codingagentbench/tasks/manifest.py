"""What `task.toml` may say: the Harbor tables we read and our own `[codingagentbench]` table.

Keys of the Harbor tables that we do not read are left alone, so tasks move both ways; a key of our own table that
is not known is an error.
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.spec import TaskId
from codingagentbench.core.task import TWIN_FAMILY, RefusalOracle, RunnerName, RunnerPlan, VerifyPlan, is_twin
from codingagentbench.tasks.constraints import DeclaredConstraint
from codingagentbench.tasks.texts import Glob, check_glob, check_pattern


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Own(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metadata(_Table):
    """`[metadata]`."""

    author_name: str = ""
    difficulty: str = "unknown"
    category: str = ""
    tags: tuple[str, ...] = ()


class Timed(_Table):
    """`[verifier]` and `[agent]`."""

    timeout_sec: float = Field(600, gt=0)


class Environment(_Table):
    """`[environment]`."""

    cpus: float = Field(2, gt=0)
    memory_mb: int = Field(4096, gt=0)
    storage_mb: int = Field(1024, gt=0)


class Commands(_Own):
    """`[codingagentbench.verify]`: what a `VerifyPlan` needs; its time is `[verifier] timeout_sec`."""

    build: tuple[tuple[str, ...], ...] = ()
    run: tuple[str, ...] = ()
    runner: RunnerName | None = None
    files: tuple[Glob, ...] = ()
    into: str = ""
    paths: tuple[Glob, ...] = (".",)
    sources: tuple[Glob, ...] = ()
    options: dict[str, str] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.into:
            check_glob(self.into)
        if (self.runner is None) is bool(self.files):
            raise ValueError("runner and files go together: files are the globs of its hidden test files")
        return self

    def runner_plan(self) -> RunnerPlan | None:
        """The test runner's part, None when hidden checks are data alone."""
        if self.runner is None:
            return None
        fields = self.model_dump(include={"files", "into", "paths", "sources", "options"})
        return RunnerPlan(name=self.runner, **fields)


class MoreLimits(_Own):
    """`[codingagentbench.limits]`: what Harbor has no key for."""

    calls: int = Field(200, gt=0)
    tokens: int | None = Field(None, gt=0)
    usd: float | None = Field(None, gt=0)
    processes: int = Field(512, gt=0)
    output_mb: int = Field(16, gt=0)


class OwnTable(_Own):
    """`[codingagentbench]`."""

    id: TaskId
    title: str = Field(min_length=1)
    language: str = Field(min_length=1)
    toolchains: tuple[str, ...] = ()
    expected_refusal: bool = False
    expected_changes: tuple[Glob, ...] = Field(min_length=1)
    allowed_changes: tuple[Glob, ...] = Field(min_length=1)
    protected: tuple[Glob, ...] = ()
    constraints: tuple[DeclaredConstraint, ...] = ()
    secrets: tuple[Annotated[str, Field(min_length=8)], ...] = ()
    twin_of: str = ""
    twin_digest: str = ""
    verify: Commands = Commands()
    refusal: RefusalOracle | None = None
    limits: MoreLimits = MoreLimits()
    added: str = Field("", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    canary: str = Field(min_length=16)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.expected_refusal != (self.refusal is not None):
            raise ValueError("expected_refusal and a [codingagentbench.refusal] table go together")
        if not self.expected_refusal and not self.verify.run and self.verify.runner is None:
            raise ValueError("an ordinary task needs [codingagentbench.verify] run = [...] or runner = ...")
        if is_twin(self.id) != bool(self.twin_of):
            raise ValueError(f"twin_of and the family {TWIN_FAMILY} go together: `cab tasks twin` makes twins")
        if self.refusal is not None:
            _check_oracle(self.refusal)
        return self

    def plan(self, timeout_s: float) -> VerifyPlan:
        """The verify plan with the time `[verifier]` gives it."""
        own = self.verify
        return VerifyPlan(build=own.build, run=own.run, timeout_s=timeout_s, runner=own.runner_plan())


def _check_oracle(oracle: RefusalOracle) -> None:
    check_glob(oracle.document)
    for glob in oracle.fabricated_if_changed:
        check_glob(glob)
    for claim in oracle.must_establish:
        for group in claim.all_of:
            if not group:
                raise ValueError(f"claim {claim.name!r} holds an empty group of patterns")
            for pattern in group:
                check_pattern(pattern)


class Manifest(_Table):
    """A whole `task.toml`."""

    version: str = "1.0"
    metadata: Metadata = Metadata()
    verifier: Timed = Timed()
    agent: Timed = Timed()
    environment: Environment = Environment()
    codingagentbench: OwnTable


def first_problem(error: ValidationError) -> str:
    """`field.path: what is wrong` of the first of pydantic's errors."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return f"{field}: {message}" if field else message


def parse_manifest(text: str, where: str) -> Manifest:
    """A `task.toml` as data.

    Raises:
        MalformedFile: not TOML, or a field is missing, unknown or wrong; names the field.
    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedFile(f"not TOML: {error}", where=where, remedy="correct that line") from None
    if "codingagentbench" not in data:
        raise MalformedFile(
            "no [codingagentbench] table", where=where, remedy="add it: docs/tasks.md lists its fields"
        )
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        what = first_problem(error)
        raise MalformedFile(what, where=where, remedy="correct the field: docs/tasks.md lists them") from None
