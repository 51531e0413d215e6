"""JSON from strangers: strict enough to hash, never raising anything but `ValueError`."""

from __future__ import annotations

import json
import math
from typing import Any

from codingagentbench.core.digest import canonical_json, sha256_hex


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text[:20])


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
_UNAMBIGUOUS = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_unambiguous)
"""Kept: `json.loads` with hooks makes one for each of a stream's many small events."""


def parse(data: bytes, *, unambiguous: bool = False) -> Any:
    """The value.

    Raises:
        ValueError: not JSON (NaN and Infinity included), not UTF-8, or nested too deep to be meant; where it must
            be `unambiguous`, also a key that stands twice, of which another parser may take the other.
    """
    decoder = _UNAMBIGUOUS if unambiguous else _DECODER
    try:
        return decoder.decode(data.decode(json.detect_encoding(data), "surrogatepass"))
    except RecursionError:
        raise ValueError("nested too deep") from None


def parse_or_none(data: bytes, *, unambiguous: bool = False) -> Any:
    """The value, or None when it is not JSON."""
    try:
        return parse(data, unambiguous=unambiguous)
    except ValueError:
        return None


def compact(value: Any) -> str:
    """One line of ASCII JSON: safe for any text the value may hold.

    Raises:
        ValueError: nested too deep.
    """
    try:
        return json.dumps(value, separators=(",", ":"))
    except RecursionError:
        raise ValueError("nested too deep") from None


def request_digest(value: Any, body: bytes) -> str:
    """`sha256:<hex>` of the canonical JSON, or of the bytes where they are no JSON."""
    if value is None:
        return f"sha256:{sha256_hex(body)}"
    try:
        # A lone surrogate is legal in JSON and has no UTF-8 of its own.
        return f"sha256:{sha256_hex(canonical_json(value).encode('utf-8', 'surrogatepass'))}"
    except RecursionError:
        return f"sha256:{sha256_hex(body)}"
