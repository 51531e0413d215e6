"""What is refused before anything looks at it: other methods, long addresses, foreign hosts, too many requests."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from codingagentbench.site.server.clients import RateLimits, client_of
from codingagentbench.site.server.problems import problem
from codingagentbench.site.server.settings import Settings

API = "/api/"


class Guard:
    """ASGI middleware in front of everything."""

    def __init__(self, app: ASGIApp, settings: Settings, rates: RateLimits) -> None:
        self._app, self._settings, self._rates = app, settings, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or answer through the inner application."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["method"] not in ("GET", "HEAD"):
            return problem(
                405, "nothing can be changed here", remedy="use GET or HEAD", headers={"Allow": "GET, HEAD"}
            )
        if len(scope["raw_path"]) + len(scope["query_string"]) > self._settings.url_bytes:
            return problem(
                414, "the address is too long", remedy=f"keep it under {self._settings.url_bytes} bytes"
            )
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            return problem(
                413, "a request with a body", remedy="put what you ask for into the address", close=True
            )
        if self._settings.hosts and _name(headers.get("host", "")) not in self._settings.hosts:
            return problem(
                421, "this is no name of this server", remedy="use the address that `cab site serve` printed"
            )
        return self._too_many(scope) if scope["path"].startswith(API) else None

    def _too_many(self, scope: Scope) -> Response | None:
        wait = self._rates.wait_of(client_of(scope, trust_proxy=self._settings.trust_proxy))
        if not wait:
            return None
        rates = " and ".join(self._settings.rates)
        return problem(
            429,
            f"more than {rates} requests",
            remedy=f"try again in {wait} s; for everything at once take a leaderboard or the results folder",
            headers={"Retry-After": str(wait)},
        )


def _name(host: str) -> str:
    """The host without its port, in lower case."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()
