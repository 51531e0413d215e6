"""What a model call costs by genai-prices' table, as it was on one fixed day. The only dated part of scoring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from codingagentbench.core.spec import REFERENCE_VENDOR

Price = Callable[[int, int, int], float | None]
"""Prompt, completion and cached tokens (cached ones are among the prompt's) -> US dollars."""

PRICED_ON = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""Some prices depend on the day or the hour: every call of every cell is priced at this moment."""


def price_table_date() -> str:
    """The price table behind every `cost`: its version and the day prices are taken for."""
    from importlib.metadata import version  # as dear to import as the rest of scoring

    return f"genai-prices {version('genai-prices')}, prices of {PRICED_ON:%Y-%m-%d}"


@lru_cache(maxsize=256)
def price_for(model_id: str) -> Price | None:
    """The price function of `vendor/name` when the vendor itself sells it; None when no price is known.

    Reference models have no price. Loading the table takes a fifth of a second, once.
    """
    vendor, _, name = model_id.partition("/")
    if vendor == REFERENCE_VENDOR or not name:
        return None
    from genai_prices import Usage, calc_price

    def price(prompt: int, completion: int, cached: int = 0) -> float | None:
        usage = Usage(
            input_tokens=prompt,
            output_tokens=completion,
            cache_read_tokens=min(cached, prompt) if cached else None,
        )
        try:
            found = calc_price(usage, name, provider_id=vendor, genai_request_timestamp=PRICED_ON)
        except (LookupError, ValueError):  # not in the table, or a count it has no price for
            return None
        return float(found.total_price)

    return price if price(1, 1) is not None else None
