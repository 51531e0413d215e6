"""The `none` sandbox: a plain process group with the same limits, for tests and for machines without bubblewrap.

Nothing is isolated: every record says so and none may be cited. Binds are not mounted; the program works on the
host paths themselves.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import resource
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.sandbox import Bind, Command, OnListen, OnOutput, RunResult, Stopper
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import bwrap, gate, netns, owner, process, supervise
from codingagentbench.sandbox.cell import Cell
from codingagentbench.sandbox.cgroup import Group
from codingagentbench.sandbox.etc import HOME
from codingagentbench.sandbox.process import Child
from codingagentbench.sandbox.spawn import spawn

_MARK = "CAB_UNSANDBOXED_RUN"
_IN_FOLDER = 'cd -- "$0" && exec "$@"'
_numbers = itertools.count(1)


class NoSandbox:
    """Runs on the host as the harness's own user."""

    name = "none"
    sandboxed = False

    def __init__(self) -> None:
        self._reserved: dict[int, socket.socket] = {}

    def describe(self) -> dict[str, object]:
        """Says that nothing is isolated, and which limits are enforced by what."""
        return {"kind": self.name, "isolation": "none", "limits": supervise.enforcement(isolated=False)}

    def reserve_port(self) -> int:
        """A free port, already listening and kept until a `run` whose `Command.listen_port` names it."""
        opened = netns.listener(0)
        port = int(opened.getsockname()[1])
        self._reserved[port] = opened
        return port

    def inside(self, binds: Sequence[Bind], target: str) -> str:
        """The host path behind `target`: the source of the innermost bind that covers it, else itself."""
        path = Path(target)
        for bind in sorted(binds, key=lambda bind: len(bind.target), reverse=True):
            if path.is_relative_to(bind.target):
                return str(bind.source / path.relative_to(bind.target))
        return target

    async def run(
        self,
        command: Command,
        limits: Limits,
        *,
        on_listen: OnListen | None = None,
        on_output: OnOutput | None = None,
        stopper: Stopper | None = None,
    ) -> RunResult:
        """See `core.sandbox.Sandbox.run`. Paths in argv and env are the caller's to map with `inside`.

        Raises:
            SandboxError: the program's working folder or the port cannot be used.
        """
        reserved = self._reserved.pop(command.listen_port, None) if command.listen_port else None
        home, cwd = (self.inside(command.binds, path) for path in (HOME, command.cwd))
        cell = _PlainCell(command.argv, bwrap.environment(command, home), cwd, reserved)
        return await supervise.supervise(
            cell, command, limits, on_listen=on_listen, on_output=on_output, stopper=stopper
        )


class _PlainCell(Cell):
    isolated = False

    def __init__(
        self, argv: tuple[str, ...], env: dict[str, str], cwd: str, reserved: socket.socket | None
    ) -> None:
        if not Path(cwd).is_dir():
            raise SandboxError(f"there is no folder {cwd}", where="sandbox none")
        super().__init__()
        self._argv, self._cwd, self._reserved = argv, cwd, reserved
        self._mark = f"{owner.own_tag()}.{next(_numbers)}"
        self._env = env | {_MARK: self._mark}
        self._ended: tuple[int, resource.struct_rusage] | None = None

    def spawn(self, actions: list[Any]) -> None:
        held = self.gate.digit([self.gate.inner])
        argv = gate.argv(held, ("/bin/sh", "-c", _IN_FOLDER, self._cwd, *self._argv))
        inherited = (os.POSIX_SPAWN_DUP2, self.gate.inner, held)
        self.child = Child(spawn(argv[0], argv, self._env, [*actions, inherited]))

    async def settle(self) -> int:
        return self.child.pid

    async def listen(self, root: int, port: int) -> socket.socket:
        if self._reserved:
            return self._reserved
        try:
            return netns.listener(port)
        except OSError as failed:
            raise SandboxError(f"port {port} cannot be listened on: {failed}", where="sandbox none") from failed

    async def end(self, group: Group | None) -> None:
        if not self._ended:
            self.child.kill()
            await self._kill_until_gone(group)
            await self.child.wait_dead()
            self._ended = self.child.reap()

    async def _kill_until_gone(self, group: Group | None) -> None:
        deadline = time.monotonic() + process.PATIENCE_S
        while left := self._left(group):
            process.kill_all(left)
            if time.monotonic() > deadline:
                raise SandboxError(f"processes {left[:10]} would not die", where="sandbox none")
            await asyncio.sleep(0.005)

    def _left(self, group: Group | None) -> list[int]:
        if group:
            return group.pids()
        mark = f"{_MARK}={self._mark}".encode()
        return sorted({*filter(_lives, process.tree(self.child.pid)), *_marked(mark)})

    def exit_code(self) -> int:
        code = self._ended[0] if self._ended else 0
        return code if code >= 0 else 128 - code

    def usage(self) -> resource.struct_rusage | None:
        return self._ended[1] if self._ended else None

    def close(self) -> None:
        super().close()
        if child := getattr(self, "child", None):
            child.close()


def _lives(pid: int) -> bool:
    return owner.start_time(pid) is not None


def _marked(mark: bytes) -> list[int]:
    """Processes that carry the run's mark in their environment: those that left the tree and kept it."""
    found = []
    for pid in process.everyone():
        with suppress(OSError):
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") and _lives(pid):
                found.append(pid)
    return found
