"""What a run needs beside the cell's specification. Picklable: it travels to worker processes."""

from __future__ import annotations

from dataclasses import dataclass, field

from codingagentbench.plugins import Plugin


@dataclass(frozen=True, slots=True)
class RunOptions:
    """`endpoint` and `key` reach the gateway only, never a sandbox, a record or a log."""

    endpoint: str | None = None
    key: str = field(default="", repr=False)
    plugins: dict[str, Plugin] = field(default_factory=dict)
    """By `Plugin.reference`, as a spec's plugin stack names them."""
    provisional: bool = False
    methodology: str = "1.0"
    wrong_token: bool = False
    """For conformance: give the agent a token that its gateway refuses."""
    reference_delay_s: float = 0.5
    """How slow `reference/slow` is."""
