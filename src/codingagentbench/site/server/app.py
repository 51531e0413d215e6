"""The application: guard, headers, cache, then the API and the pages."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio.to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from codingagentbench.site.live.hub import Hub
from codingagentbench.site.live.watch import watcher_of
from codingagentbench.site.server.ahead import keep_ahead
from codingagentbench.site.server.api import make_api
from codingagentbench.site.server.api.answers import ROOT
from codingagentbench.site.server.api.page import api_page
from codingagentbench.site.server.cache import ResponseCache
from codingagentbench.site.server.caching import Caching
from codingagentbench.site.server.clients import RateLimits, Streams
from codingagentbench.site.server.guard import Guard
from codingagentbench.site.server.headers import SafeHeaders
from codingagentbench.site.server.pages import Pages, warm
from codingagentbench.site.server.settings import Settings
from codingagentbench.site.server.snapshots import Snapshot, Snapshots

_API_THREADS = 4


def make_app(settings: Settings) -> Starlette:
    """The whole server as an ASGI application.

    Raises:
        StoreError: there is no results folder, or a ledger cannot be read.
        UsageError: a rate that is none.
    """
    rates = RateLimits(settings.rates)
    snapshots = Snapshots(settings.results, settings.options, settings.refresh_s, _warm)
    pages = Pages(snapshots, settings.renderers)
    hub = Hub(watcher_of(settings.results))
    api = make_api()
    api.state.snapshots, api.state.settings, api.state.hub = snapshots, settings, hub
    api.state.streams = Streams(settings.streams_per_client, settings.streams)

    async def described(request: Request) -> Response:
        return await asyncio.to_thread(api_page, snapshots.current, api.openapi())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _API_THREADS
        await asyncio.to_thread(_warm, snapshots.current)
        tasks = [
            asyncio.create_task(_refresh(snapshots, settings.refresh_s)),
            asyncio.create_task(keep_ahead(snapshots, _warm)),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        gc.unfreeze()
        await hub.close()
        pages.close()

    routes: Sequence[Route | Mount] = (
        Mount(f"/{ROOT}", api),
        Route("/api.html", described),
        Route("/{path:path}", pages.answer),
    )
    middleware = [
        Middleware(SafeHeaders),
        Middleware(Guard, settings=settings, rates=rates),
        Middleware(Caching, cache=ResponseCache(settings.cache_bytes), number=lambda: snapshots.current.number),
    ]
    app = Starlette(routes=routes, middleware=middleware, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.snapshots, app.state.hub = snapshots, hub
    return app


def _warm(snapshot: Snapshot) -> None:
    gc.freeze()  # else the collector walks over all lines again and again while the rest is made
    warm(snapshot)


async def _refresh(snapshots: Snapshots, every_s: float) -> None:
    """Look for new results in the background: loading is slow, and the old snapshot serves on."""
    settled = _settle(snapshots, -1)
    while True:
        await asyncio.sleep(every_s)
        await asyncio.to_thread(snapshots.refresh)
        settled = _settle(snapshots, settled)


def _settle(snapshots: Snapshots, before: int) -> int:
    """Keep the collector off a new snapshot, which lives as long as it serves: walking it stalls every request."""
    number = snapshots.current.number
    if number != before:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
    return number
