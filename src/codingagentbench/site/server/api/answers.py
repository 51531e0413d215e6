"""Lines of the catalogue as the API's models, and models as responses."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from codingagentbench.core.errors import UsageError
from codingagentbench.site import paths
from codingagentbench.site.server.api.models import Cell, Problem
from codingagentbench.site.server.settings import Settings
from codingagentbench.site.server.snapshots import Snapshot
from codingagentbench.store import CellLine
from codingagentbench.store.index import plain

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


def answer(found: BaseModel | Mapping[str, object]) -> Response:
    """The model, or a document of its fields, as JSON. Made here, since FastAPI would check every value again."""
    return Response(to_json(found, inf_nan_mode="null"), media_type="application/json")


def find_cell(snapshot: Snapshot, name: str) -> CellLine:
    """A cell by its place or its id.

    Raises:
        NotFound: there is none.
    """
    line = snapshot.site.catalogue.by_place.get(name) or snapshot.by_id.get(name)
    if line is None:
        raise NotFound(f"no cell {name[:200]!r}", where="cell", remedy=f"/{ROOT}/cells lists them: take `place`")
    return line


_MADE = {"axes", "latency", "links"}
_SHARED = tuple(name for name in Cell.model_fields if name not in _MADE)
_shared = attrgetter(*_SHARED)
_FILES = ("trace", "calls", "patch", "cast")


def cell_of(line: CellLine) -> dict[str, object]:
    """A line with the fields of `Cell`. Models of a page's 1,000 cells would take longer than all else."""
    latency, axes = plain(line)
    return {
        **dict(zip(_SHARED, _shared(line), strict=True)),
        "latency": latency,
        "axes": axes,
        "links": _links(line),
    }


def _links(line: CellLine) -> dict[str, str]:
    """As `Links` has them."""
    place = quote(line.place, safe="/@+~")
    api = f"{ROOT}/cells/{place}"
    return {
        "page": quote(paths.cell(line), safe="/@+~") if line.place else "",
        "record": f"{api}/record" if line.directory else "",
        "attempts": f"{api}/attempts",
        **{name: f"{api}/{name}" if line.directory else "" for name in _FILES},
        "badge": quote(paths.badge(line, "json"), safe="/@+~"),
    }
