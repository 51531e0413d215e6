"""What runs now, as it changes: server-sent events."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Path, Query, Request
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from codingagentbench.site.live.cell import CAST, staging_of
from codingagentbench.site.live.hub import Hub
from codingagentbench.site.live.state import LiveState, LiveSweep
from codingagentbench.site.live.sweep import worked_on
from codingagentbench.site.live.tail import CastTail
from codingagentbench.site.server.api.answers import PROBLEMS, NotFound, Served
from codingagentbench.site.server.caching import HEAD_ONLY
from codingagentbench.site.server.clients import Streams, client_of
from codingagentbench.site.server.problems import problem
from codingagentbench.site.server.settings import Settings
from codingagentbench.store import ledger_path, sweep_ids
from codingagentbench.store.follow import LedgerFollower, Standing

router = APIRouter(tags=["live"], responses=PROBLEMS)
PING_S = 15
LONGEST_S = 6 * 3600.0
"""A stream ends by itself after this; browsers open it again."""
_TAIL_S = 0.1
_FAREWELL_S = 1.0
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "server-sent events", "content": {"text/event-stream": {}}}
}


@router.get(
    "/live",
    response_class=Response,
    responses=_STREAM,
    summary="Sweeps that run, and their terminals, as they change",
)
async def live(
    request: Request,
    served: Served,
    screens: Annotated[
        bool, Query(description="also `screen` events: lines of terminals that have changed")
    ] = True,
) -> Response:
    """Events `sweep` (the state of one sweep, see `LiveSweep`) and `screen` (`sweep_id`, `digest`, `columns`,
    `rows` and changed `lines` by number). Who falls behind gets the newest state, and none in between."""
    closing = anyio.Event()
    return _stream(request, served, _changes(request.app.state.hub, closing, screens=screens), closing)


@router.get("/live/{sweep}", response_model=LiveSweep, summary="One running sweep now")
async def live_sweep(request: Request, sweep: Annotated[str, Path(max_length=300)]) -> Response:
    """The state that `/live` streams, once."""
    state: LiveState = await request.app.state.hub.now()
    found = state.sweep(sweep)
    if found is None:
        raise NotFound(f"no unfinished sweep {sweep!r}", where="sweep", remedy="/api/v1/sweeps lists all of them")
    return Response(found.model_dump_json(), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get(
    "/live/{sweep}/{digest}/terminal",
    response_class=Response,
    responses=_STREAM,
    summary="A running cell's terminal",
)
async def terminal(
    request: Request,
    served: Served,
    sweep: Annotated[str, Path(max_length=300)],
    digest: Annotated[str, Path(pattern="^(sha256:)?[0-9a-f]{64}$")],
) -> Response:
    """An asciicast (version 2), a line an event, from the beginning; then the event `done`. It holds terminal
    escapes: give it to a player, not to a terminal."""
    standing = await anyio.to_thread.run_sync(_standing, served, sweep, "sha256:" + digest.removeprefix("sha256:"))
    if standing is None or standing.state != "leased" or not worked_on(standing):
        raise NotFound("this cell does not run", where="digest", remedy=f"/api/v1/live/{sweep} lists what runs")
    closing = anyio.Event()
    return _stream(request, served, _cast_events(served, standing, closing), closing)


def _stream(
    request: Request, served: Settings, events: AsyncIterator[dict[str, Any]], closing: anyio.Event
) -> Response:
    """`closing` is set when the server ends: the events end then by themselves, and the response is whole."""
    if HEAD_ONLY in request.scope:
        return Response(headers={"Cache-Control": "no-store"}, media_type="text/event-stream")
    streams: Streams = request.app.state.streams
    client = client_of(request.scope, trust_proxy=served.trust_proxy)
    if not streams.free(client):
        return problem(
            429, f"more than {served.streams_per_client} open streams", remedy="close one first",
            headers={"Retry-After": "5"},
        )  # fmt: skip
    return EventSourceResponse(
        _counted(streams, client, events),
        ping=PING_S,
        send_timeout=served.write_s,
        shutdown_event=closing,
        shutdown_grace_period=_FAREWELL_S,
    )


async def _counted(
    streams: Streams, client: str, events: AsyncIterator[dict[str, Any]]
) -> AsyncIterator[dict[str, Any]]:
    with streams.one(client):
        until = time.monotonic() + LONGEST_S
        async for event in events:
            yield event
            if time.monotonic() > until:
                return


async def _changes(hub: Hub, closing: anyio.Event, *, screens: bool) -> AsyncIterator[dict[str, Any]]:
    sent: dict[str, LiveSweep] = {}
    revisions: dict[tuple[str, str], int] = {}
    async with hub.subscription():
        state = await hub.now()
        yield {"event": "hello", "data": json.dumps({"sweeps": [sweep.sweep_id for sweep in state.sweeps]})}
        while not closing.is_set():
            for sweep in state.sweeps:
                if sent.get(sweep.sweep_id) != sweep:
                    sent[sweep.sweep_id] = sweep
                    yield {"event": "sweep", "data": sweep.model_dump_json()}
            for event in _screens(state, revisions) if screens else ():
                yield event
            state = await hub.next()


def _screens(state: LiveState, revisions: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Events for lines that changed since these revisions, which are brought up to date."""
    found = []
    for gone in revisions.keys() - state.screens.keys():
        del revisions[gone]
    for (sweep_id, digest), view in state.screens.items():
        before = revisions.get((sweep_id, digest), -1)
        if view.revision < before:  # another attempt of the same cell
            before = -1
        if view.revision > before:
            revisions[sweep_id, digest] = view.revision
            data = {
                "sweep_id": sweep_id, "digest": digest, "columns": view.columns, "rows": view.rows,
                "lines": view.since(before),
            }  # fmt: skip
            found.append({"event": "screen", "data": json.dumps(data)})
    return found


def _standing(served: Settings, sweep: str, digest: str) -> Standing | None:
    if sweep not in sweep_ids(served.results):
        return None
    with LedgerFollower(ledger_path(served.results, sweep)) as ledger:
        return ledger.standing(digest)


async def _cast_events(
    served: Settings, standing: Standing, closing: anyio.Event
) -> AsyncIterator[dict[str, Any]]:
    tail: CastTail | None = None
    told = False
    try:
        while not closing.is_set():
            if tail is None:
                folder = staging_of(served.results, standing.spec.sweep_id, standing.owner)
                tail = CastTail(folder / CAST, keep_up=False) if folder is not None else None
            events = await anyio.to_thread.run_sync(tail.read) if tail is not None else []
            if tail is not None and tail.known and not told:
                told = True
                yield {"data": json.dumps({"version": 2, "width": tail.columns, "height": tail.rows})}
            for event in events:
                yield {"data": json.dumps(event)}
            if (tail is not None and tail.ended) or not worked_on(standing):
                yield {"event": "done", "data": "{}"}
                return
            if not events:
                await anyio.sleep(_TAIL_S)
    finally:
        if tail is not None:
            tail.close()
