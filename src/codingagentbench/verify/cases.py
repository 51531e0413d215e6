"""One test's result, whatever runner it came from."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.core.evidence import CheckStatus


@dataclass(frozen=True, slots=True)
class Case:
    """`id` is what a task's checks name; `seconds` None when the runner does not say."""

    id: str
    status: CheckStatus
    detail: str = ""
    seconds: float | None = None
