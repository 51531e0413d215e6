"""What a cell has spent at the model, against its limits."""

from __future__ import annotations

from collections.abc import Callable

from codingagentbench.core.errors import UsageError
from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.spec import Limits
from codingagentbench.gateway.answer import Usage

Price = Callable[[int, int, int], float | None]
"""(prompt, completion, cached) tokens -> USD, None when no price is known."""


class Budget:
    """Calls sent on, tokens and USD spent. Unknown usage spends nothing, an unknown price leaves cost unknown."""

    def __init__(self, limits: Limits, price: Price | None) -> None:
        if limits.usd is not None and price is None:
            raise UsageError(
                "a cost limit needs a price table",
                where="limits.usd",
                remedy="leave the cost limit out, or name a model whose price is known",
            )
        self._limits = limits
        self._price = price
        self.calls = 0
        self.tokens = 0
        self.usd: float | None = 0.0 if price else None

    def exhausted(self) -> tuple[LimitKind, str] | None:
        """The limit that forbids another call, if any."""
        limits = self._limits
        if self.calls >= limits.calls:
            return LimitKind.CALLS, f"{self.calls} of {limits.calls} model calls were made"
        if limits.tokens is not None and self.tokens >= limits.tokens:
            return LimitKind.TOKENS, f"{self.tokens} of {limits.tokens} tokens were spent"
        if limits.usd is not None and self.usd is not None and self.usd >= limits.usd:
            return LimitKind.COST, f"{self.usd:.4f} of {limits.usd:.4f} USD were spent"
        return None

    def spend(self, usage: Usage) -> bool:
        """Add a call's usage; False when its price is not known."""
        self.tokens += usage.prompt + usage.completion
        if self._price is None:
            return True
        cost = self._price(usage.prompt, usage.completion, usage.cached or 0)
        if cost is None or self.usd is None:
            self.usd = None
            return False
        self.usd += cost
        return True
