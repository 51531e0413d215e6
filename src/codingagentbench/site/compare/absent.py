"""Why two values have no difference."""

from __future__ import annotations

from typing import Any


def no_delta(one: Any, other: Any) -> str:
    """`not applicable` when neither value can exist, else `not measured`. Values are typed, or None."""
    kinds = {getattr(value, "kind", "") for value in (one, other)}
    return "not applicable" if kinds == {"not_applicable"} else "not measured"
