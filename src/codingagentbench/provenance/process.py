"""Who holds a lease or a staging folder: one process on one booted machine, told apart from any later one.

An identity is `<host>-<pid>-<start>`: `host` hashes the boot id and the pid namespace (two containers of one
machine see different processes), `start` is the process's start time in clock ticks, so a reused pid is
another owner. Linux only, like the sandbox.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from codingagentbench.core.digest import sha256_hex

_DEAD_STATES = frozenset("ZXx")


@cache
def _host() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    namespace = Path("/proc/self/ns/pid").stat().st_ino
    return sha256_hex(f"{boot}:{namespace}")[:12]


def _state_and_start(pid: int) -> tuple[str, str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The program's name stands in brackets and may hold anything, brackets included.
    fields = text[text.rindex(")") + 2 :].split()
    return fields[0], fields[19]


def identity_of(pid: int) -> str:
    """The identity of a live local process; a start of `0` when it is already gone."""
    found = _state_and_start(pid)
    return f"{_host()}-{pid}-{found[1] if found else 0}"


def process_identity() -> str:
    """The identity of this process. Safe as a file name."""
    return identity_of(os.getpid())


def owner_alive(owner: str) -> bool | None:
    """Whether the owner's process still runs; None when it belongs to another host or an earlier boot."""
    host, _, rest = owner.partition("-")
    pid, _, start = rest.partition("-")
    if host != _host() or not pid.isdecimal():
        return None
    found = _state_and_start(int(pid))
    return found is not None and found[0] not in _DEAD_STATES and found[1] == start
