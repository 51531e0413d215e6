"""The way of a cell: the only place that knows all the parts and wires them."""

from typing import TYPE_CHECKING, Any

from codingagentbench.runner.options import RunOptions

if TYPE_CHECKING:
    from codingagentbench.runner.cell import run_cell

__all__ = ["RunOptions", "run_cell"]


def __getattr__(name: str) -> Any:
    """`run_cell` brings in every part, half a second that commands which run no cell need not spend."""
    if name != "run_cell":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from codingagentbench.runner.cell import run_cell

    return run_cell
