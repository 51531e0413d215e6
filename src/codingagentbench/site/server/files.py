"""Files handed on as they are. Whatever an agent wrote is shown as plain text or saved, and never runs."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path, PurePath

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from codingagentbench.site.output import Copy
from codingagentbench.site.server.caching import HEAD_ONLY, matches
from codingagentbench.site.server.headers import EVIDENCE_CSP

_CHUNK = 1 << 18
_SHOWN = frozenset({".json", ".jsonl", ".cast", ".patch", ".txt", ".xml", ".toml", ".md"})
"""Shown in the browser, always as plain text; all else is saved."""
_ASSETS = Path(__file__).parent.parent / "assets"


async def file_response(copy: Copy, results: Path, request: Request) -> Response | None:
    """The response for a file of the site's own or of the results; None when it lies nowhere there."""
    if copy.source.is_relative_to(_ASSETS):
        return Response(await run_in_threadpool(copy.source.read_bytes), media_type=copy.media_type)
    return await evidence_response(results, copy.source, request)


async def evidence_response(
    results: Path, source: Path, request: Request, *, save_as: str = ""
) -> Response | None:
    """The response for a file below the results folder; `save_as` names it for saving. None when there is none."""
    fd = await run_in_threadpool(open_below, results, source)
    if fd is None:
        return None
    status = os.fstat(fd)
    etag = f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": "no-cache",
        "Content-Security-Policy": EVIDENCE_CSP,
        "Content-Length": str(status.st_size),
    }
    if save_as or source.suffix not in _SHOWN:
        headers["Content-Disposition"] = f'attachment; filename="{_plain(save_as or source.name)}"'
    known = matches(request.headers.get("if-none-match", ""), etag)
    if known or HEAD_ONLY in request.scope:
        os.close(fd)
        if known:
            del headers["Content-Length"]
        return Response(status_code=304 if known else 200, headers=headers, media_type=_kind(source))
    return StreamingResponse(_chunks(fd, status.st_size), headers=headers, media_type=_kind(source))


def open_below(root: Path, source: Path) -> int | None:
    """A descriptor of a plain file below a folder, no link followed on the way; None where there is none."""
    try:
        parts = source.relative_to(root).parts
    except ValueError:
        return None
    if not parts or any(part in ("..", ".", "") or "\0" in part for part in parts):
        return None
    try:
        fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        kind = os.O_NONBLOCK if last else os.O_DIRECTORY
        try:
            inner = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | kind, dir_fd=fd)
        except OSError:
            return None
        finally:
            os.close(fd)
        fd = inner
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        return None
    return fd


async def _chunks(fd: int, size: int) -> AsyncIterator[bytes]:
    """The file's bytes, as many as were announced: a file that grows is cut, one that shrinks breaks off."""
    try:
        offset = 0
        while offset < size:
            chunk = await run_in_threadpool(os.pread, fd, min(_CHUNK, size - offset), offset)
            if not chunk:
                return
            offset += len(chunk)
            yield chunk
    finally:
        os.close(fd)


def _kind(source: PurePath) -> str:
    return "text/plain; charset=utf-8" if source.suffix in _SHOWN else "application/octet-stream"


def _plain(name: str) -> str:
    """A name for a header: other characters than letters, digits and `._-` become `_`."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name)
