"""Request and response bodies: redacted on arrival, content-addressed, spilled to a nameless file when many."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from codingagentbench.core.digest import sha256_hex
from codingagentbench.gateway.redact import Redactor

_IN_MEMORY = 8 * 1024 * 1024
MAX_STORED = 512 * 1024 * 1024
"""Bytes of distinct bodies kept for one cell."""
_GZIP_LEVEL = 3


class BodyStore:
    """Write-once store of one cell's bodies."""

    def __init__(self, redactor: Redactor, *, max_stored: int = MAX_STORED) -> None:
        self._redactor = redactor
        self._max = max_stored
        self._spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the cell
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def put(self, body: bytes) -> str | None:
        """Keep it; the hex sha256 of the redacted bytes, empty for an empty body, None when the store is full."""
        if not body:
            return ""
        clean = self._redactor.data(body)
        name = sha256_hex(clean)
        if name in self._places:
            return name
        if self._end + len(clean) > self._max:
            return None
        self._spool.seek(self._end)
        self._spool.write(clean)
        self._places[name] = (self._end, len(clean))
        self._end += len(clean)
        return name

    def get(self, name: str) -> bytes:
        """The redacted bytes of one body."""
        start, size = self._places[name]
        self._spool.seek(start)
        return self._spool.read(size)

    def write(self, directory: Path) -> None:
        """`<name>.json.gz` for each body; equal bodies give equal files."""
        if self._places:
            directory.mkdir(parents=True, exist_ok=True)
        for name in self._places:
            packed = gzip.compress(self.get(name), compresslevel=_GZIP_LEVEL, mtime=0)
            (directory / f"{name}.json.gz").write_bytes(packed)

    def close(self) -> None:
        """Forget everything."""
        self._spool.close()
        self._places.clear()
