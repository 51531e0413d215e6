"""Ends and removes what killed harnesses left on this machine: processes, cgroups, scratch folders."""

from __future__ import annotations

from codingagentbench.runner.scratch import clean_scratch
from codingagentbench.sandbox import cleanup_stale


def tidy() -> None:
    """Only what belongs to harness processes that no longer exist is touched."""
    cleanup_stale()
    clean_scratch()
