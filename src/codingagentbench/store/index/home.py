"""Where a sweep's cache lies, and who may write it: one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INDEX_NAME = ".index"
_LOCK = "lock"


def cache_folder(results: Path, sweep_id: str) -> Path:
    """A folder that can be written: beside the ledger, else in the user's cache, else a temporary one.

    What it holds can always be made again from the ledger.
    """
    for folder in _candidates(results, sweep_id):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _LOCK).touch()
            with locked(folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="cab-index-"))


def _candidates(results: Path, sweep_id: str) -> Iterator[Path]:
    yield results / sweep_id / INDEX_NAME
    from platformdirs import user_cache_path

    name = hashlib.sha256(os.fsencode(results.resolve())).hexdigest()[:32]
    yield user_cache_path("codingagentbench") / "index" / name / sweep_id


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process however it ends.

    Raises:
        OSError: the folder cannot be written, or its disk knows no locks.
    """
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
