"""Headers that every response carries, and what browsers may do with it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codingagentbench.site.render import CSP

PAGE_CSP = f"{CSP}; frame-ancestors 'none'"
FRAMED_CSP = f"{CSP}; frame-ancestors *"
"""For the cards that other sites show in a frame."""
INERT_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors *"
"""For our own images and exports: they show, and nothing in them runs; other sites may embed them."""
EVIDENCE_CSP = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For files that an agent may have written."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SafeHeaders:
    """ASGI middleware: sets what a response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer through the inner application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                for name, value in _ALWAYS.items():
                    headers[name] = value
                kind = headers.get("content-type", "")
                headers.setdefault(
                    "Content-Security-Policy", PAGE_CSP if kind.startswith("text/html") else EVIDENCE_CSP
                )
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, safe)
