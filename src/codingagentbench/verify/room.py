"""The sandbox that hidden checks run in: what it shows, its clean environment, and nothing of the agent's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codingagentbench.core.sandbox import Bind, Command, RunResult, Sandbox
from codingagentbench.core.task import Task

GRADER = Path(__file__).parent / "runners" / "inside"
"""Programs of the grader's own, shown at `/grader`."""
_OUR_PATH = re.compile(r"(?<![\w./-])/(?:work|tests|out|grader|opt/toolchains(?:/[\w.-]+)*)(?=[/:*]|$)")


class MappingSandbox(Sandbox, Protocol):
    """A sandbox that says where a program finds what the binds show, for the kind that cannot mount."""

    def inside(self, binds: Sequence[Bind], target: str) -> str:
        """The path a program must use for `target`."""
        ...


@dataclass(slots=True)
class Room:
    """The three folders, the toolchains and a clean environment. `sandboxed_s` adds up what commands took."""

    sandbox: MappingSandbox
    work: Path
    tests: Path
    out: Path
    toolchains: tuple[Bind, ...]
    env: dict[str, str]
    shown: tuple[Bind, ...] = ()
    """Hidden files that stand in the graded tree as well, read-only."""
    grader: bool = False
    """Whether the grader's own programs are shown."""
    sandboxed_s: float = field(default=0.0)

    def binds(self, *, tests: bool = True) -> tuple[Bind, ...]:
        """What a command sees; without `tests`, none of the hidden files."""
        hidden = (Bind(self.tests, "/tests"), *self.shown) if tests else ()
        own = (Bind(GRADER, "/grader"),) if self.grader else ()
        folders = (Bind(self.work, "/work", writable=True), Bind(self.out, "/out", writable=True))
        return (*folders, *hidden, *own, *self.toolchains)

    def place(self, words: Sequence[str], *, tests: bool = True) -> tuple[str, ...]:
        """Words of a command with our folders as a program in the sandbox must name them."""
        binds = self.binds(tests=tests)
        return tuple(
            _OUR_PATH.sub(lambda found: self.sandbox.inside(binds, found[0]), word) if "/" in word else word
            for word in words
        )

    def environment(self, more: Mapping[str, str], *, tests: bool = True) -> dict[str, str]:
        """The clean environment with a command's own variables."""
        env = {**self.env, **more}
        return dict(zip(env, self.place(tuple(env.values()), tests=tests), strict=True))

    async def run(
        self,
        argv: tuple[str, ...],
        task: Task,
        stdin: bytes = b"",
        *,
        tests: bool = True,
        cwd: str = "/work",
        env: dict[str, str] | None = None,
        wall_s: float | None = None,
        placed: bool = False,
    ) -> RunResult:
        """One command, without listener or network, for at most `wall_s`, by default the plan's time.

        `placed` says that `argv` has been through `place`.
        """
        command = Command(
            argv=argv if placed else self.place(argv, tests=tests),
            binds=self.binds(tests=tests),
            env=self.environment(env or {}, tests=tests),
            cwd=cwd,
            watched=(self.work, self.out),
            stdin=stdin,
        )
        limits = task.limits.model_copy(update={"wall_s": wall_s or task.verify.timeout_s})
        result = await self.sandbox.run(command, limits)
        self.sandboxed_s += result.ended - result.started
        return result
