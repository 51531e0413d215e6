"""The visible tests, run over the graded tree: what the agent could have known. No verdict rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.evidence import Changes, VerifyReport, VisibleRun
from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.sandbox import Bind, Command, RunResult
from codingagentbench.core.task import Task
from codingagentbench.verify.room import MappingSandbox
from codingagentbench.verify.tree import copy_pristine, lay_over

SCRIPT = "run_tests.sh"
"""Runs the visible tests of every task (`docs/tasks.md`)."""
MAX_S = 60.0
"""Seconds it may take; a task whose hidden checks have less gets less."""
_TAIL_CHARS = 2000


@dataclass(frozen=True, slots=True)
class Trees:
    """The pristine tree, the one the agent left, and a folder that does not exist yet for the graded one."""

    pristine: Path
    after: Path
    work: Path


async def add_visible_run(
    report: VerifyReport,
    task: Task,
    sandbox: MappingSandbox,
    trees: Trees,
    changes: Changes,
    binds: Sequence[Bind],
    env: Mapping[str, str],
) -> VerifyReport:
    """The report with what the task's own script says of the graded tree, laid out anew in `trees.work`.

    Only where it can tell anything: something was graded and does not pass in time. Graded code could change the
    tree it has run in, so that of the hidden checks is not used again. A run that cannot be made is left out: it
    decides nothing. `binds` are the toolchains' and `env` is the whole environment.
    """
    if not report.graded or report.passed or report.timed_out or not (trees.pristine / SCRIPT).is_file():
        return report
    with suppress(SandboxError, OSError):
        copy_pristine(trees.pristine, trees.work)
        lay_over(task, changes, trees.after, trees.work)
        binds = (Bind(trees.work, "/work", writable=True), *binds)
        argv = ("sh", f"{sandbox.inside(binds, '/work')}/{SCRIPT}")
        limits = task.limits.model_copy(update={"wall_s": min(task.verify.timeout_s, MAX_S)})
        command = Command(argv=argv, binds=binds, env=dict(env), watched=(trees.work,))
        return report.model_copy(update={"visible": _seen(await sandbox.run(command, limits))})
    return report


def _seen(ended: RunResult) -> VisibleRun:
    output = (ended.stdout + ended.stderr)[-4 * _TAIL_CHARS :]
    return VisibleRun(
        passed=ended.exit_code == 0,
        exit_code=ended.exit_code,
        timed_out=ended.limit is LimitKind.TIME,
        output_tail=output.decode(errors="replace")[-_TAIL_CHARS:],
    )
