"""What both wires need of an answer: its ids, its token counts, its pieces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codingagentbench.gateway.reference.reply import Reply

FINGERPRINT = "reference-1"
"""Goes up when a policy or a renderer changes what it says."""

CREATED = 1_767_225_600
"""A fixed time (2026-01-01), since the same request must get the same bytes."""

_MOST_PIECES = 4
_LEAST_CHARACTERS = 12
_BYTES_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Envelope:
    """One answer with what surrounds it."""

    model: str
    key: str
    """Hex digest of the request and the seed: every id of the answer is made of it."""
    reply: Reply
    request_bytes: int

    @property
    def call_id(self) -> str:
        """Of the tool call."""
        return f"call_{self.key[:24]}"

    @property
    def prompt_tokens(self) -> int:
        """A quarter of the request's bytes, at least 1."""
        return max(1, self.request_bytes // _BYTES_A_TOKEN)

    @property
    def completion_tokens(self) -> int:
        """A quarter of the answer's bytes, at least 1."""
        return max(1, self.reply.size // _BYTES_A_TOKEN)


def pieces(text: str) -> list[str]:
    """The text in up to four parts, as a stream brings it; none of no text."""
    size = max(_LEAST_CHARACTERS, -(-len(text) // _MOST_PIECES))
    return [text[at : at + size] for at in range(0, len(text), size)]


def encode(value: Mapping[str, Any]) -> bytes:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def error_body(message: str, kind: str) -> bytes:
    """An error in OpenAI's shape."""
    return encode({"error": {"message": message, "type": kind, "param": None, "code": kind}})
