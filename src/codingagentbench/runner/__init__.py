"""The way of a cell: the only place that knows all the parts and wires them."""

from codingagentbench.runner.cell import run_cell
from codingagentbench.runner.options import RunOptions

__all__ = ["RunOptions", "run_cell"]
