"""What a cell costs: `cab sweep run`, real sandboxes and all, with an agent that does nothing and one check."""

from __future__ import annotations

import json
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure import CAB, Used, run

CORPUS = Path(__file__).parent / "corpus"
_SWEEP = """[sweep]
id = "{id}"
tuis = ["nop"]
models = {models}
tasks = ["bench/trivial"]
runs = {runs}
"""


@dataclass(frozen=True)
class CellCost:
    """A finished sweep. `record_cpu` (the worker's) and `wall` are medians of its records, in ms."""

    cells: int
    used: Used
    record_cpu: float
    wall: float


def write_sweep(folder: Path, sweep_id: str, runs: int, models: tuple[str, ...] = ("reference/noop",)) -> Path:
    """A definition with `runs` cells for each model."""
    path = folder / f"{sweep_id}.toml"
    path.write_text(_SWEEP.format(id=sweep_id, models=json.dumps(models), runs=runs))
    return path


def sweep_environment(scratch: Path | None = None) -> dict[str, str]:
    """Finds the benchmark's own task; `scratch` says where the throw-away folders of cells lie."""
    return {"CAB_CORPUS": str(CORPUS)} | ({"CAB_SCRATCH": str(scratch)} if scratch else {})


def run_one_cell(folder: Path) -> Path:
    """The folder of the attempt of a cell run by itself."""
    cell = ["--tui", "nop", "--model", "reference/noop", "--task", "bench/trivial"]
    run([CAB, "run", *cell, "--out", folder / "one"], sweep_environment())
    return next((folder / "one").glob("**/record.json")).parent


def run_cells(cells: int, jobs: int, scratch: Path | None = None) -> CellCost:
    """Run the sweep from nothing to its last record, with its results in a temporary folder.

    `scratch`: the folder for what cells throw away; where cab puts it when None.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sweep, out = write_sweep(folder, "bench", cells), folder / "results"
        run_one_cell(folder)  # fills the caches that outlive a sweep: the task's repository and the sandbox's /etc
        used = run([CAB, "sweep", "run", sweep, "--jobs", jobs, "--out", out], sweep_environment(scratch))
        records = [json.loads(path.read_text()) for path in out.glob("**/record.json")]
    outcomes = {record["outcome"] for record in records}
    if len(records) != cells or outcomes != {"gave_up"}:
        raise RuntimeError(f"{len(records)} of {cells} cells ended, with {outcomes}")
    return CellCost(
        cells,
        used,
        statistics.median(record["harness_cpu_ms"] for record in records),
        statistics.median(record["duration_s"] for record in records) * 1000,
    )
