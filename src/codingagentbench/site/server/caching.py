"""ETags, gzip and HEAD for every finished response; each is made once for a snapshot, path and query."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codingagentbench.site.server.cache import Key, ResponseCache, Stored

_LEVEL = 2
_SMALL = 800
_TEXTS = ("text/", "application/json", "application/x-ndjson", "image/svg+xml", "application/javascript")


class Caching:
    """ASGI middleware. What says `no-store`, has an ETag of its own or no length passes through as it is.

    `number` tells the current snapshot. Requests for a page that is being made wait for it: it is made once.
    """

    def __init__(self, app: ASGIApp, cache: ResponseCache, number: Callable[[], int]) -> None:
        self._app, self._cache, self._number = app, cache, number
        self._making: dict[Key, asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or through the inner application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        key: Key = (self._number(), scope["path"], scope["query_string"])
        stored = self._cache.get(key)
        if stored is None:
            turn = _Turn(self._making, key)
            await turn.take()
            try:
                stored = self._cache.get(key) or await self._make(key, scope, receive, _Capture(send, turn))
            finally:
                turn.give_back()
        if stored is not None:
            await _send_stored(stored, scope, send)

    async def _make(self, key: Key, scope: Scope, receive: Receive, capture: _Capture) -> Stored | None:
        """The response to keep; None when it went straight to the client."""
        await self._app(_as_get(scope), receive, capture)
        if capture.start is None:
            return None
        headers = tuple((name, value) for name, value in capture.start["headers"] if name != b"content-length")
        stored = await run_in_threadpool(_stored, headers, bytes(capture.body))
        self._cache.put(key, stored)
        return stored


HEAD_ONLY = "cab.head_only"
"""Key of the scope: the client asked with HEAD, and a response that is not kept needs no body."""


def _as_get(scope: Scope) -> Scope:
    return {**scope, "method": "GET", HEAD_ONLY: True} if scope["method"] == "HEAD" else scope


class _Turn:
    """One request's turn to make a response; others for the same key wait until it is given back."""

    def __init__(self, making: dict[Key, asyncio.Lock], key: Key) -> None:
        self._making, self._key = making, key
        self._lock = making.setdefault(key, asyncio.Lock())
        self._held = False

    async def take(self) -> None:
        await self._lock.acquire()
        self._held = True

    def give_back(self) -> None:
        if self._held:
            self._held = False
            self._lock.release()
            if self._making.get(self._key) is self._lock:
                del self._making[self._key]


class _Capture:
    """Takes a response that may be kept; hands on any other one."""

    def __init__(self, send: Send, turn: _Turn) -> None:
        self._send, self._turn = send, turn
        self.start: Message | None = None
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _to_keep(message):
            self.start = message
        elif self.start is not None:
            self.body += message.get("body", b"")
        else:
            self._turn.give_back()  # a stream may go on for hours, and the next one need not wait for it
            await self._send(message)


def _to_keep(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    passes = "etag" in headers or "content-length" not in headers or "no-store" in headers.get("cache-control", "")
    return bool(start["status"] == 200) and not passes


def _stored(headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> Stored:
    kind = Headers(raw=list(headers)).get("content-type", "")
    packed = gzip.compress(body, _LEVEL, mtime=0) if len(body) > _SMALL and kind.startswith(_TEXTS) else b""
    etag = hashlib.sha256(body).hexdigest()[:24].encode()
    return Stored(headers, etag, body, packed if len(packed) < len(body) else b"")


async def _send_stored(stored: Stored, scope: Scope, send: Send) -> None:
    asked = Headers(scope=scope)
    packed = bool(stored.packed) and _accepts_gzip(asked.get("accept-encoding", ""))
    headers = MutableHeaders(raw=list(stored.headers))
    headers["ETag"] = f'W/"{stored.etag.decode()}"'
    headers.setdefault("Cache-Control", "no-cache")
    if stored.packed:
        headers.add_vary_header("Accept-Encoding")
    if matches(asked.get("if-none-match", ""), stored.etag.decode()):
        await _send_all(send, 304, headers, b"")
        return
    body = stored.packed if packed else stored.body
    if packed:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    await _send_all(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _send_all(send: Send, status: int, headers: MutableHeaders, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})


def matches(if_none_match: str, etag: str) -> bool:
    """Whether a client has this version already (weak comparison)."""
    known = (tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(","))
    return bool(if_none_match) and any(tag in ("*", etag) for tag in known)


def _accepts_gzip(accepted: str) -> bool:
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
