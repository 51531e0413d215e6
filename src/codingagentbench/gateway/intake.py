"""Reading a request of an agent that may be hostile: bounded in size, alone and together."""

from __future__ import annotations

from aiohttp import web

MAX_REQUEST = 64 * 1024 * 1024
"""Bytes of one request body."""
MAX_HELD = 256 * 1024 * 1024
"""Bytes of all request bodies a cell may have under way."""


class TooLarge(Exception):
    """The body exceeds what one request, or all of them together, may hold."""


class Intake:
    """Counts the bytes of bodies under way; `release` gives them back when the call is over."""

    def __init__(self, max_request: int = MAX_REQUEST, max_held: int = MAX_HELD) -> None:
        self._max_request = max_request
        self._max_held = max_held
        self._held = 0

    async def read(self, request: web.BaseRequest) -> bytes:
        """The whole body.

        Raises:
            TooLarge: more than allowed; what was read so far is dropped.
        """
        parts: list[bytes] = []
        size = 0
        try:
            async for chunk in request.content.iter_any():
                parts.append(chunk)
                size += len(chunk)
                self._held += len(chunk)
                if size > self._max_request or self._held > self._max_held:
                    raise TooLarge(f"the request is larger than {self._max_request} bytes")
        except BaseException:  # also when the call is cancelled: what was held is given back
            self._held -= size
            raise
        return b"".join(parts)

    def release(self, body: bytes) -> None:
        """The call with this body is over."""
        self._held -= len(body)
