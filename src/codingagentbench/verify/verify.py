"""The verdict: hidden checks over the allowed changes, in a sandbox the agent never was in.

The expected answers stay here. What runs inside, agent code included, gets requests and can only answer them.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from codingagentbench.core.errors import SandboxError, VerifierError
from codingagentbench.core.evidence import Changes, CheckResult, RefusalFinding, VerifyReport
from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.sandbox import Bind, RunResult
from codingagentbench.core.task import REFUSAL_DOCUMENT, Check, Task
from codingagentbench.core.wire import encode_requests
from codingagentbench.verify.answers import clear_answers, grade, grade_case, read_answers
from codingagentbench.verify.beneath import read_regular
from codingagentbench.verify.integrity import touched_protected
from codingagentbench.verify.oracle import MAX_DOCUMENT_BYTES, judge_refusal, refusal_checks
from codingagentbench.verify.room import MappingSandbox, Room
from codingagentbench.verify.tree import Overlay, copy_hidden_tests, copy_pristine, lay_over

TAIL_CHARS = 4000

_CLEAN = {"HOME": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC"}  # noqa: S108 - inside the sandbox, its own tmpfs
"""What every grading command has in its environment, besides a PATH of the grader's."""


@dataclass(frozen=True, slots=True)
class _Ran:
    """What came of a task's checks and of the commands that told."""

    checks: tuple[CheckResult, ...] = ()
    ended: RunResult | None = None
    tampering: tuple[str, ...] = ()
    said: bytes = b""
    """Standard error to show, where it is not the last command's."""


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
    begun = time.monotonic()
    try:
        copy_pristine(pristine, scratch / "work")
        overlay = lay_over(task, changes, after, scratch / "work")
        refusal = _refusal(task, after, changes)
        oracle = refusal_checks(refusal, touched_protected(task, changes)) if task.refusal else ()
        if not task.checks:
            return _report(overlay, refusal, _Ran(oracle), time.monotonic() - begun)
        copy_hidden_tests(task.tests, scratch / "tests")
        (scratch / "out").mkdir()
        clean_env = {**_CLEAN, **(env or {}), "PATH": path_env}
        places = (scratch / "work", scratch / "tests", scratch / "out")
        room = Room(sandbox, *places, tuple(toolchain_binds), clean_env)
        ran = await _run_checks(task, room)
    except SandboxError as error:
        raise VerifierError(f"no sandbox to grade in: {error.what}", where=task.id, remedy=error.remedy) from error
    except OSError as error:
        remedy = "free disk space and check the permissions of the scratch folder"
        raise VerifierError(f"could not lay out the graded tree: {error}", where=task.id, remedy=remedy) from error
    ran = replace(ran, checks=(*ran.checks, *oracle))
    return _report(overlay, refusal, ran, time.monotonic() - begun - room.sandboxed_s)


async def _run_checks(task: Task, room: Room) -> _Ran:
    """The driver's checks and the test runner's, in the order the task lists them."""
    ours = tuple(check for check in task.checks if check.by_driver)
    theirs = tuple(check for check in task.checks if not check.by_driver)
    answered = await _run_driver(task, room, ours) if ours else _Ran()
    if not theirs:
        return answered
    reported = await _run_tests(task, room, theirs)
    by_id = {check.id: check for check in (*answered.checks, *reported.checks)}
    return replace(reported, checks=tuple(by_id[check.id] for check in task.checks))


async def _run_driver(task: Task, room: Room, checks: tuple[Check, ...]) -> _Ran:
    if not task.verify.run:
        remedy = "give the task a `run` command in its verify plan: see docs/tasks.md"
        raise VerifierError("there are checks and no driver to answer them", where=task.id, remedy=remedy)
    for step in task.verify.build:
        built = await room.run(step, task)
        if built.exit_code != 0:
            why = f"not built: {' '.join(step[:3])} {_ending(built)}"
            return _Ran(tuple(grade(check, {}, why) for check in checks), built)
    clear_answers(room.out)
    nonce = secrets.token_hex(16)
    ended = await room.run(task.verify.run, task, encode_requests(checks, nonce))
    answers = read_answers(room.out, nonce)
    why = f"no answer: the driver {_ending(ended)}"
    return _Ran(tuple(grade(check, answers, why) for check in checks), ended)


async def _run_tests(task: Task, room: Room, checks: tuple[Check, ...]) -> _Ran:
    from codingagentbench.verify.supervised import run_supervised  # most tasks have no test runner

    if task.verify.runner is None:
        remedy = "give each check request and expected, or the verify plan a runner: see docs/verification.md"
        raise VerifierError("there are checks and nothing that reports them", where=task.id, remedy=remedy)
    done = await run_supervised(task, task.verify.runner, room)
    why = done.problem or (_ending(done.ended) if done.ended and done.ended.exit_code != 0 else "")
    results = tuple(grade_case(check, done.cases, why) for check in checks)
    return _Ran(results, done.ended, done.tampering, done.said)


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


def _report(overlay: Overlay, refusal: RefusalFinding, ran: _Ran, beside_s: float) -> VerifyReport:
    ended = ran.ended
    supervised = bool(ran.said or ran.tampering)
    return VerifyReport(
        checks=ran.checks,
        refusal=refusal,
        exit_code=ended.exit_code if ended else None,
        timed_out=bool(ended and ended.limit is LimitKind.TIME),
        stdout_tail=_tail(ended.stdout) if ended and not supervised else "",
        stderr_tail=_tail(ran.said or ended.stderr) if ended else "",
        graded=overlay.graded,
        ignored=overlay.ignored,
        tampering=ran.tampering,
        overhead_ms=beside_s * 1000,
    )


def _tail(output: bytes) -> str:
    return output[-4 * TAIL_CHARS :].decode(errors="replace")[-TAIL_CHARS:]
