"""Find out, once, where this process may make cgroups, and make one a cell below the group it is in itself.

Below and not beside: whatever bounds the harness (a container, a session, a batch job) then bounds its cells too.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import cgroup_v1, cgroup_v2, owner, process

_numbers = itertools.count(1)


class Group(Protocol):
    """One cell's cgroup, in whichever version. Counters cover every process that was ever in it."""

    inherited: bool
    """Whether what is spawned within `entered` is in the group from the start, and needs no `add`."""

    def entered(self) -> AbstractContextManager[None]:
        """Where the version allows it, have the calling thread in the group meanwhile.

        A thread moves itself at once. To move another process the kernel waits out a grace period of several
        milliseconds, and so does whoever starts a process meanwhile.
        """
        ...

    def add(self, pid: int) -> None:
        """Put a process (and what it will fork) under the limits."""
        ...

    def pids(self) -> list[int]:
        """Who is in it now."""
        ...

    def kill(self) -> None:
        """SIGKILL all of them."""
        ...

    def oom_kills(self) -> int:
        """How often the kernel killed for memory."""
        ...

    def cpu_s(self) -> float | None:
        """User and system time, seconds."""
        ...

    def peak_bytes(self) -> int | None:
        """Most memory at once, page cache included."""
        ...

    def remove(self) -> bool:
        """Remove the group; False while something still lives in it."""
        ...


class Hierarchy(Protocol):
    """Where groups can be made."""

    version: str

    def enforced(self) -> frozenset[str]:
        """Which of memory, processes and cpus it can bound."""
        ...

    def create(self, name: str, limits: Limits) -> Group: ...

    def left(self) -> Mapping[str, Group]:
        """Groups of ours, of any harness, by name."""
        ...


@lru_cache(maxsize=1)
def hierarchy() -> Hierarchy | None:
    """The usable cgroup tree: v1 where it has the controllers, else v2, else None."""
    mounts = Path("/proc/self/mountinfo").read_text()
    own = Path("/proc/self/cgroup").read_text()
    probe = f"{owner.PREFIX}.{owner.own_tag()}.probe"
    return cgroup_v1.detect(mounts, own, probe) or cgroup_v2.detect(mounts, own, probe)


def create(limits: Limits) -> Group | None:
    """A group of its own for one cell, None where cgroups cannot be used.

    Raises:
        SandboxError: the tree was usable and no longer is.
    """
    tree = hierarchy()
    if tree is None:
        return None
    name = f"{owner.PREFIX}.{owner.own_tag()}.{next(_numbers)}"
    try:
        return tree.create(name, limits)
    except OSError as failed:
        raise SandboxError(f"no cgroup could be made: {failed}", where="sandbox") from failed


def cleanup_stale() -> list[str]:
    """End and remove what harnesses that are dead left behind, and only that.

    Their cgroups, and sandboxes caught before they had one. Returns what was removed.
    """
    removed = []
    for pid, tag in _marked_processes():
        if owner.is_dead(tag):
            process.kill_all([pid])
            removed.append(f"process {pid}")
    tree = hierarchy()
    for name, group in (tree.left() if tree else {}).items():
        if owner.is_dead(name.removeprefix(f"{owner.PREFIX}.").rpartition(".")[0]) and _clear(group):
            removed.append(name)
    return removed


def _marked_processes() -> list[tuple[int, str]]:
    found = []
    for pid in process.everyone():
        with suppress(OSError):
            first = Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].decode(errors="replace")
            if first.startswith(f"{owner.MARK}:"):
                found.append((pid, first.partition(":")[2]))
    return found


def _clear(group: Group) -> bool:
    for _ in range(100):
        with suppress(OSError):
            group.kill()
            if group.remove():
                return True
        time.sleep(0.01)
    return False
