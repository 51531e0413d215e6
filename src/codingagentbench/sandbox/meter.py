"""Measure what cgroups do not: bytes on disk, and memory where there is no cgroup."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

_SECTOR = 512
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Unmeasurable(Exception):
    """A path longer than the kernel takes: nothing honest is that deep, and nothing below it can be counted."""


def disk_bytes(folders: Sequence[Path], enough: int) -> int:
    """Bytes allocated below the folders, at least a sector an entry. Stops counting at `enough`.

    Raises:
        Unmeasurable: a tree is too deep to be walked.
    """
    total, todo = 0, [os.fspath(folder) for folder in folders]
    while todo and total < enough:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    total += _entry_bytes(entry)
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
        except OSError as failed:
            if failed.errno == errno.ENAMETOOLONG:
                raise Unmeasurable(str(failed)) from failed
            # Gone or closed to us since it was listed.
    return total


def _entry_bytes(entry: os.DirEntry[str]) -> int:
    try:
        return max(entry.stat(follow_symlinks=False).st_blocks, 1) * _SECTOR
    except FileNotFoundError:
        return 0


def unlinked_bytes(pids: Iterable[int], devices: set[int]) -> int:
    """Bytes of deleted files that the processes still hold open on the given devices: on disk, in no folder."""
    seen: dict[tuple[int, int], int] = {}
    for pid in pids:
        with suppress(OSError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    info = link.stat()
                    if stat.S_ISREG(info.st_mode) and info.st_nlink == 0 and info.st_dev in devices:
                        seen[info.st_dev, info.st_ino] = info.st_blocks * _SECTOR
    return sum(seen.values())


def tmpfs_bytes(root: int, mount_points: Iterable[str]) -> int:
    """Bytes in the sandbox's own temporary file systems, seen through its init."""
    total = 0
    for point in mount_points:
        with suppress(OSError):
            info = os.statvfs(f"/proc/{root}/root{point}")
            total += (info.f_blocks - info.f_bfree) * info.f_frsize
    return total


def free_bytes(folders: Sequence[Path]) -> int:
    """Room left on the folders' file systems together."""
    total = 0
    for folder in folders:
        with suppress(OSError):
            info = os.statvfs(folder)
            total += info.f_bfree * info.f_frsize
    return total


def private_bytes(pids: Iterable[int]) -> int:
    """Resident memory that processes do not share with a file or with each other."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/statm").read_text().split()
            total += (int(fields[1]) - int(fields[2])) * _PAGE
    return total
