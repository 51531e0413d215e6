"""Per-process limits, set on the sandbox's root from outside before it runs anything."""

from __future__ import annotations

import os
import platform
import resource

from codingagentbench.core.spec import Limits

OPEN_FILES = 8192


def bounds_processes() -> bool:
    """Whether RLIMIT_NPROC counts one sandbox only: an ordinary user's, where kernels count per user namespace."""
    major, minor = platform.release().split(".")[:2]
    return os.geteuid() != 0 and (int(major), int("".join(filter(str.isdigit, minor)) or 0)) >= (5, 14)


def apply(pid: int, limits: Limits, *, processes: bool) -> None:
    """Limit a process and all it will start. RLIMIT_AS is never set: Node, Bun, the JVM and Go reserve far more
    address space than they use."""
    _lower(pid, resource.RLIMIT_CORE, 0)
    _lower(pid, resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(pid, resource.RLIMIT_FSIZE, limits.disk_mb << 20)
    if processes:
        _lower(pid, resource.RLIMIT_NPROC, limits.processes + 1)


def _lower(pid: int, kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.prlimit(pid, kind, (bound, bound))
