"""What the harness adds to one verification beside the test run itself, as the report's `overhead_ms` has it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from codingagentbench.core.errors import MissingTool
from codingagentbench.core.task import Task
from codingagentbench.runner.site import search_path, toolchain_binds
from codingagentbench.sandbox import get_sandbox
from codingagentbench.tasks import get_task, load_task, pristine_tree, require, solution_edits
from codingagentbench.verify import diff, scan, verify

_RUNNERS = Path(__file__).parents[1] / "tests" / "data" / "runners"
_DATA = ("polyglot/python-reverse-string", "polyglot/rust-error-handling", "polyglot/java-exception-handling")


def overheads(times: int) -> dict[str, list[float]]:
    """Name -> ms of each verification of a solved tree: three tasks with checks as data, then each test runner."""
    tasks = {f"data, {get_task(name).language}": get_task(name) for name in _DATA}
    tasks |= {
        folder.name: load_task(folder) for folder in sorted(_RUNNERS.iterdir()) if (folder / "task.toml").is_file()
    }
    found = {}
    for name, task in tasks.items():
        try:
            require(task)
        except MissingTool:
            continue  # its row is absent: `make test` installs what the runners need
        found[name] = [asyncio.run(_overhead(task)) for _ in range(times + 1)][1:]
    return found


async def _overhead(task: Task) -> float:
    tools = tuple(require(task))
    with tempfile.TemporaryDirectory() as folder:
        after, scratch = Path(folder, "after"), Path(folder, "scratch")
        shutil.copytree(pristine_tree(task), after)
        scratch.mkdir()
        before = scan(after)
        for edit in solution_edits(task):
            (after / edit.path).write_text(edit.content or "", encoding="utf-8")
        report = await verify(
            task,
            get_sandbox("local"),
            pristine=pristine_tree(task),
            after=after,
            changes=diff(before, scan(after)),
            scratch=scratch,
            toolchain_binds=toolchain_binds(tools),
            path_env=search_path(tools),
        )
    assert report.passed, (task.id, report.stderr_tail)
    assert report.overhead_ms is not None
    return report.overhead_ms
