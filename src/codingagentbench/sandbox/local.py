"""The `local` sandbox: bubblewrap, seccomp and, where there is one, a cgroup. `docs/decisions/0002-sandbox.md`."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.sandbox import Bind, Command, OnListen, OnOutput, RunResult, Stopper
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import bwrap, gate, netns, owner, seccomp, supervise
from codingagentbench.sandbox.cell import Cell, SetupFailed, in_thread
from codingagentbench.sandbox.cgroup import Group
from codingagentbench.sandbox.process import Child, Watched
from codingagentbench.sandbox.spawn import sealed_file, spawn

LISTEN_PORT = 31415


class LocalSandbox:
    """Namespaces, no capabilities, read-only system, no way out but the listener. Needs no root and no daemon."""

    name = "local"
    sandboxed = True

    def __init__(self, hidden: tuple[Path, ...] = ()) -> None:
        self._hidden = hidden

    def describe(self) -> dict[str, object]:
        """Tool version and which limits are enforced by what."""
        return {
            "kind": self.name,
            "bwrap": bwrap.version(),
            "seccomp": "denies " + ", ".join(seccomp.DENIED),
            "limits": supervise.enforcement(isolated=True),
        }

    def reserve_port(self) -> int:
        """The port to ask for in `Command.listen_port`: always the same, each cell has a loopback of its own."""
        return LISTEN_PORT

    def inside(self, binds: Sequence[Bind], target: str) -> str:
        """The path under which a program sees `target`: itself."""
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
        """See `core.sandbox.Sandbox.run`.

        Raises:
            SandboxError: the sandbox could not be made.
            MissingTool: bubblewrap or libseccomp is not installed.
        """
        cell = _BubblewrapCell(command, limits, self._hidden)
        return await supervise.supervise(
            cell, command, limits, on_listen=on_listen, on_output=on_output, stopper=stopper
        )


class _BubblewrapCell(Cell):
    isolated = True

    def __init__(self, command: Command, limits: Limits, hidden: tuple[Path, ...]) -> None:
        self._bwrap = bwrap.program()
        self._filter = seccomp.program()
        self._options = bwrap.options(command, limits, hidden)
        super().__init__()
        self._argv = command.argv
        self.tmpfs = bwrap.tmpfs_points(command.binds)
        self._init: Watched | None = None
        self._status = _Status()
        self._reaped = False

    def spawn(self, actions: list[Any]) -> None:
        with ExitStack() as theirs:
            options = sealed_file("options", "\0".join([*self._options, ""]).encode())
            theirs.callback(os.close, options)
            rules = sealed_file("seccomp", self._filter)
            theirs.callback(os.close, rules)
            passed = (options, rules, self._status.inner, self.gate.inner)
            held = self.gate.digit(passed)
            argv = [
                f"{owner.MARK}:{owner.own_tag()}", "--args", str(options), "--seccomp", str(rules),
                "--json-status-fd", str(self._status.inner), "--block-fd", str(self.gate.inner),
                "--", *gate.argv(held, self._argv),
            ]  # fmt: skip
            inherited = [(os.POSIX_SPAWN_DUP2, fd, fd) for fd in passed]
            inherited.append((os.POSIX_SPAWN_DUP2, self.gate.inner, held))
            # An empty environment: the harness's own would be readable inside at /proc/1/environ.
            self.child = Child(spawn(self._bwrap, argv, {}, [*actions, *inherited]))
        self._status.spawned()

    async def settle(self) -> int:
        pid = await self._status.child_pid()
        if pid is None:
            raise SetupFailed
        try:
            self._init = Watched(pid)
        except ProcessLookupError as gone:
            raise SetupFailed from gone
        return pid

    async def listen(self, root: int, port: int) -> socket.socket:
        if os.geteuid() == 0:
            return netns.listen_inside(root, port)
        return await in_thread(lambda: netns.listen_inside(root, port))  # a helper process must come and go

    async def end(self, group: Group | None) -> None:
        if not self._init:
            # Killing bubblewrap now would orphan an init that has not yet asked to die with it.
            with suppress(SetupFailed):
                await self.settle()
        watched = [process for process in (self._init, self.child) if process]
        # The init first: its death is the death of its whole pid namespace.
        for process in watched:
            process.kill()
        for process in watched:
            await process.wait_dead()
        if not self._reaped:
            self._reaped = True
            self._reap()

    def _reap(self) -> None:
        self.child.reap()
        if self._init:
            with suppress(ChildProcessError):  # ours only where this process adopts orphans, as PID 1 does
                os.waitpid(self._init.pid, os.WNOHANG)

    def exit_code(self) -> int:
        code = self._status.exit_code()
        if code is None:
            raise SetupFailed
        return code

    def close(self) -> None:
        super().close()
        self._status.close()
        for process in (self._init, getattr(self, "child", None)):
            if process:
                process.close()


class _Status:
    """bubblewrap's `--json-status-fd`: a document with the init's pid, then one with the exit code.

    The second comes only when the program was started, and no program can forge it.
    """

    def __init__(self) -> None:
        self._outer, self.inner = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._outer, False)
        self._text = b""

    def spawned(self) -> None:
        os.close(self.inner)
        self.inner = -1

    async def child_pid(self) -> int | None:
        loop = asyncio.get_running_loop()
        first: asyncio.Future[None] = loop.create_future()

        def read() -> None:
            if (self._read() == b"" or b"\n" in self._text) and not first.done():
                first.set_result(None)

        loop.add_reader(self._outer, read)
        try:
            await first
        finally:
            loop.remove_reader(self._outer)
        return self._value("child-pid")

    def exit_code(self) -> int | None:
        while self._read():
            pass
        return self._value("exit-code")

    def close(self) -> None:
        for fd in (self._outer, self.inner):
            if fd >= 0:
                os.close(fd)
        self._outer = self.inner = -1

    def _read(self) -> bytes | None:
        try:
            data = os.read(self._outer, 4096)
        except BlockingIOError:
            return None
        self._text += data
        return data

    def _value(self, key: str) -> int | None:
        for line in self._text.splitlines():
            try:
                document = json.loads(line)
            except ValueError as odd:
                raise SandboxError(f"bubblewrap's status cannot be read: {line[:200]!r}", where="sandbox") from odd
            if key in document:
                return int(document[key])
        return None
