"""The narrow waist towards a model: one request in, one response of byte chunks out.

The real endpoint (`http.py`) and the scripted reference models (`reference/`) both stand behind it, so the
gateway meters, limits and records them in the same way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """A call as the agent made it. `path` starts after `/v1`, e.g. `/chat/completions`."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    json: Any
    """The parsed body, None when it is not JSON."""


@dataclass(slots=True)
class UpstreamResponse:
    """An answer whose bytes may still be coming. `chunks` is consumed once; `close` is always called.

    `chunks` raises `UpstreamCut` when the answer breaks off; a stream that just ends too early is seen by the
    gateway itself.
    """

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]
    retries: int = 0
    wait_ms: float = 0.0
    """Spent waiting between tries (rate limits, 5xx)."""
    close: Any = field(default=None)
    """Async callable or None."""


class UpstreamUnavailable(Exception):
    """No answer at all: refused, timed out or cut before the first byte."""

    def __init__(self, detail: str = "", *, retries: int = 0, wait_ms: float = 0.0) -> None:
        super().__init__(detail)
        self.retries = retries
        self.wait_ms = wait_ms


class UpstreamCut(Exception):
    """The answer broke off after it had begun."""


class Upstream(Protocol):
    """Something that answers model calls."""

    async def send(self, request: UpstreamRequest) -> UpstreamResponse:
        """Send one call.

        Raises:
            UpstreamUnavailable: no answer came.
        """
        ...

    async def close(self) -> None:
        """Release connections."""
        ...
