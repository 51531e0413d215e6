"""How long `cab sweep run` takes over a sweep in which nothing is left to do."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from cells import run_one_cell, sweep_environment, write_sweep
from measure import CAB, Used, run

from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec
from codingagentbench.provenance import process_identity
from codingagentbench.store import Staging, read_record, write_record

_MODELS = tuple(f"reference/{name}" for name in ("oracle", "noop", "refuse", "fabricate", "vandal"))


@cache
def _template(folder: str) -> CellRecord:
    return read_record(Path(folder))


def copied_cell(
    spec: CellSpec, *, attempt: int, staging_root: Path, options: dict[str, str], **_: Any
) -> CellRecord:
    """A cell runner that runs nothing: publishes the record of `options["template"]` as this cell's."""
    template = _template(options["template"])
    changed = {"sweep_id": spec.sweep_id, "run": spec.run, "model_build_id": spec.model}
    key = template.key.model_copy(update=changed)
    names = {
        "cell_id": spec.cell_id,
        "spec": spec,
        "spec_digest": spec.digest,
        "model": spec.model,
        "attempt": attempt,
        "key": key,
        "fingerprint": key.fingerprint,
        "evidence": (),
    }
    record = template.model_copy(update=names)
    with Staging(staging_root, process_identity()) as staging:
        write_record(staging.path, record)
        staging.publish(spec, attempt)
    return record


def _fill(sweep: Path, out: Path, template: Path) -> None:
    """Finish the sweep with copies, by the sweep's own means: plan, workers, ledger, attempt folders."""
    from codingagentbench.agents import agent_names
    from codingagentbench.sweep import load_sweep, prepare, run_sweep
    from codingagentbench.tasks import list_tasks

    os.environ |= sweep_environment()
    file = load_sweep(sweep)
    prepare(out, file, agent_names(), {task.id: task.limits for task in list_tasks()})
    options = {"template": str(template)}
    run_sweep(out, file.sweep_id, "resume:copied_cell", jobs=os.cpu_count() or 1, options=options)


def run_resume(cells: int, times: int) -> list[Used]:
    """Make a finished sweep of `cells` cells, then run it again `times` times, each a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sweep, out = write_sweep(folder, "resume", cells // len(_MODELS), _MODELS), folder / "results"
        _fill(sweep, out, run_one_cell(folder))
        command = [CAB, "sweep", "run", sweep, "--out", out]
        return [run(command, sweep_environment()) for _ in range(times)]
