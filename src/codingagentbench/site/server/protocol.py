"""HTTP/1.1 by uvicorn and httptools, with bounds on what a slow or endless client can hold."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from codingagentbench.site.server.settings import Settings


def bounded(settings: Settings) -> type[HttpToolsProtocol]:
    """The protocol class with these settings' bounds."""

    class Bounded(HttpToolsProtocol):
        """Ends a connection that sends too much before an answer, takes too long to ask, or takes no answer."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            transport.set_write_buffer_limits(high=1 << 18)
            self._received = 0
            self._asking: asyncio.TimerHandle | None = None
            self._stalled: asyncio.TimerHandle | None = None
            self._await_request()

        def _await_request(self) -> None:
            if self._asking is None:
                self._asking = self.loop.call_later(settings.head_s, self.transport.abort)

        def _request_came(self) -> None:
            if self._asking is not None:
                self._asking.cancel()
                self._asking = None

        def data_received(self, data: bytes) -> None:
            self._received += len(data)
            if self._received > settings.request_bytes:
                self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n")
                self.transport.close()
                return
            if self.cycle is None or self.cycle.response_complete:
                self._await_request()
            super().data_received(data)

        def on_headers_complete(self) -> None:
            self._request_came()
            super().on_headers_complete()

        def on_response_complete(self) -> None:
            self._received = 0
            super().on_response_complete()

        def pause_writing(self) -> None:
            super().pause_writing()
            if self._stalled is None:
                self._stalled = self.loop.call_later(settings.write_s, self.transport.abort)

        def resume_writing(self) -> None:
            super().resume_writing()
            if self._stalled is not None:
                self._stalled.cancel()
                self._stalled = None

        def connection_lost(self, exc: Exception | None) -> None:
            self._request_came()
            if self._stalled is not None:
                self._stalled.cancel()
                self._stalled = None
            super().connection_lost(exc)

    return Bounded
