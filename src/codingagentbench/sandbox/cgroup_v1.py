"""cgroup v1: each controller is a tree of its own."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import cgroup_files as files
from codingagentbench.sandbox import owner, process

_NEEDED = {
    "memory": ("memory.limit_in_bytes",),
    "pids": ("pids.max",),
    "cpu": ("cpu.cfs_quota_us",),
    "cpuacct": (),
}
_PERIOD_US = 100_000


class GroupV1:
    """One cell's folders, one a controller."""

    def __init__(self, folders: dict[str, str], *, inherited: bool = False) -> None:
        self._folders = folders
        self.inherited = inherited

    def set_limits(self, limits: Limits) -> None:
        """Write the limits the controllers at hand can enforce."""
        if memory := self._folders.get("memory"):
            files.write(f"{memory}/memory.limit_in_bytes", limits.memory_mb << 20)
            with suppress(OSError):  # only with swap accounting
                files.write(f"{memory}/memory.memsw.limit_in_bytes", limits.memory_mb << 20)
        if pids := self._folders.get("pids"):
            files.write(f"{pids}/pids.max", limits.processes + self._own_processes())
        if cpu := self._folders.get("cpu"):
            files.write(f"{cpu}/cpu.cfs_period_us", _PERIOD_US)
            files.write(f"{cpu}/cpu.cfs_quota_us", int(limits.cpus * _PERIOD_US))

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Have the calling thread in every folder meanwhile, where that is possible."""
        folders = self._distinct() if self.inherited else []
        try:
            for folder in folders:
                files.write(f"{folder}/tasks", 0)
            yield
        finally:
            for folder in folders:
                files.write(f"{folder}/../tasks", 0)

    def add(self, pid: int) -> None:
        """Move a process into every folder."""
        for folder in self._distinct():
            files.write(f"{folder}/cgroup.procs", pid)

    def pids(self) -> list[int]:
        """Who is in any of the folders."""
        return sorted({pid for folder in self._distinct() for pid in files.pids(folder)})

    def kill(self) -> None:
        """v1 has no group kill: signal each."""
        process.kill_all(self.pids())

    def oom_kills(self) -> int:
        """From `memory.oom_control`."""
        memory = self._folders.get("memory")
        return files.field(files.read(f"{memory}/memory.oom_control"), "oom_kill") if memory else 0

    def cpu_s(self) -> float | None:
        """From `cpuacct.usage`, which counts nanoseconds."""
        folder = self._folders.get("cpuacct")
        used = files.number(f"{folder}/cpuacct.usage") if folder else None
        return None if used is None else used / 1e9

    def peak_bytes(self) -> int | None:
        """From `memory.max_usage_in_bytes`."""
        memory = self._folders.get("memory")
        return files.number(f"{memory}/memory.max_usage_in_bytes") if memory else None

    def remove(self) -> bool:
        """Remove each folder."""
        for folder in self._distinct():
            try:
                os.rmdir(folder)  # noqa: PTH106 - for every command
            except FileNotFoundError:
                continue
            except OSError as failed:
                if failed.errno != errno.EBUSY:
                    raise
                return False
        return True

    def _own_processes(self) -> int:
        """The sandbox's init and, where it was spawned inside, bubblewrap itself."""
        return 2 if self.inherited else 1

    def _distinct(self) -> list[str]:
        return list(dict.fromkeys(self._folders.values()))


class HierarchyV1:
    """The controllers' folders this process is in and may make groups under."""

    version = "cgroup v1"

    def __init__(self, bases: dict[str, Path]) -> None:
        self._bases = bases
        self._enterable = all(map(_holds_this_thread, bases.values()))

    def enforced(self) -> frozenset[str]:
        """By the controllers found."""
        names = {"memory": "memory", "pids": "processes", "cpu": "cpus"}
        return frozenset(limit for controller, limit in names.items() if controller in self._bases)

    def create(self, name: str, limits: Limits) -> GroupV1:
        """Make and limit a cell's group. The cpu tree is left out when the quota is no bound on this machine."""
        unbound = limits.cpus >= (os.cpu_count() or 1)
        wanted = {key: base for key, base in self._bases.items() if not (key == "cpu" and unbound)}
        folders = {key: f"{base}/{name}" for key, base in wanted.items()}
        group = GroupV1(folders, inherited=self._enterable)
        try:
            for folder in group._distinct():
                os.mkdir(folder)  # noqa: PTH102 - for every command
            group.set_limits(limits)
        except OSError:
            group.remove()
            raise
        return group

    def left(self) -> dict[str, GroupV1]:
        """Our folders under the bases, put together by name."""
        found: dict[str, dict[str, str]] = {}
        for controller, base in self._bases.items():
            for folder in base.glob(f"{owner.PREFIX}.*"):
                found.setdefault(folder.name, {})[controller] = str(folder)
        return {name: GroupV1(folders) for name, folders in found.items()}


def detect(mountinfo: str, own_groups: str, probe: str) -> HierarchyV1 | None:
    """The usable v1 trees, None without both memory and pids (then v2 or the watchdog is better)."""
    groups = {key: path for _, keys, path in _lines(own_groups) for key in keys.split(",")}
    bases: dict[str, Path] = {}
    for root, point, options in files.mounts(mountinfo, "cgroup"):
        for controller in _NEEDED.keys() & set(options):
            base = files.below_mount(root, point, groups.get(controller, "/"))
            if controller not in bases and files.can_make(base, probe, _NEEDED[controller]):
                bases[controller] = base
    return HierarchyV1(bases) if {"memory", "pids"} <= bases.keys() else None


def _holds_this_thread(base: Path) -> bool:
    """Whether this thread is in a group itself and may come back: a mount may show another part of the tree."""
    try:
        threads = (base / "tasks").read_text().split()
    except OSError:
        return False
    return str(threading.get_native_id()) in threads and os.access(base / "tasks", os.W_OK)


def _lines(own_groups: str) -> list[tuple[str, str, str]]:
    parts = (line.split(":", 2) for line in own_groups.splitlines())
    return [(number, keys, path) for number, keys, path in parts if keys]
