"""A spawned child and its tree: waiting by pidfd, killing without mistaking one process for another."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from codingagentbench.core.errors import SandboxError

PATIENCE_S = 10.0
"""How long the kernel may take over a kill before that is an error of the host."""


class Watched:
    """A process held by pidfd. `dead` is done as soon as it (and, for an init, its whole namespace) has ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._fd = os.pidfd_open(pid)
        self._loop = asyncio.get_running_loop()
        self.dead: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(self._fd, self._ended)

    def _ended(self) -> None:
        self._loop.remove_reader(self._fd)
        if not self.dead.done():
            self.dead.set_result(None)

    def kill(self) -> None:
        """SIGKILL, unless it has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._fd, signal.SIGKILL)

    async def wait_dead(self) -> None:
        """Wait for the end of a killed process.

        Raises:
            SandboxError: the kernel did not end it in `PATIENCE_S`.
        """
        if not self.dead.done():
            _, late = await asyncio.wait((self.dead,), timeout=PATIENCE_S)
            if late:
                raise SandboxError(f"process {self.pid} would not die in {PATIENCE_S:g} s", where="sandbox")

    def close(self) -> None:
        """Let go of the pidfd."""
        self._loop.remove_reader(self._fd)
        os.close(self._fd)


class Child(Watched):
    """A child of this process."""

    def reap(self) -> tuple[int, resource.struct_rusage]:
        """The exit code of a child that has ended, negative for a signal, and what it and its waited-for used."""
        _, status, usage = os.wait4(self.pid, 0)
        return os.waitstatus_to_exitcode(status), usage


def children(pid: int) -> list[int]:
    """Direct children, of any of its threads."""
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += map(int, (thread / "children").read_text().split())
    return found


def tree(root: int) -> list[int]:
    """The process and its descendants. Orphans in a pid namespace go to its init, so none is missed there."""
    found = [root]
    for pid in found:
        found += children(pid)
    return found


def everyone() -> list[int]:
    """All processes this one can see."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def kill_all(pids: Iterable[int]) -> None:
    """SIGKILL each that still lives."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
