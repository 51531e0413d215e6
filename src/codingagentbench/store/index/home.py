"""Where a sweep's cache lies, and who may write it: one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

INDEX_NAME = ".index"
_LOCK = "lock"


class CacheHome:
    """A folder that can be written: beside the ledger, else in the cache of the user, else a temporary one.

    What it holds can always be made again from the ledger.
    """

    def __init__(self, results: Path, sweep_id: str) -> None:
        self._temporary: TemporaryDirectory[str] | None = None
        usable = (folder for folder in _candidates(results, sweep_id) if _usable(folder))
        found = next(usable, None)
        if found is None:
            self._temporary = TemporaryDirectory(prefix="cab-index-")
            found = Path(self._temporary.name)
        self.folder = found


def _candidates(results: Path, sweep_id: str) -> Iterator[Path]:
    yield results / sweep_id / INDEX_NAME
    from platformdirs import user_cache_path

    name = hashlib.sha256(os.fsencode(results.resolve())).hexdigest()[:32]
    yield user_cache_path("codingagentbench") / "index" / name / sweep_id


def _usable(folder: Path) -> bool:
    """Whether it is there or can be made, and written. No link is followed: foreign results may hold one."""
    try:
        if folder.is_symlink():
            return False
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            return os.access(folder, os.W_OK)
    except OSError:
        return False


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process however it ends.

    Raises:
        OSError: the folder cannot be written, or its disk knows no locks.
    """
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
