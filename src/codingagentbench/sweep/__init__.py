"""Sweeps: a declared matrix, planned into a ledger, run by worker processes, resumed by running it again."""

from codingagentbench.sweep.definition import SweepDefinition, SweepFile, load_sweep, parse_sweep
from codingagentbench.sweep.executor import SweepResult, run_sweep
from codingagentbench.sweep.expand import expand
from codingagentbench.sweep.plan import Planned, PlanPreview, prepare, preview
from codingagentbench.sweep.runner import CellRunner
from codingagentbench.sweep.status import PairStatus, SweepStatus, sweep_status

__all__ = [
    "CellRunner",
    "PairStatus",
    "PlanPreview",
    "Planned",
    "SweepDefinition",
    "SweepFile",
    "SweepResult",
    "SweepStatus",
    "expand",
    "load_sweep",
    "parse_sweep",
    "prepare",
    "preview",
    "run_sweep",
    "sweep_status",
]
