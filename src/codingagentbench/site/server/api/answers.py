"""Lines of the catalogue as the API's models, and models as responses."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from codingagentbench.core.errors import UsageError
from codingagentbench.site import paths
from codingagentbench.site.server.api.models import Cell, Links, Problem
from codingagentbench.site.server.settings import Settings
from codingagentbench.site.server.snapshots import Snapshot
from codingagentbench.store import CellLine

ROOT = "api/v1"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": text}
    for code, text in {
        400: "the request is malformed",
        404: "there is no such thing",
        429: "too many requests; Retry-After says when to come again",
    }.items()
}


class NotFound(UsageError):
    """What was named does not exist."""


def _snapshot(request: Request) -> Snapshot:
    found: Snapshot = request.app.state.snapshots.current
    return found


def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


Now = Annotated[Snapshot, Depends(_snapshot)]
Served = Annotated[Settings, Depends(_settings)]


def answer(model: BaseModel) -> Response:
    """The model as JSON. Made here, since FastAPI would check every value again."""
    return Response(model.model_dump_json(), media_type="application/json")


def find_cell(snapshot: Snapshot, name: str) -> CellLine:
    """A cell by its place or its id.

    Raises:
        NotFound: there is none.
    """
    line = snapshot.site.catalogue.by_place.get(name) or snapshot.by_id.get(name)
    if line is None:
        raise NotFound(f"no cell {name[:200]!r}", where="cell", remedy=f"/{ROOT}/cells lists them: take `place`")
    return line


_SHARED = tuple(name for name in Cell.model_fields if name not in ("axes", "latency", "links"))


def cell_of(line: CellLine) -> Cell:
    """A line as the API shows it."""
    fields = {name: getattr(line, name) for name in _SHARED}
    axes = dict(line.axes.get(line.methodology, {}))
    return Cell.model_construct(axes=axes, latency=dict(line.latency), links=_links(line), **fields)


def _links(line: CellLine) -> Links:
    api = f"{ROOT}/cells/{quote(line.place, safe='/@+~')}"
    kept = bool(line.directory)
    return Links.model_construct(
        page=quote(paths.cell(line), safe="/@+~") if line.place else "",
        record=f"{api}/record" if kept else "",
        attempts=f"{api}/attempts",
        trace=f"{api}/trace" if kept else "",
        calls=f"{api}/calls" if kept else "",
        patch=f"{api}/patch" if kept else "",
        cast=f"{api}/cast" if kept else "",
        badge=quote(paths.badge(line, "json"), safe="/@+~"),
    )
