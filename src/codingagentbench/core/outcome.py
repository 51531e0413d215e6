"""The closed set of what can have happened to a cell, and why a cell can hold no measurement."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Every attempt ends in exactly one of these (METHODOLOGY, in deciding order)."""

    INVALID = "invalid"
    CHEATED = "cheated"
    SOLVED = "solved"
    REFUSED = "refused"
    LIMIT = "limit"
    AGENT_ERROR = "agent_error"
    GAVE_UP = "gave_up"
    WRONG = "wrong"

    @property
    def measured(self) -> bool:
        """False only for `invalid`: such a cell is missing, never a zero."""
        return self is not Outcome.INVALID


class InvalidCause(StrEnum):
    """Why there is no measurement."""

    ENDPOINT_UNAVAILABLE = "endpoint_unavailable"
    RATE_LIMITED = "rate_limited"
    HANDSHAKE_FAILED = "handshake_failed"
    UNMETERED = "unmetered"
    SANDBOX_ERROR = "sandbox_error"
    VERIFIER_ERROR = "verifier_error"
    INTERRUPTED = "interrupted"


class LimitKind(StrEnum):
    """Which limit ended the agent."""

    TIME = "time"
    CALLS = "calls"
    TOKENS = "tokens"
    COST = "cost"
    OUTPUT = "output"
    DISK = "disk"
    MEMORY = "memory"
