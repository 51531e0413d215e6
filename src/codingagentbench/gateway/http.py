"""A real endpoint that speaks the OpenAI API over HTTP, with its key and bounded retries."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import stamina

from codingagentbench.core.errors import UsageError
from codingagentbench.gateway.endpoint import base_url, host_of, retry_after_s
from codingagentbench.gateway.upstream import UpstreamCut, UpstreamRequest, UpstreamResponse, UpstreamUnavailable

IDLE_TIMEOUT_S = 600.0
CONNECT_TIMEOUT_S = 15.0
LONGEST_WAIT_S = 20.0
_MAX_ERROR_BODY = 1024 * 1024
# Retries are counted in each call's record; nobody configured a log for them.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class _Whole:
    """An error answer, read to its end so that its connection is free for the next try."""

    status: int
    headers: dict[str, str]
    body: bytes


class _TryAgain(Exception):
    """A try that failed before its first byte: `answer` is what the agent gets if it was the last."""

    def __init__(self, message: str, answer: _Whole | None = None, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.answer = answer
        self.wait_s = wait_s


@dataclass(slots=True)
class _Tries:
    """Counts tries and the time between them."""

    made: int = 0
    wait_s: float = 0.0
    failed_at: float = field(default=0.0)

    def begin(self) -> None:
        self.made += 1
        if self.failed_at:
            self.wait_s += time.monotonic() - self.failed_at

    def failed(self) -> None:
        self.failed_at = time.monotonic()

    @property
    def retries(self) -> int:
        return max(0, self.made - 1)

    @property
    def wait_ms(self) -> float:
        return self.wait_s * 1000


class HttpUpstream:
    """An endpoint with or without `/v1`. Connections are pooled, so one instance may serve many cells.

    429, 5xx and connection errors are tried again up to `attempts` times before the first byte of an answer,
    after the time the endpoint asks for (at most `longest_wait_s`) or a growing one. Redirects are never
    followed: the key goes to the named host only.

    Raises:
        UsageError: the endpoint is no http(s) URL, or the key cannot be sent in a header.
    """

    def __init__(
        self,
        endpoint: str,
        key: str = "",
        *,
        attempts: int = 3,
        idle_timeout_s: float = IDLE_TIMEOUT_S,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        first_wait_s: float = 0.5,
        longest_wait_s: float = LONGEST_WAIT_S,
    ) -> None:
        self._base = base_url(endpoint)
        self._headers = _credentials(key)
        self._attempts = attempts
        self._first_wait_s = first_wait_s
        self._longest_wait_s = longest_wait_s
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=connect_timeout_s, connect=None, sock_read=idle_timeout_s
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def host(self) -> str:
        """`host[:port]` of the endpoint, for messages and records."""
        return host_of(self._base)

    async def send(self, request: UpstreamRequest) -> UpstreamResponse:
        """Send one call; an error answer of the last try is handed back like any other.

        Raises:
            UpstreamUnavailable: refused, timed out or cut before the first byte, naming the host.
        """
        tries = _Tries()
        try:
            async for attempt in stamina.retry_context(
                on=_wait_for,
                attempts=self._attempts,
                timeout=None,
                wait_initial=self._first_wait_s,
                wait_max=self._longest_wait_s,
                wait_jitter=self._first_wait_s,
            ):
                with attempt:
                    return await self._try(request, tries)
        except _TryAgain as error:
            if error.answer is None:
                raise UpstreamUnavailable(str(error), retries=tries.retries, wait_ms=tries.wait_ms) from error
            return _handed_back(error.answer, tries)
        raise AssertionError("a retry context ends in an answer or an error")

    async def close(self) -> None:
        """Release connections. A later `send` opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _try(self, request: UpstreamRequest, tries: _Tries) -> UpstreamResponse:
        tries.begin()
        try:
            return await self._once(request, tries)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._no_answer(error, tries) from error
        finally:
            tries.failed()

    async def _once(self, request: UpstreamRequest, tries: _Tries) -> UpstreamResponse:
        response = await self._open().request(
            request.method,
            f"{self._base}{request.path}",
            data=request.body or None,
            headers={**request.headers, **self._headers},
            allow_redirects=False,
        )
        if 300 <= response.status < 400:
            response.close()
            where = host_of(response.headers.get("Location", "")) or "elsewhere on it"
            raise UpstreamUnavailable(
                f"the endpoint {self.host} redirects to {where}; name the final address as the endpoint",
                retries=tries.retries,
                wait_ms=tries.wait_ms,
            )
        if response.status == 429 or response.status >= 500:
            await self._refused(response)
        return _streaming(response, tries)

    async def _refused(self, response: aiohttp.ClientResponse) -> None:
        async with response:
            body = await _read_at_most(response.content, _MAX_ERROR_BODY)
            answer = _Whole(response.status, _headers(response), body)
            wait = retry_after_s(response.headers, longest=self._longest_wait_s)
            raise _TryAgain(f"status {response.status}", answer, wait)

    def _no_answer(self, error: Exception, tries: _Tries) -> Exception:
        what = str(error) or type(error).__name__
        message = f"no answer from the endpoint {self.host}: {what}"
        if isinstance(error, aiohttp.ServerTimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError):
            # The idle timeout is long; another such wait would outlast any cell.
            silent = f"{message} (silent for {self._timeout.sock_read:g} s)"
            return UpstreamUnavailable(silent, retries=tries.retries, wait_ms=tries.wait_ms)
        return _TryAgain(message)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300),
                timeout=self._timeout,
                headers={"Accept-Encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
                max_line_size=64 * 1024,
                max_field_size=64 * 1024,
            )
        return self._session


def _wait_for(error: Exception) -> bool | float:
    """Stamina's question whether, and after how many seconds, to try again."""
    if not isinstance(error, _TryAgain):
        return False
    return True if error.wait_s is None else error.wait_s


def _credentials(key: str) -> dict[str, str]:
    if not key:
        return {}
    if not key.isascii() or not key.isprintable() or key != key.strip():
        raise UsageError(
            "the key holds characters that no HTTP header may hold",
            where="key",
            remedy="check the variable it comes from for line ends and quotes",
        )
    return {"Authorization": f"Bearer {key}"}


async def _read_at_most(content: aiohttp.StreamReader, size: int) -> bytes:
    body = bytearray()
    while len(body) < size and (chunk := await content.readany()):
        body += chunk
    return bytes(body[:size])


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    return dict(response.headers)


def _handed_back(answer: _Whole, tries: _Tries) -> UpstreamResponse:
    async def chunks() -> AsyncIterator[bytes]:
        yield answer.body

    return UpstreamResponse(answer.status, answer.headers, chunks(), tries.retries, tries.wait_ms)


def _streaming(response: aiohttp.ClientResponse, tries: _Tries) -> UpstreamResponse:
    async def chunks() -> AsyncIterator[bytes]:
        try:
            while chunk := await response.content.readany():
                yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UpstreamCut(str(error) or type(error).__name__) from error

    async def close() -> None:
        response.close()

    return UpstreamResponse(response.status, _headers(response), chunks(), tries.retries, tries.wait_ms, close)
