"""The JSON API: read-only, described by `openapi.json`, errors as JSON with what, where and remedy."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from codingagentbench import __version__
from codingagentbench.core.errors import CabError
from codingagentbench.site.server.api import cells, live, results
from codingagentbench.site.server.api.answers import NotFound, Now, answer
from codingagentbench.site.server.api.models import Health
from codingagentbench.site.server.problems import problem, problem_of

DESCRIPTION = (
    "Every result of this site as data. Read-only; lists are of the attempt that speaks for a cell, the latest "
    "valid one. What was not measured is null or says why, and is never 0."
)


def make_api() -> FastAPI:
    """The application to be mounted at `/api/v1`; its state is set by who mounts it."""
    api = FastAPI(
        title="CodingAgentBench", version=__version__, description=DESCRIPTION, docs_url=None, redoc_url=None,
        redirect_slashes=False,
        openapi_url="/openapi.json",
    )  # fmt: skip

    @api.get("/health", response_model=Health, tags=["server"], summary="Whether the server answers")
    def health(now: Now) -> Response:
        """Also which results it has."""
        cells = len(now.site.catalogue.lines)
        response = answer(Health(status="ok", version=__version__, snapshot=now.number, cells=cells))
        response.headers["Cache-Control"] = "no-store"
        return response

    @api.get("/version", tags=["server"], summary="Version of codingagentbench")
    def version() -> dict[str, str]:
        """As `cab --version` has it."""
        return {"version": __version__}

    for router in (cells.router, results.router, live.router):
        api.include_router(router)
    api.add_exception_handler(CabError, _cab_error)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(Exception, _internal)
    return api


async def _cab_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, CabError)  # noqa: S101 - it is registered for these
    return (
        problem(404, error.what, where=error.where, remedy=error.remedy)
        if isinstance(error, NotFound)
        else (problem_of(error))
    )


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is registered for these
    first: dict[str, Any] = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("query", "path"))
    return problem(400, str(first["msg"]), where=where[:200], remedy="/api.html lists what each operation takes")


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    remedy = "/api.html lists the operations" if error.status_code == 404 else ""
    return problem(error.status_code, str(error.detail), remedy=remedy, headers=error.headers)


async def _internal(request: Request, error: Exception) -> Response:
    traceback.print_exception(error, file=sys.stderr)
    return problem(500, "this could not be answered", remedy="the server's terminal says why")
