"""Reading and writing the one-line files of a cgroup tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def write(path: str, value: str | int) -> None:
    """One write call, as the kernel wants it."""
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, str(value).encode())
    finally:
        os.close(fd)


def read(path: str) -> str:
    """The whole file."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, 1 << 16).decode()
    finally:
        os.close(fd)


def field(text: str, name: str) -> int:
    """The number after a name in a file of `name number` lines, 0 when it is not there."""
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


def number(path: str) -> int | None:
    """A file of one number, None when this kernel has no such file."""
    with suppress(FileNotFoundError):
        return int(read(path))
    return None


def pids(folder: str) -> list[int]:
    """Processes in a group, none when it is gone."""
    with suppress(FileNotFoundError):
        return [int(line) for line in Path(folder, "cgroup.procs").read_text().split()]
    return []


def mounts(mountinfo: str, kind: str) -> Iterator[tuple[str, str, list[str]]]:
    """(root inside the hierarchy, mount point, super options) of each mount of a file system kind."""
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        fields, tail = left.split(), right.split()
        if tail and tail[0] == kind:
            yield fields[3], fields[4], tail[-1].split(",")


def below_mount(root: str, mount_point: str, group: str) -> Path:
    """Where a process's group lies in a mount that may show only part of the hierarchy."""
    if root != "/" and (group == root or group.startswith(f"{root}/")):
        group = group[len(root) :]
    elif root != "/":
        group = "/"
    return Path(mount_point) / group.lstrip("/")


def can_make(parent: Path, name: str, needed: tuple[str, ...]) -> bool:
    """Whether a group can be made under a parent, and would have the files its limits need."""
    probe = parent / name
    try:
        probe.mkdir()
    except OSError:
        return False
    usable = all(os.access(probe / file, os.W_OK) for file in ("cgroup.procs", *needed))
    with suppress(OSError):
        probe.rmdir()
    return usable
