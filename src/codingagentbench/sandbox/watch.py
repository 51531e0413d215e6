"""Watchdogs for the limits nothing enforces: they poll as seldom as their own cost asks for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import meter
from codingagentbench.sandbox.ending import Ending

_FIRST_DISK_S = 0.25
_FIRST_MEMORY_S = 0.05
_SHARE = 20
"""A poll may cost at most this part of the time between two."""
_HURRIED_SHARE = 4
"""... unless the file system is filling up meanwhile."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is watched: the root of the sandbox's process tree and how to list it."""

    root: int
    pids: Callable[[], list[int]]
    tmpfs: tuple[str, ...]


async def watch_disk(subject: Subject, folders: tuple[Path, ...], limits: Limits, ending: Ending) -> None:
    """End the run when folders, temporary file systems and deleted open files hold the limit together."""
    limit = limits.disk_mb << 20
    devices = {folder.stat().st_dev for folder in folders}

    def full() -> bool:
        try:
            used = meter.disk_bytes(folders, limit) + meter.tmpfs_bytes(subject.root, subject.tmpfs)
            return used + meter.unlinked_bytes(subject.pids(), devices) >= limit
        except meter.Unmeasurable:
            return True

    await asyncio.sleep(_FIRST_DISK_S)
    while True:
        started, free = time.monotonic(), meter.free_bytes(folders)
        if await asyncio.to_thread(full):
            return ending.reach(LimitKind.DISK)
        cost = time.monotonic() - started
        await _pause(cost, lambda free=free: free - meter.free_bytes(folders) > limit // 8)  # type: ignore[misc]


async def _pause(cost: float, filling: Callable[[], bool]) -> None:
    began = time.monotonic()
    until = began + max(_FIRST_DISK_S, _SHARE * cost)
    hurried = began + _HURRIED_SHARE * cost
    while (now := time.monotonic()) < until:
        await asyncio.sleep(min(_FIRST_DISK_S, until - now))
        if time.monotonic() >= hurried and filling():
            return


async def watch_memory(subject: Subject, limits: Limits, *, processes: bool, ending: Ending) -> None:
    """End the run over its memory or, with `processes`, over its processes (called `memory`, the nearest)."""
    limit = limits.memory_mb << 20
    pause = _FIRST_MEMORY_S
    while True:
        await asyncio.sleep(pause)
        started = time.monotonic()
        pids = subject.pids()
        used = meter.private_bytes(pids) + meter.tmpfs_bytes(subject.root, subject.tmpfs)
        if used > limit or (processes and len(pids) > limits.processes + 1):
            return ending.reach(LimitKind.MEMORY)
        pause = max(_FIRST_MEMORY_S, _SHARE * (time.monotonic() - started))
