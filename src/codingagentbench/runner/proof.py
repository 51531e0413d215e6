"""A verdict made of named steps, as `cab agents doctor` and `cab tasks validate` print it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from codingagentbench.core.errors import CabError


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried. `detail` says what was seen, above all when it failed."""

    name: str
    passed: bool
    seconds: float
    detail: str = ""


@dataclass(slots=True)
class Proof:
    """Steps in the order they were tried; none at all proves nothing."""

    subject: str
    version: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Every step passed."""
        return bool(self.steps) and all(step.passed for step in self.steps)

    @property
    def verdict(self) -> str:
        """`conforms`, or which step failed first."""
        failed = next((step.name for step in self.steps if not step.passed), None)
        return "conforms" if self.passed else f"fails at: {failed or 'start'}"

    def attempt(self, name: str, action: Callable[[], object]) -> bool:
        """Try a step; whether it passed. A text the action returns is a fault, and so is an expected error."""
        begun = time.monotonic()
        try:
            returned = action()
            fault = returned if isinstance(returned, str) else None
        except CabError as error:
            fault = str(error)
        self.steps.append(Step(name, fault is None, time.monotonic() - begun, fault or ""))
        return fault is None

    def as_json(self) -> dict[str, Any]:
        """The steps and the verdict."""
        return {**asdict(self), "passed": self.passed, "verdict": self.verdict}
