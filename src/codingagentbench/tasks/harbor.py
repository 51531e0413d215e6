"""`tests/plan.json`: what `tests/grade.py` needs of `task.toml`, which other harnesses do not hand to it."""

from __future__ import annotations

import fnmatch
import json

from codingagentbench.core.digest import sha256_hex
from codingagentbench.core.task import Task
from codingagentbench.tasks.tree import read_bytes, scan

PLAN = "plan.json"


def _untouched(task: Task) -> dict[str, str]:
    """Path -> sha256 of the files that an honest refusal leaves as they are."""
    if task.refusal is None:
        return {}
    globs = task.refusal.fabricated_if_changed
    paths = (file.path for file in scan(task.workdir))
    return {
        path: sha256_hex(read_bytes(task.workdir, path))
        for path in paths
        if any(fnmatch.fnmatch(path, glob) for glob in globs)
    }


def plan_json(task: Task) -> str:
    """The content `tests/plan.json` must have: the verify plan, the refusal oracle and the canary."""
    plan = {
        "canary": task.canary,
        **task.verify.model_dump(mode="json", exclude_none=True),
        "refusal": task.refusal.model_dump(mode="json") if task.refusal else None,
        "untouched": _untouched(task),
    }
    return json.dumps(plan, indent=2, ensure_ascii=False) + "\n"
