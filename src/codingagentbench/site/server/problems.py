"""Errors as JSON: what, where, remedy; the same three parts as on the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response

from codingagentbench.core.errors import CabError, StoreError, UsageError


def problem(
    status: int,
    what: str,
    *,
    where: str = "",
    remedy: str = "",
    headers: Mapping[str, str] | None = None,
    close: bool = False,
) -> Response:
    """A response that says what was wrong. `close` ends the connection with it."""
    body = json.dumps({"error": what, "where": where, "remedy": remedy}).encode()
    more = {"Connection": "close"} if close else {}
    return Response(
        body, status, {"Cache-Control": "no-store", **more, **(headers or {})}, media_type="application/json"
    )


def status_of(error: CabError) -> int:
    """The HTTP status for an error."""
    if isinstance(error, UsageError):
        return 400
    return 503 if isinstance(error, StoreError) else 500


def problem_of(error: CabError) -> Response:
    """The response for an error. Paths of this machine are not told to clients."""
    where = error.where if isinstance(error, UsageError) else ""
    return problem(status_of(error), error.what, where=where, remedy=error.remedy)
