"""Pages: what the views give for a path, else a redirect to what was probably meant, else a page that says so."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from codingagentbench.core.errors import CabError
from codingagentbench.site import paths
from codingagentbench.site.output import Copy, Output, Page, Resource
from codingagentbench.site.server.files import file_response
from codingagentbench.site.server.headers import FRAMED_CSP, INERT_CSP
from codingagentbench.site.server.missing import moved_to, suggestions
from codingagentbench.site.server.problems import status_of
from codingagentbench.site.server.snapshots import Snapshot, Snapshots
from codingagentbench.site.views import view_of
from codingagentbench.store.index import FACETS, Where

_PATIENCE_S = 3.0
_EMBEDDED = ("badge", "og")
_FRAMED = "/embed/"
_CHANGING = frozenset({paths.LIVE})
_BY_EVERYTHING: dict[str, Any] = dict.fromkeys(FACETS, "")
"""Facets that hardly any cell matches, which have a list look at every column."""


@dataclass(frozen=True, slots=True)
class _Html:
    """A rendered page."""

    text: str
    status: int = 200
    changing: bool = False


_Made = _Html | Resource | Copy | str
"""A page, bytes, a file, or the path that was meant."""


class Pages:
    """Renders in a few threads, so that a slow page stalls nobody but those who asked for it."""

    def __init__(self, snapshots: Snapshots, threads: int) -> None:
        self._snapshots = snapshots
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="cab-page")

    async def answer(self, request: Request) -> Response:
        """The response for a path of the site."""
        loop = asyncio.get_running_loop()
        path, query = request.scope["path"].removeprefix("/") or paths.HOME, request.query_params
        snapshot = self._snapshots.current
        made = await loop.run_in_executor(self._threads, _make, snapshot, path, query, _origin(request))
        lost = isinstance(made, _Html) and made.status == 404 and path.startswith("cell/")
        if lost and await self._caught_up(snapshot):
            snapshot = self._snapshots.current
            made = await loop.run_in_executor(self._threads, _make, snapshot, path, query, _origin(request))
        return await self._respond(made, snapshot, request)

    async def _caught_up(self, snapshot: Snapshot) -> bool:
        """Whether there is a newer snapshot now: the live page links to cells the moment they end."""
        wait = self._snapshots.catches_up_in()
        if wait is None or wait > _PATIENCE_S:
            return False
        await asyncio.sleep(wait)
        await asyncio.to_thread(self._snapshots.refresh, urgent=True)
        return self._snapshots.current is not snapshot

    async def _respond(self, made: _Made, snapshot: Snapshot, request: Request) -> Response:
        if isinstance(made, _Html):
            headers = {"Cache-Control": "no-store"} if made.changing or made.status != 200 else {}
            if request.scope["path"].startswith(_FRAMED):
                headers["Content-Security-Policy"] = FRAMED_CSP
            return Response(made.text.encode("utf-8", "replace"), made.status, headers, "text/html; charset=utf-8")
        if isinstance(made, str):
            query = f"?{request.url.query}" if request.url.query else ""
            target = paths.href(_origin(request), made) or "."
            return RedirectResponse(target + query, 302, {"Cache-Control": "no-store"})
        if isinstance(made, Resource):
            return _resource(made)
        response = await file_response(made, snapshot.site.results, request)
        if response is None:
            return await self._respond(_missing(snapshot, made.path, _origin(request)), snapshot, request)
        return response

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _origin(request: Request) -> str:
    """The path as the browser sees it, from which relative links lead."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("ascii", "replace").removeprefix("/") or paths.HOME


def _make(snapshot: Snapshot, path: str, query: Mapping[str, str], origin: str) -> _Made:
    try:
        output = output_of(snapshot, path, query)
        if output is None:
            target = moved_to(snapshot, path)
            return target if target is not None else _missing(snapshot, path, origin)
        if isinstance(output, Page):
            return _Html(snapshot.renderer.html(output), changing=path in _CHANGING)
    except CabError as error:
        return _problem(snapshot, origin, status_of(error), error.what, error.remedy)
    except Exception:  # noqa: BLE001 - the edge of one request: the others must still be answered
        traceback.print_exc(file=sys.stderr)
        return _problem(snapshot, origin, 500, "this page could not be made", "the server's terminal says why")
    return output


def output_of(snapshot: Snapshot, path: str, query: Mapping[str, str]) -> Output | None:
    """What the views give for a path; None for nothing, and for what no view is asked: control characters."""
    if not path.isprintable():
        return None
    view = view_of(path.partition("/")[0])
    return view.output(snapshot.site, path, query) if view else None


def warm(snapshot: Snapshot) -> None:
    """Make what home, leaderboard, lists and pages of cells are made from, which takes seconds of many cells."""
    with_folder = (line for line in snapshot.site.catalogue.lines if line.directory)
    cell = next((paths.cell(line) for line in with_folder), None)
    for path in (paths.HOME, paths.leaderboard(), *([cell] if cell else [])):
        _make(snapshot, path, {}, path)
    snapshot.index.page(Where(**_BY_EVERYTHING), limit=1)
    _ = snapshot.newest, snapshot.by_id


def _missing(snapshot: Snapshot, path: str, origin: str) -> _Html:
    context = {"asked": path, "suggestions": suggestions(snapshot, path)}
    page = Page(origin, "not_found.html", "Not found", "There is no such page.", context, social_image=False)
    return _Html(snapshot.renderer.html(page), 404)


def _problem(snapshot: Snapshot, origin: str, status: int, what: str, remedy: str) -> _Html:
    page = Page(
        origin, "problem.html", "Problem", "The page could not be shown.", {"what": what, "remedy": remedy},
        social_image=False,
    )  # fmt: skip
    return _Html(snapshot.renderer.html(page), status)


def _resource(made: Resource) -> Response:
    headers = {"Content-Security-Policy": INERT_CSP}
    if made.path.partition("/")[0] in _EMBEDDED:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Access-Control-Allow-Origin"] = "*"
    if made.download:
        headers["Content-Disposition"] = f'attachment; filename="{made.path.rpartition("/")[2]}"'
    return Response(made.body, 200, headers, made.media_type)
