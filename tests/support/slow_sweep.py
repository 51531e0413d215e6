"""A real sweep that takes its time: real agents driven by the slow reference model, at a chosen pace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SWEEP = "slow-1"
TASK = "integrity/unsolvable-refusal"
_DEFINITION = f"""
[sweep]
id = "{SWEEP}"
tuis = ["codex", "pi"]
models = ["reference/slow"]
tasks = ["{TASK}"]
runs = 2
"""


@contextmanager
def running_sweep(folder: Path, delay_s: float, jobs: int = 1) -> Iterator[Path]:
    """Four cells, started; the block gets the results folder. What still runs at its end is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "slow.toml").write_text(_DEFINITION, encoding="utf-8")
    words = [sys.executable, __file__, str(folder / "slow.toml"), str(folder / "out"), str(delay_s), str(jobs)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as sweep:
        try:
            yield folder / "out"
        finally:
            sweep.terminate()
            try:
                sweep.wait(40)
            except subprocess.TimeoutExpired:
                sweep.kill()


def main() -> None:
    """`python slow_sweep.py FILE RESULTS DELAY_S JOBS`."""
    from codingagentbench.agents import agent_names
    from codingagentbench.runner.options import RunOptions
    from codingagentbench.sweep import load_sweep, prepare, run_sweep
    from codingagentbench.tasks import list_tasks

    file, out, delay_s, jobs = sys.argv[1:]
    prepare(Path(out), load_sweep(Path(file)), agent_names(), {task.id: task.limits for task in list_tasks()})
    run_sweep(
        Path(out),
        SWEEP,
        "codingagentbench.runner.cell:run_cell",
        jobs=int(jobs),
        options=RunOptions(reference_delay_s=float(delay_s)),
    )


if __name__ == "__main__":
    main()
