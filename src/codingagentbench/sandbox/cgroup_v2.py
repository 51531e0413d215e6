"""cgroup v2: one tree, controllers handed down by the parent."""

from __future__ import annotations

import errno
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import cgroup_files as files
from codingagentbench.sandbox import owner, process

_NEEDED = ("memory.max", "pids.max")
_PERIOD_US = 100_000


class GroupV2:
    """One cell's folder."""

    inherited = False

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def set_limits(self, limits: Limits) -> None:
        """Memory without swap, processes, CPU quota."""
        files.write(f"{self._folder}/memory.max", limits.memory_mb << 20)
        files.write(f"{self._folder}/pids.max", limits.processes + 1)  # the sandbox's own init
        with suppress(FileNotFoundError):  # no swap on this machine
            files.write(f"{self._folder}/memory.swap.max", 0)
        with suppress(FileNotFoundError):  # the cpu controller may not be handed down
            files.write(f"{self._folder}/cpu.max", f"{int(limits.cpus * _PERIOD_US)} {_PERIOD_US}")

    def entered(self) -> AbstractContextManager[None]:
        """Nothing: a thread cannot enter by itself."""
        return nullcontext()

    def add(self, pid: int) -> None:
        """Move a process in."""
        files.write(f"{self._folder}/cgroup.procs", pid)

    def pids(self) -> list[int]:
        """Who is in it."""
        return files.pids(self._folder)

    def kill(self) -> None:
        """One write ends them all; kernels before 5.14 need a signal each."""
        try:
            files.write(f"{self._folder}/cgroup.kill", 1)
        except FileNotFoundError:
            process.kill_all(self.pids())

    def oom_kills(self) -> int:
        """From `memory.events`."""
        return files.field(files.read(f"{self._folder}/memory.events"), "oom_kill")

    def cpu_s(self) -> float | None:
        """From `cpu.stat`, which every group has."""
        return files.field(files.read(f"{self._folder}/cpu.stat"), "usage_usec") / 1e6

    def peak_bytes(self) -> int | None:
        """From `memory.peak` (kernel 5.19)."""
        return files.number(f"{self._folder}/memory.peak")

    def remove(self) -> bool:
        """Remove the folder."""
        try:
            Path(self._folder).rmdir()
        except FileNotFoundError:
            return True
        except OSError as failed:
            if failed.errno != errno.EBUSY:
                raise
            return False
        return True


class HierarchyV2:
    """The folder new groups go under."""

    version = "cgroup v2"

    def __init__(self, base: Path) -> None:
        self._base = base

    def enforced(self) -> frozenset[str]:
        """Memory and processes always, else it would not have been chosen."""
        handed_down = (self._base / "cgroup.subtree_control").read_text().split()
        return frozenset({"memory", "processes"} | ({"cpus"} if "cpu" in handed_down else set()))

    def create(self, name: str, limits: Limits) -> GroupV2:
        """Make and limit a cell's group."""
        group = GroupV2(f"{self._base}/{name}")
        (self._base / name).mkdir()
        try:
            group.set_limits(limits)
        except OSError:
            group.remove()
            raise
        return group

    def left(self) -> dict[str, GroupV2]:
        """Our folders under the base."""
        return {folder.name: GroupV2(str(folder)) for folder in self._base.glob(f"{owner.PREFIX}.*")}


def detect(mountinfo: str, own_groups: str, probe: str) -> HierarchyV2 | None:
    """The nearest group, from our own upward, that hands down memory and pids and lets us make children.

    A group with processes in it cannot hand down controllers (the root excepted), so it is often the parent.
    Only our own group is ever asked to: what the host gives its slices is not ours to change.
    """
    own = next((line[3:] for line in own_groups.splitlines() if line.startswith("0::")), None)
    for root, point, _ in files.mounts(mountinfo, "cgroup2") if own is not None else ():
        base = files.below_mount(root, point, own or "/")
        _hand_down(base)
        for candidate in (base, *base.parents):
            if not candidate.is_relative_to(point):
                break
            if files.can_make(candidate, probe, _NEEDED):
                return HierarchyV2(candidate)
    return None


def _hand_down(folder: Path) -> None:
    """Ask for the controllers; a group that may not hand them down refuses, and the probe then shows that."""
    with suppress(OSError):
        offered = set((folder / "cgroup.controllers").read_text().split())
        given = set((folder / "cgroup.subtree_control").read_text().split())
        for controller in sorted({"memory", "pids", "cpu"} & offered - given):
            files.write(str(folder / "cgroup.subtree_control"), f"+{controller}")
