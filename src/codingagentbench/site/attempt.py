"""One attempt's folder, read part by part as a page needs it. Nothing in it is trusted to be well formed."""

from __future__ import annotations

import json
import os
import re
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from codingagentbench.core.errors import StoreError
from codingagentbench.core.evidence import Evidence, ModelCall, Span, VerifyReport
from codingagentbench.core.record import CellRecord
from codingagentbench.store import read_record

TEXT_LIMIT = 200_000
"""Characters of one file that a page shows; the file itself is linked."""

_GZIP = 31
"""zlib's word for a gzip file."""
_KEPT_BODY = 200_000
"""Bytes of a body that is kept once it is unpacked, of so many bodies."""
_KEPT_BODIES = 64
_SHA256 = re.compile(r"[0-9a-f]{64}")
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Text:
    """The beginning of a text file. `bytes` is the size of all of it."""

    shown: str
    bytes: int
    cut: bool


@dataclass(frozen=True)
class Attempt:
    """`directory` is relative to the results folder; `folder` is where it lies on this machine."""

    folder: Path
    directory: str
    record: CellRecord

    @classmethod
    def open(cls, results: Path, directory: str) -> Attempt:
        """Read the record.

        Raises:
            CabError: there is none, it cannot be read as one, or the folder holds a link.
        """
        _refuse_links(results / directory)
        return cls(results / directory, directory, read_record(results / directory))

    @property
    def spans(self) -> tuple[Span, ...]:
        """`trace.jsonl`; lines that are no spans are left out."""
        return self._trace[0]

    @property
    def unreadable_spans(self) -> int:
        """How many lines of `trace.jsonl` are left out."""
        return self._trace[1]

    @cached_property
    def calls(self) -> tuple[ModelCall, ...]:
        """`model_calls.jsonl`; lines that are no calls are left out."""
        return self._lines("model_calls.jsonl", ModelCall)[0]

    @cached_property
    def evidence(self) -> Evidence | None:
        """`evidence.json` with the patch and the calls it leaves out; None when it cannot be read."""
        try:
            data = json.loads(self._bytes("evidence.json"))
            return Evidence.model_validate({**data, "patch": "", "calls": [], "verify": None})
        except (OSError, ValueError, TypeError, RecursionError):
            return None

    @cached_property
    def verify(self) -> VerifyReport | None:
        """`verify.json`; None when nothing was verified."""
        try:
            return VerifyReport.model_validate_json(self._bytes("verify.json"))
        except (OSError, ValidationError):
            return None

    def text(self, name: str, limit: int = TEXT_LIMIT) -> Text:
        """The beginning of a text file, empty when there is none."""
        try:
            with open(f"{self.folder}/{name}", "rb", opener=_no_link) as stream:
                head = stream.read(limit * 4)
                size = os.fstat(stream.fileno()).st_size
        except OSError:
            return Text("", 0, cut=False)
        shown = head.decode("utf-8", "replace")
        return Text(shown[:limit], size, cut=len(shown) > limit or size > len(head))

    def body(self, name: str, limit: int = 64 * 2**20) -> bytes | None:
        """A request's or response's body by its sha256; None when there is none or it is over `limit` bytes."""
        if not _SHA256.fullmatch(name):
            return None
        if name not in self._unpacked:
            body = self._unpack(name, limit)
            if body is None or len(body) > _KEPT_BODY or len(self._unpacked) >= _KEPT_BODIES:
                return body
            self._unpacked[name] = body
        return self._unpacked[name] if len(self._unpacked[name]) <= limit else None

    @cached_property
    def _unpacked(self) -> dict[str, bytes]:
        """Small bodies: a page reads them, and so does what lies beside it."""
        return {}

    def _unpack(self, name: str, limit: int) -> bytes | None:
        try:
            unpacker = zlib.decompressobj(_GZIP)
            body = unpacker.decompress(self._bytes(f"bodies/{name}.json.gz"), limit + 1)
        except (OSError, zlib.error):
            return None
        return body if unpacker.eof and len(body) <= limit else None

    def body_json(self, name: str) -> Any:
        """A body as data; None when it is absent or no JSON."""
        body = self.body(name)
        try:
            return None if body is None else json.loads(body)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def _trace(self) -> tuple[tuple[Span, ...], int]:
        return self._lines("trace.jsonl", Span)

    def _lines(self, name: str, kind: type[_Model]) -> tuple[tuple[_Model, ...], int]:
        """What can be read, and how many lines cannot."""
        try:
            lines = [line for line in self._bytes(name).split(b"\n") if line]
        except OSError:
            return (), 0
        read = tuple(found for line in lines if (found := _parsed(line, kind)) is not None)
        return read, len(lines) - len(read)

    def _bytes(self, name: str) -> bytes:
        # Joined as text: a path object made for each file of an attempt costs as much as opening it.
        with open(f"{self.folder}/{name}", "rb", opener=_no_link) as stream:
            return stream.read()


def _refuse_links(folder: Path) -> None:
    """Evidence is plain files. A link in results of unknown origin could show any file of this machine."""
    try:
        with os.scandir(folder) as entries:
            link = next((entry.name for entry in entries if entry.is_symlink()), None)
    except OSError:
        return  # reading the record says what is wrong
    if link is not None:
        raise StoreError(
            "evidence holds only plain files, and this is a link", where=ascii(str(folder / link)),
            remedy="fetch these results again from where they were made",
        )  # fmt: skip


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _parsed(line: bytes, kind: type[_Model]) -> _Model | None:
    try:
        return kind.model_validate_json(line)
    except ValidationError:
        return None
