"""Which cells count in the numbers of pages: those that leaderboards take, and reference models as well."""

from __future__ import annotations

from codingagentbench.store.line import CellLine


def reason_out(line: CellLine) -> str:
    """Why a cell counts in no number; empty when it does."""
    if not line.planned:
        return "no longer in their sweep's definition"
    if line.provisional:
        return "provisional"
    return "" if line.sandboxed else "unsandboxed"


def counts(line: CellLine) -> bool:
    """Whether a cell counts."""
    return line.planned and line.sandboxed and not line.provisional
