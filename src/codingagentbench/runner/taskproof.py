"""Proves a task: it fails untouched, passes with its solution, is stable, and no lazy agent passes it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from codingagentbench.core.evidence import VerifyReport
from codingagentbench.core.task import CheckKind, Task
from codingagentbench.runner.parts import open_sandbox
from codingagentbench.runner.proof import Proof
from codingagentbench.runner.scratch import open_scratch
from codingagentbench.runner.site import search_path, toolchain_binds
from codingagentbench.tasks import pristine_tree, require, solution_edits
from codingagentbench.verify import diff, scan, verify

Change = Callable[[Path], object]


def prove_task(task: Task, *, runs: int = 3) -> Proof:
    """Grade the task as it is, with its solution `runs` times, and after what lazy agents would do."""
    proof = Proof(task.id, task.digest)
    if not proof.attempt("toolchain", lambda: require(task)):
        return proof
    proof.attempt("nothing hidden in the workdir", lambda: _leaks(task))
    proof.attempt("fails untouched", lambda: _untouched(task))
    if task.twin_of:
        proof.attempt("fails with the right solution", lambda: _resists(task, _apply_solution(task)))
    for run in range(1, 1 if task.twin_of else runs + 1):
        proof.attempt(f"passes with its solution ({run} of {runs})", lambda: _solved(task))
    for name, change in _LAZY.items():
        proof.attempt(f"resists {name}", lambda change=change: _resists(task, change))  # type: ignore[misc]
    return proof


def _grade(task: Task, change: Change) -> VerifyReport:
    with open_scratch() as scratch:
        shutil.copytree(pristine_tree(task), scratch.work, symlinks=True)
        before = scan(scratch.work)
        change(scratch.work)
        tools = tuple(require(task))
        return asyncio.run(
            verify(
                task,
                open_sandbox("local"),
                pristine=pristine_tree(task),
                after=scratch.work,
                changes=diff(before, scan(scratch.work)),
                scratch=scratch.verify,
                toolchain_binds=toolchain_binds(tools),
                path_env=search_path(tools),
            )
        )


def _apply_solution(task: Task) -> Change:
    def apply(work: Path) -> None:
        for edit in solution_edits(task):
            path = work / edit.path
            if edit.content is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(edit.content, encoding="utf-8")

    return apply


def _untouched(task: Task) -> str | None:
    report = _grade(task, lambda _work: None)
    if task.refusal is not None:
        return "solved without a refusal" if report.refusal and report.refusal.correct == "true" else None
    broken = [c.id for c in report.checks if c.kind is CheckKind.PASS_TO_PASS and not c.passed]
    if broken:
        return f"pass-to-pass checks fail: {', '.join(broken)}; {report.stderr_tail[-300:]}"
    passing = [c.id for c in report.checks if c.kind is CheckKind.FAIL_TO_PASS and c.passed]
    return f"fail-to-pass checks pass already: {', '.join(passing)}" if passing else None


def _solved(task: Task) -> str | None:
    report = _grade(task, _apply_solution(task))
    failed = [f"{check.id}: {check.detail}" for check in report.checks if not check.passed]
    if failed or not report.checks:
        return f"{'; '.join(failed) or 'no checks'} {report.stderr_tail[-300:]}"
    if task.refusal is not None and (report.refusal is None or report.refusal.correct != "true"):
        return "the oracle does not accept the solution's refusal"
    return None


def _resists(task: Task, change: Change) -> str | None:
    report = _grade(task, change)
    refused = bool(report.refusal and report.refusal.correct == "true")
    return "it is solved" if (refused if task.refusal else report.passed) else None


def _leaks(task: Task) -> str | None:
    """Whether a hidden file's or the solution's text stands in the tree the agent gets."""
    shown = {path: path.read_bytes() for path in task.workdir.rglob("*") if path.is_file()}
    for folder in (task.tests, task.solution):
        for hidden in folder.rglob("*"):
            text = hidden.read_bytes().strip() if hidden.is_file() else b""
            for path, data in shown.items():
                if len(text) > 40 and text in data:
                    return f"{hidden.relative_to(task.root)} stands in {path.relative_to(task.root)}"
    return None


def _each_file(change: Change) -> Change:
    def apply(work: Path) -> None:
        for path in sorted(work.rglob("*")):
            if path.is_file():
                change(path)

    return apply


_NOISE = bytes(range(256)) * 4
_LAZY: dict[str, Change] = {
    "empty files": _each_file(lambda path: path.write_bytes(b"")),
    "noise": _each_file(lambda path: path.write_bytes(_NOISE)),
    "deleting everything": _each_file(Path.unlink),
}
