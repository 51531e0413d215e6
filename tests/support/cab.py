"""Runs the real `cab` as a user would, and reads what it leaves."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from codingagentbench.agents import find_installation, get_agent
from codingagentbench.core.errors import MissingTool

CAB = Path(sys.executable).parent / "cab"
AGENTS = ("opencode", "pi", "codex", "aider")


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def cab(*words, env=None, timeout=300, cwd=None):
    """Run the command line; a hang is a failure."""
    whole = {**os.environ, **(env or {})}
    for name in ("CAB_ENDPOINT", "CAB_KEY"):
        if name not in (env or {}):
            whole.pop(name, None)
    done = subprocess.run(
        [str(CAB), *map(str, words)],
        capture_output=True,
        text=True,
        env=whole,
        timeout=timeout,
        cwd=cwd,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def need_agent(name):
    """Skip, with the reason printed, where an agent cannot be installed on this machine."""
    try:
        find_installation(get_agent(name))
    except MissingTool as error:
        pytest.skip(f"{error.what}: `make setup` could not install it here")


def attempt_of(record, results):
    """The folder of a record."""
    spec = record["spec"]
    return Path(results, spec["sweep_id"], spec["tui"], spec["model"], spec["task"], f"run{spec['run']}") / (
        f"attempt{record['attempt']}"
    )
