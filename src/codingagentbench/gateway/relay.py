"""One completion on its way: sent on, its bytes passed back as they come, followed on the side, recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from codingagentbench.gateway import replies
from codingagentbench.gateway.cell import CellLog
from codingagentbench.gateway.draft import CLIENT_CLOSED, STREAM_CUT, CallDraft
from codingagentbench.gateway.follow import Follower
from codingagentbench.gateway.redact import KeyGuard
from codingagentbench.gateway.upstream import (
    Upstream,
    UpstreamCut,
    UpstreamRequest,
    UpstreamResponse,
    UpstreamUnavailable,
)

_PASSED_BACK = ("content-type", "retry-after", "x-request-id")
_PASSED_BACK_PREFIXES = ("x-ratelimit-", "openai-")
_CLIENT_CLOSED_STATUS = 499
_UNAVAILABLE_STATUS = 502


class Relay:
    """One use per call. Whatever happens, the call is recorded exactly once.

    `keys` are masked in what the agent gets; `cell_ended` tells a cell that is being closed from an agent
    that left by itself.
    """

    def __init__(
        self,
        http: web.BaseRequest,
        draft: CallDraft,
        *,
        log: CellLog,
        upstream: Upstream,
        keys: Sequence[str],
        cell_ended: Callable[[], bool],
    ) -> None:
        self._http = http
        self._draft = draft
        self._log = log
        self._upstream = upstream
        self._keys = keys
        self._guard = KeyGuard(keys)
        self._cell_ended = cell_ended
        self._follower: Follower | None = None

    async def run(self, request: UpstreamRequest) -> web.StreamResponse:
        """Send the call on and its answer back."""
        self._draft.sent_on = True
        try:
            return await self._answer(request)
        except UpstreamUnavailable as error:
            self._draft.retries, self._draft.wait_ms = error.retries, error.wait_ms
            return self._unavailable(str(error) or "the endpoint gave no answer")
        except asyncio.CancelledError:
            self._left()
            raise
        except Exception as error:  # noqa: BLE001 - an upstream is foreign code; its fault must end in the record
            return self._unavailable(f"the upstream failed: {type(error).__name__}: {error}")
        finally:
            self._log.end(self._draft, self._follower)

    async def _answer(self, request: UpstreamRequest) -> web.StreamResponse:
        response = await self._upstream.send(request)
        try:
            self._begin(response)
            out = web.StreamResponse(status=response.status, headers=self._headers(response.headers))
            await self._pass_on(response, out)
            return out
        finally:
            if response.close is not None:
                await response.close()

    def _begin(self, response: UpstreamResponse) -> None:
        draft = self._draft
        draft.status, draft.retries, draft.wait_ms = response.status, response.retries, response.wait_ms
        kind = _lower(response.headers).get("content-type", "")
        streamed = "event-stream" in kind or (draft.request.streams and draft.status < 300 and "json" not in kind)
        self._follower = Follower("chat" if draft.request.api == "chat" else "responses", streamed=streamed)
        draft.answer = self._follower.answer

    async def _pass_on(self, response: UpstreamResponse, out: web.StreamResponse) -> None:
        try:
            await out.prepare(self._http)
            async for chunk in response.chunks:
                self._follow(chunk)
                if safe := self._guard.feed(chunk):
                    await out.write(safe)
            if held := self._guard.finish():
                await out.write(held)
            self._settle(cut="")
        except UpstreamCut as error:
            self._settle(cut=str(error) or "connection lost")
            self._hang_up()
        except ConnectionError:
            # Only our own writing to the agent raises this: an upstream says `UpstreamCut`.
            self._left()

    def _follow(self, chunk: bytes) -> None:
        if self._follower is not None:
            self._follower.feed(chunk, time.monotonic())
            if self._draft.status < 300:
                self._draft.first_content = self._follower.first_content

    def _settle(self, *, cut: str) -> None:
        """The upstream has ended: was that the whole answer?"""
        follower, draft = self._follower, self._draft
        if follower is None:
            return
        follower.finish()
        answer = follower.answer
        if draft.status >= 300:
            draft.error = answer.failure.message if answer.failure else f"status {draft.status}"
        elif answer.failure is not None:
            draft.error = f"{answer.failure.code}: {answer.failure.message}".removeprefix(": ")
        elif cut and not answer.ended:
            draft.error = f"{STREAM_CUT}: {cut}"
        elif not answer.finished and not (follower.truncated and not follower.streamed):
            draft.error = STREAM_CUT if follower.streamed else "the answer is no JSON object"

    def _left(self) -> None:
        draft = self._draft
        if self._follower is not None:
            self._follower.finish()
        if self._follower is not None and self._follower.answer.ended and draft.status < 300:
            return  # It had all of the answer and did not wait for the end of the connection.
        draft.left = True
        draft.status = draft.status or _CLIENT_CLOSED_STATUS
        draft.error = "cell ended" if self._cell_ended() else CLIENT_CLOSED

    def _unavailable(self, detail: str) -> web.StreamResponse:
        draft = self._draft
        draft.error = detail
        if draft.status:
            draft.answer = None
            self._hang_up()
        draft.status = _UNAVAILABLE_STATUS
        for key in self._keys:
            detail = detail.replace(key, "[redacted]")
        return replies.error(
            _UNAVAILABLE_STATUS, detail, code="cab_endpoint_unavailable", kind="server_error", final=False
        )

    def _hang_up(self) -> None:
        """Break the agent's connection as ours was broken: after what was passed on, without an end mark."""
        if self._http.transport is not None:
            self._http.transport.close()

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            name: value
            for name, value in _lower(headers).items()
            if (name in _PASSED_BACK or name.startswith(_PASSED_BACK_PREFIXES))
            and not any(key in value for key in self._keys)
        }


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
