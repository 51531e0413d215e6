"""Canonical JSON and sha256: the one way this project turns a value into an identity."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, non-ASCII kept: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_hex(data: bytes | str) -> str:
    """Lower-case hex sha256 of bytes, or of a text's UTF-8 (lone surrogates included)."""
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()


def digest_of(value: Any) -> str:
    """`sha256:<hex>` of a JSON value in canonical form."""
    return f"sha256:{sha256_hex(canonical_json(value))}"
