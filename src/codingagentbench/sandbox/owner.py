"""Names that say which harness made a cgroup or a process, so that what a dead one left can be told apart.

A tag is `<pid namespace>.<pid>-<start time>`: a pid number alone comes back, and a harness in another
container that shares the cgroup tree must never look dead from here.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

PREFIX = "codingagentbench"
MARK = "cab-sandbox"


def start_time(pid: int) -> int | None:
    """Clock ticks since boot at which the process started, None when there is none (or only a zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


@lru_cache(maxsize=1)
def pid_namespace() -> int:
    """The inode number of this process's pid namespace."""
    return Path("/proc/self/ns/pid").stat().st_ino


@lru_cache(maxsize=2)
def _tag(pid: int) -> str:
    return f"{pid_namespace()}.{pid}-{start_time(pid)}"


def own_tag() -> str:
    """This process's tag (a fork gets its own)."""
    return _tag(os.getpid())


def is_dead(tag: str) -> bool:
    """True when the tag names a process of our pid namespace that is gone; a malformed tag is nobody's."""
    namespace, _, rest = tag.partition(".")
    pid, _, started = rest.partition("-")
    if namespace != str(pid_namespace()) or not (pid.isdigit() and started.isdigit()):
        return False
    return start_time(int(pid)) != int(started)
