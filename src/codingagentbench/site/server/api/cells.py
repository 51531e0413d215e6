"""Cells: lists, one cell, and the files of its attempts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from codingagentbench.site import paths
from codingagentbench.site.server.api.answers import PROBLEMS, NotFound, Now, answer, cell_of, find_cell
from codingagentbench.site.server.api.models import Attempt, Attempts, Cell, CellPage, Count, Facets
from codingagentbench.site.server.api.select import CellFilters, CellQuery
from codingagentbench.site.server.files import evidence_response
from codingagentbench.site.server.snapshots import Snapshot
from codingagentbench.store import RECORD_NAME, CellLine

router = APIRouter(tags=["cells"], responses=PROBLEMS)
Name = Annotated[str, Path(description="a cell's `place` (or its id, with `#` written as %23)", max_length=1000)]
Which = Annotated[int | None, Query(ge=1, le=1_000_000, description="the attempt; the one that speaks by default")]


@router.get("/cells", response_model=CellPage, summary="Cells that pass filters, sorted, page by page")
def cells(now: Now, query: Annotated[CellQuery, Query()]) -> Response:
    """The attempt that speaks for each cell."""
    start = int(query.cursor) if query.cursor else query.offset
    total, page = now.index.page(query.where(), query.sort, query.descending, query.limit, start)
    end = start + len(page)
    return answer(
        {
            "snapshot": now.number,
            "total": total,
            "offset": start,
            "cells": list(map(cell_of, page)),
            "next": str(end) if page and end < total else None,
        }
    )


@router.get("/facets", response_model=Facets, summary="Values that the filters of /cells know, with counts")
def facets(now: Now, filters: Annotated[CellFilters, Query()]) -> Response:
    """A cell with two plugins counts under both; one without any counts under "" and passes `plugin=none`."""
    counted = {
        name: tuple(Count(value=value, cells=cells) for value, cells in counts.items())
        for name, counts in now.index.facets(filters.where()).items()
    }
    return answer(Facets(snapshot=now.number, facets=counted))


@router.get("/cells/{cell:path}/attempts", response_model=Attempts, summary="Every attempt of a cell")
def attempts(now: Now, cell: Name) -> Response:
    """Invalid ones included: each is kept."""
    line = find_cell(now, cell)
    every = {line.attempt: line, **now.site.other_attempts.get(line.place, {})}
    shown = tuple(_attempt(every[number], line) for number in sorted(every))
    return answer(Attempts(snapshot=now.number, place=line.place, attempts=shown))


@router.get(
    "/cells/{cell:path}/record", response_class=PlainTextResponse, summary="record.json: every fact of an attempt"
)
async def record(now: Now, request: Request, cell: Name, attempt: Which = None) -> Response:
    """As it was written when the attempt ended."""
    return await _file(now, request, cell, attempt, RECORD_NAME)


@router.get("/cells/{cell:path}/trace", response_class=PlainTextResponse, summary="trace.jsonl: spans, one a line")
async def trace(now: Now, request: Request, cell: Name, attempt: Which = None) -> Response:
    """Times in ms since the cell started."""
    return await _file(now, request, cell, attempt, "trace.jsonl")


@router.get(
    "/cells/{cell:path}/calls",
    response_class=PlainTextResponse,
    summary="model_calls.jsonl: model calls, one a line",
)
async def calls(now: Now, request: Request, cell: Name, attempt: Which = None) -> Response:
    """As the gateway saw them, redacted."""
    return await _file(now, request, cell, attempt, "model_calls.jsonl")


@router.get(
    "/cells/{cell:path}/patch", response_class=PlainTextResponse, summary="changes.patch: what the agent changed"
)
async def patch(now: Now, request: Request, cell: Name, attempt: Which = None) -> Response:
    """A unified diff; written by an agent, so nothing in it is to be trusted."""
    return await _file(now, request, cell, attempt, "changes.patch")


@router.get(
    "/cells/{cell:path}/cast",
    response_class=PlainTextResponse,
    summary="terminal.cast: the terminal as an asciicast",
)
async def cast(now: Now, request: Request, cell: Name, attempt: Which = None) -> Response:
    """Version 2. It holds terminal escapes: play it, do not print it."""
    return await _file(now, request, cell, attempt, "terminal.cast")


@router.get("/cells/{cell:path}", response_model=Cell, summary="One cell")
def one_cell(now: Now, cell: Name) -> Response:
    """The attempt that speaks for it."""
    return answer(cell_of(find_cell(now, cell)))


async def _file(now: Snapshot, request: Request, cell: str, attempt: int | None, name: str) -> Response:
    line = await run_in_threadpool(_attempt_line, now, cell, attempt)
    source = now.site.results / line.directory / name
    saved = f"{line.tui}-{line.slug}-run{line.run}-attempt{line.attempt}-{name}"
    response = (
        await evidence_response(now.site.results, source, request, save_as=saved) if line.directory else None
    )
    if response is None:
        raise NotFound(f"this attempt left no {name}", where="attempt", remedy="see the cell's `cause`")
    return response


def _attempt_line(now: Snapshot, cell: str, attempt: int | None) -> CellLine:
    line = find_cell(now, cell)
    if attempt in (None, line.attempt):
        return line
    other = now.site.other_attempts.get(line.place, {}).get(attempt or 0)
    if other is None:
        raise NotFound(f"no attempt {attempt} of {line.place}", where="attempt", remedy="see its /attempts")
    return other


def _attempt(line: CellLine, speaks: CellLine) -> Attempt:
    name = paths.attempt_file(line.directory, RECORD_NAME) if line.directory else ""
    return Attempt(
        attempt=line.attempt,
        speaks=line is speaks,
        outcome=line.outcome,
        cause=line.cause,
        cause_detail=line.cause_detail,
        started_at=line.started_at,
        ended_at=line.ended_at,
        wall_ms=line.wall_ms,
        total_tokens=line.total_tokens,
        record=name,
    )
