"""Writing and reading the one document of an attempt, and the digests of the files beside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from codingagentbench.core.errors import CabError, MalformedFile, StoreError
from codingagentbench.core.record import SCHEMA_VERSION, CellRecord, EvidenceFile
from codingagentbench.store.layout import ATTEMPT_DIR

RECORD_NAME = "record.json"
_CHUNK = 1 << 20


def write_record(directory: Path, record: CellRecord) -> None:
    """Write `record.json` into a staging folder.

    Raises:
        StoreError: the disk refused.
    """
    try:
        (directory / RECORD_NAME).write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"the record cannot be written ({error.strerror})", where=str(directory), remedy="free some space"
        ) from error


def read_record(directory: Path) -> CellRecord:
    """The record of one attempt folder.

    Raises:
        StoreError: there is none, or it cannot be read.
        MalformedFile: it is not a record, or one of a newer schema.
    """
    path = directory / RECORD_NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"no record can be read ({error.strerror})", where=str(path), remedy="name the folder of an attempt"
        ) from error
    try:
        record = CellRecord.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or "the document"
        raise MalformedFile(
            f"not a record: {key}: {first['msg']}",
            where=str(path),
            remedy=f"it was changed by hand, or written by another version (this one reads {SCHEMA_VERSION})",
        ) from error
    _check_version(record.schema_version, path)
    return record


def _check_version(version: str, path: Path) -> None:
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise MalformedFile(
            f"record schema {version} is not readable here (this version reads {SCHEMA_VERSION})",
            where=str(path),
            remedy="use the codingagentbench version that wrote it, or a newer one",
        )


def evidence_files(directory: Path) -> tuple[EvidenceFile, ...]:
    """Path, sha256 and size of every file of an attempt folder but `record.json`, sorted by path.

    Raises:
        StoreError: it holds a link, a device, or a name that is not text; evidence is plain files.
    """
    return tuple(sorted(_digests(directory, ""), key=lambda file: file.path))


def _digests(directory: Path | str, prefix: str) -> Iterator[EvidenceFile]:
    with os.scandir(directory) as entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _digests(entry.path, f"{path}/")
            elif not entry.is_file(follow_symlinks=False) or not path.isprintable():
                raise StoreError("evidence holds only plain files with printable names", where=ascii(entry.path))
            elif path != RECORD_NAME:
                yield _digest(entry.path, path)


def _digest(file: str, path: str) -> EvidenceFile:
    digest, size = hashlib.sha256(), 0
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - a Path a file costs as much as reading it
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return EvidenceFile(path=path, sha256=digest.hexdigest(), bytes=size)


def attempt_dirs(root: Path) -> Iterator[Path]:
    """Every published attempt folder under a results, sweep or cell folder, in path order, found lazily."""
    if ATTEMPT_DIR.fullmatch(root.name) and (root / RECORD_NAME).is_file():
        yield root
        return
    try:
        with os.scandir(root) as entries:
            names = sorted(e.name for e in entries if e.name[0] != "." and e.is_dir(follow_symlinks=False))
    except OSError as error:
        raise StoreError(
            f"results cannot be listed ({error.strerror})", where=str(root), remedy="give the results folder"
        ) from error
    for name in names:
        yield from attempt_dirs(root / name)


def iter_records(root: Path) -> Iterator[tuple[Path, CellRecord]]:
    """(folder, record) of every attempt under a folder, one at a time.

    Raises:
        CabError: the first folder that cannot be read, as `read_record` says.
    """
    for directory in attempt_dirs(root):
        yield directory, read_record(directory)


def find_record(directory: Path) -> CellRecord | None:
    """The record of an attempt folder, None where there is no readable one."""
    try:
        return read_record(directory)
    except CabError:
        return None
