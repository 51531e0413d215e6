"""Grades the tiny tasks of tests/data/runners with whatever an agent might have left."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from codingagentbench.core.errors import MissingTool
from codingagentbench.core.evidence import VerifyReport
from codingagentbench.core.task import Task
from codingagentbench.sandbox import get_sandbox
from codingagentbench.tasks import load_task, require, solution_edits
from codingagentbench.tasks.toolchains import SYSTEM_PATH
from codingagentbench.verify import diff, scan, verify

DATA = Path(__file__).parents[1] / "data" / "runners"


def runner_task(name: str, **plan: object) -> Task:
    """The task of a runner; skips where this machine lacks a tool it needs."""
    task = load_task(DATA / name)
    try:
        require(task)
    except MissingTool as missing:
        pytest.skip(f"{missing.what}: {missing.remedy}")
    return task.model_copy(update={"verify": task.verify.model_copy(update=plan)}) if plan else task


def solution(task: Task) -> dict[str, str]:
    """Path -> text of the files that solve a task."""
    return {edit.path: edit.content or "" for edit in solution_edits(task)}


def grade(task: Task, files: Mapping[str, str | bytes | None], kind: str = "local") -> VerifyReport:
    """The verdict over the pristine tree with these files written (None: removed)."""
    tools = require(task)
    with tempfile.TemporaryDirectory() as folder:
        after, scratch = Path(folder, "after"), Path(folder, "scratch")
        shutil.copytree(task.workdir, after)
        scratch.mkdir()
        for path, text in files.items():
            (after / path).parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                (after / path).unlink()
            else:
                (after / path).write_bytes(text.encode() if isinstance(text, str) else text)
        return asyncio.run(
            verify(
                task,
                get_sandbox(kind),
                pristine=task.workdir,
                after=after,
                changes=diff(scan(task.workdir), scan(after)),
                scratch=scratch,
                toolchain_binds=tuple({bind.target: bind for tool in tools for bind in tool.binds}.values()),
                path_env=":".join((*(folder for tool in tools for folder in tool.path), SYSTEM_PATH)),
            )
        )
