"""The verdict: hidden checks over the allowed changes, in a sandbox the agent never was in.

The expected answers stay here. What runs inside, agent code included, gets requests and can only answer them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from codingagentbench.core.errors import SandboxError, VerifierError
from codingagentbench.core.evidence import Changes, CheckResult, RefusalFinding, VerifyReport
from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.sandbox import Bind, Command, RunResult, Sandbox
from codingagentbench.core.task import REFUSAL_DOCUMENT, Task
from codingagentbench.core.wire import encode_requests
from codingagentbench.verify.answers import clear_answers, grade, read_answers
from codingagentbench.verify.beneath import read_regular
from codingagentbench.verify.integrity import touched_protected
from codingagentbench.verify.oracle import MAX_DOCUMENT_BYTES, judge_refusal, refusal_checks
from codingagentbench.verify.tree import Overlay, copy_hidden_tests, copy_pristine, lay_over

TAIL_CHARS = 4000


_OUR_PATH = re.compile(r"(?<![\w./-])/(?:work|tests|out)(?=[/:]|$)")


class MappingSandbox(Sandbox, Protocol):
    """A sandbox that says where a program finds what the binds show, for the kind that cannot mount."""

    def inside(self, binds: Sequence[Bind], target: str) -> str:
        """The path a program must use for `target`."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """What a verifying command sees: the three folders, the toolchains and a clean environment."""

    sandbox: MappingSandbox
    work: Path
    tests: Path
    out: Path
    toolchains: tuple[Bind, ...]
    env: dict[str, str]

    async def run(self, argv: tuple[str, ...], task: Task, stdin: bytes = b"") -> RunResult:
        """One command, without listener or network, for at most the plan's time."""
        binds = (
            Bind(self.work, "/work", writable=True),
            Bind(self.tests, "/tests"),
            Bind(self.out, "/out", writable=True),
            *self.toolchains,
        )
        argv = tuple(_OUR_PATH.sub(lambda found: self.sandbox.inside(binds, found[0]), word) for word in argv)
        command = Command(argv=argv, binds=binds, env=self.env, watched=(self.work, self.out), stdin=stdin)
        limits = task.limits.model_copy(update={"wall_s": task.verify.timeout_s})
        return await self.sandbox.run(command, limits)


async def verify(
    task: Task,
    sandbox: MappingSandbox,
    *,
    pristine: Path,
    after: Path,
    changes: Changes,
    scratch: Path,
    toolchain_binds: Sequence[Bind] = (),
    path_env: str = "/usr/bin:/bin",
    env: Mapping[str, str] | None = None,
) -> VerifyReport:
    """Grade what an agent left in `after`, whose difference from `pristine` is `changes`.

    `scratch` is an empty folder of the harness's; the caller removes it. Each build step and the driver may take
    `task.verify.timeout_s`.

    Raises:
        VerifierError: the harness itself could not grade; what the agent left is never the reason.
    """
    try:
        copy_pristine(pristine, scratch / "work")
        overlay = lay_over(task, changes, after, scratch / "work")
        refusal = _refusal(task, after, changes)
        oracle = refusal_checks(refusal, touched_protected(task, changes)) if task.refusal else ()
        if not task.checks:
            return _report(overlay, refusal, oracle, None)
        _require_driver(task)
        copy_hidden_tests(task.tests, scratch / "tests")
        (scratch / "out").mkdir()
        clean_env = {"PATH": path_env, **(env or {})}
        places = (scratch / "work", scratch / "tests", scratch / "out")
        room = Room(sandbox, *places, tuple(toolchain_binds), clean_env)
        checks, ended = await _run_checks(task, room)
    except SandboxError as error:
        raise VerifierError(f"no sandbox to grade in: {error.what}", where=task.id, remedy=error.remedy) from error
    except OSError as error:
        remedy = "free disk space and check the permissions of the scratch folder"
        raise VerifierError(f"could not lay out the graded tree: {error}", where=task.id, remedy=remedy) from error
    return _report(overlay, refusal, (*checks, *oracle), ended)


def _require_driver(task: Task) -> None:
    if not task.verify.run:
        remedy = "give the task a `run` command in its verify plan: see docs/tasks.md"
        raise VerifierError("there are checks and no driver to answer them", where=task.id, remedy=remedy)


async def _run_checks(task: Task, room: Room) -> tuple[tuple[CheckResult, ...], RunResult]:
    for step in task.verify.build:
        built = await room.run(step, task)
        if built.exit_code != 0:
            why = f"not built: {' '.join(step[:3])} {_ending(built)}"
            return tuple(grade(check, {}, why) for check in task.checks), built
    clear_answers(room.out)
    nonce = secrets.token_hex(16)
    ended = await room.run(task.verify.run, task, encode_requests(task.checks, nonce))
    answers = read_answers(room.out, nonce)
    why = f"no answer: the driver {_ending(ended)}"
    return tuple(grade(check, answers, why) for check in task.checks), ended


def _ending(result: RunResult) -> str:
    if result.limit is not None:
        return f"hit the {result.limit.value} limit"
    if result.exit_code is not None:
        return f"ended with exit code {result.exit_code}"
    return f"was ended by signal {result.signal}"


def _refusal(task: Task, after: Path, changes: Changes) -> RefusalFinding:
    """The oracle over the document, if the agent itself wrote it as a plain file."""
    document = task.refusal.document if task.refusal else REFUSAL_DOCUMENT
    written = document in changes.added or (task.refusal is not None and document in changes.modified)
    file = read_regular(after, document, MAX_DOCUMENT_BYTES) if written else None
    text = None if file is None else file.data.decode(errors="replace")
    return judge_refusal(task.refusal, document, text, changes.all)


def _report(
    overlay: Overlay,
    refusal: RefusalFinding,
    checks: tuple[CheckResult, ...],
    ended: RunResult | None,
) -> VerifyReport:
    return VerifyReport(
        checks=checks,
        refusal=refusal,
        exit_code=ended.exit_code if ended else None,
        timed_out=bool(ended and ended.limit is LimitKind.TIME),
        stdout_tail=_tail(ended.stdout) if ended else "",
        stderr_tail=_tail(ended.stderr) if ended else "",
        graded=overlay.graded,
        ignored=overlay.ignored,
    )


def _tail(output: bytes) -> str:
    return output[-4 * TAIL_CHARS :].decode(errors="replace")[-TAIL_CHARS:]
