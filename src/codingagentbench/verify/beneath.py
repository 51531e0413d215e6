"""Reading and writing files below a folder whose content someone else wrote: no link is ever followed.

Every path component is opened in its own folder with O_NOFOLLOW, so neither a link nor `..` can lead outside.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Regular:
    """A regular file's bytes and whether its owner may execute it."""

    data: bytes
    executable: bool


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\0" in path:
        raise ValueError(f"not a plain relative path: {path!r}")
    return parts


def _enter(parent: int, name: str, create: bool) -> int:
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=parent)
    return os.open(name, _FOLDER, dir_fd=parent)


@contextmanager
def _parent_of(root: Path, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
    """The open folder that holds `path`, and its last name."""
    *folders, name = _parts(path)
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = _enter(here, folder, create)
            os.close(here)
            here = inner
        yield here, name
    finally:
        os.close(here)


def read_open_file(descriptor: int, limit: int) -> bytes | None:
    """Everything an open regular file holds; None over `limit` bytes or when it is something else."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
        return None
    with os.fdopen(os.dup(descriptor), "rb") as file:
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def read_regular(root: Path, path: str, limit: int) -> Regular | None:
    """A regular file of at most `limit` bytes; None when it is absent, larger, unreadable or no regular file."""
    try:
        with _parent_of(root, path) as (folder, name):
            descriptor = os.open(name, _READ, dir_fd=folder)
            try:
                data = read_open_file(descriptor, limit)
                executable = bool(os.fstat(descriptor).st_mode & stat.S_IXUSR)
            finally:
                os.close(descriptor)
    except (OSError, ValueError):
        return None
    return None if data is None else Regular(data, executable)


def write_regular(root: Path, path: str, file: Regular) -> bool:
    """Put a file in place of whatever file is there, making folders; False when a parent is no folder."""
    try:
        with _parent_of(root, path, create=True) as (folder, name):
            _unlink(folder, name)
            descriptor = os.open(name, _WRITE, 0o755 if file.executable else 0o644, dir_fd=folder)
            with os.fdopen(descriptor, "wb") as target:
                target.write(file.data)
    except (IsADirectoryError, NotADirectoryError, FileExistsError, ValueError):
        return False
    except OSError as error:
        return _refused(error)
    return True


def remove_regular(root: Path, path: str) -> bool:
    """Remove a file and the folders that it leaves empty; False when it was not there to remove."""
    try:
        with _parent_of(root, path) as (folder, name):
            os.unlink(name, dir_fd=folder)
    except (OSError, ValueError):
        return False
    for parent in Path(path).parents[:-1]:
        try:
            (root / parent).rmdir()
        except OSError:  # not empty: so are those above
            break
    return True


def _unlink(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _refused(error: OSError) -> bool:
    """A link in the way or a name that cannot be is the path's fault; a full disk is the harness's."""
    if error.errno in (errno.ELOOP, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL):
        return False
    raise error
