"""The sandbox contract: run one command in isolation, with one listening socket inside it, and leave nothing."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.spec import Limits


@dataclass(frozen=True, slots=True)
class Bind:
    """A host folder or file shown inside the sandbox."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class PtySize:
    """Terminal size in characters."""

    columns: int = 120
    rows: int = 40


@dataclass(frozen=True, slots=True)
class Command:
    """One program to run. `listen_port` asks for a socket on 127.0.0.1 inside the sandbox's own network."""

    argv: tuple[str, ...]
    binds: tuple[Bind, ...]
    env: dict[str, str] = field(default_factory=dict)
    cwd: str = "/work"
    pty: PtySize | None = None
    listen_port: int | None = None
    watched: tuple[Path, ...] = ()
    """Host folders whose total size counts against `limits.disk_mb`."""
    stdin: bytes = b""
    """Fed to the program's standard input; ignored with a pty (which reads nothing)."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a command ended. Times are seconds on the harness's monotonic clock."""

    exit_code: int | None
    """None when the harness killed it."""
    signal: int | None
    limit: LimitKind | None
    stopped: str | None
    """Why the caller asked for a stop, when it did."""
    started: float
    """Monotonic time at which the program itself was let go (the sandbox was ready)."""
    ended: float
    stdout: bytes
    """Empty with a pty: its bytes went to `on_output`."""
    stderr: bytes
    """The program's, or, with a pty, what the sandbox tool itself said."""
    output_bytes: int
    cpu_s: float | None
    peak_memory_bytes: int | None


OnListen = Callable[[socket.socket], Awaitable[None]]
OnOutput = Callable[[bytes, float], None]


class Stopper(Protocol):
    """Lets the gateway end the run: `wait` returns the reason once there is one."""

    async def wait(self) -> str: ...


class Sandbox(Protocol):
    """A kind of isolation. `run` returns only when every process of the command is dead."""

    name: str
    sandboxed: bool

    def describe(self) -> dict[str, object]:
        """Tool versions and which limits are enforced by what, for the record."""
        ...

    async def run(
        self,
        command: Command,
        limits: Limits,
        *,
        on_listen: OnListen | None = None,
        on_output: OnOutput | None = None,
        stopper: Stopper | None = None,
    ) -> RunResult:
        """Run to the end, to a limit, or to the stopper.

        Raises:
            SandboxError: the sandbox could not be made; the command never started.
        """
        ...
