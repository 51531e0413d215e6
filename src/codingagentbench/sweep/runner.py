"""What a sweep asks of the thing that runs one cell, and how a worker process finds it again by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

from codingagentbench.core.errors import UsageError
from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec


class CellRunner(Protocol):
    """A top-level function of an importable module, `runner.cell.run_cell` above all.

    It makes the attempt in a `store.Staging` of its own under `staging_root`, publishes that, and returns the
    record. On SIGINT it stops the cell and lets KeyboardInterrupt (or `Interrupted`) out: the lease is then given
    back and no attempt counted. Another `CabError` ends the sweep; any other exception is recorded as an
    `interrupted` attempt and retried like an invalid one.
    """

    def __call__(
        self,
        spec: CellSpec,
        *,
        attempt: int,
        staging_root: Path,
        parallel_jobs: int,
        queued_ms: float,
        options: Any,
    ) -> CellRecord:
        """Run one cell. `queued_ms`: from asking for a cell to this call. `options`: as given to `run_sweep`."""
        ...


def runner_name(runner: Callable[..., Any] | str) -> str:
    """`module:function` of a runner.

    Raises:
        UsageError: another process could not import it.
    """
    if isinstance(runner, str):
        return runner
    name = f"{runner.__module__}:{runner.__qualname__}"
    if runner.__module__ == "__main__" or "<" in runner.__qualname__:
        raise UsageError(f"{name} cannot be imported by a worker", remedy="give a top-level function of a module")
    return name


def load_runner(name: str) -> CellRunner:
    """Import a runner by its name.

    Raises:
        UsageError: there is no such function.
    """
    module, _, path = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"no cell runner {name!r}: {error}", remedy="name it as module:function") from error
    return cast(CellRunner, found)
