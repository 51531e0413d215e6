"""Test-runner adapters, for tasks whose hidden tests are ordinary test files. One module a runner.

Checks as data (`docs/decisions/0003-checks-as-data.md`) are the stronger form and the default.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from codingagentbench.core.task import RunnerName
from codingagentbench.verify.runners.base import Runner

_MODULES: dict[RunnerName, str] = {
    "unittest": "python_unittest", "pytest": "python_pytest", "rustc": "rust_rustc", "cargo": "rust_cargo",
    "java": "java_plain", "junit4": "java_junit", "junit5": "java_junit", "node": "node_test", "go": "go_test",
    "c": "c_plain", "ctest": "c_ctest",
}  # fmt: skip


def get_runner(name: RunnerName) -> Runner:
    """The adapter of that name."""
    module = import_module(f"{__name__}.{_MODULES[name]}")
    return cast(Runner, module.RUNNERS[name])
