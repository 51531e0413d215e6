"""What a command of any sandbox kind can do: be spawned behind a gate, let go, be ended with its whole tree."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from codingagentbench.sandbox.cgroup import Group
from codingagentbench.sandbox.gate import Gate
from codingagentbench.sandbox.process import Child

T = TypeVar("T")


class SetupFailed(Exception):
    """The sandbox ended before the program began; what it said is in the output."""


class Cell(ABC):
    """One command. Methods are called in the order they stand here."""

    isolated: bool
    """Whether processes cannot leave the tree of `root`."""
    tmpfs: tuple[str, ...] = ()
    """Mount points of the cell's own temporary file systems."""
    child: Child

    def __init__(self) -> None:
        self.gate = Gate()

    @abstractmethod
    def spawn(self, actions: list[Any]) -> None:
        """Start behind the gate with these file actions for standard input and output; sets `child`."""

    @abstractmethod
    async def settle(self) -> int:
        """The pid under which everything will run, once there is one.

        Raises:
            SetupFailed: there will be none.
        """

    @abstractmethod
    async def listen(self, root: int, port: int) -> socket.socket:
        """A listening socket that the program reaches at 127.0.0.1:`port`."""

    def release(self) -> None:
        """Let the program go."""
        self.gate.open()

    @abstractmethod
    async def end(self, group: Group | None) -> None:
        """Kill every process and wait until all are gone. Safe at any time after `spawn`, and twice."""

    @abstractmethod
    def exit_code(self) -> int:
        """The program's, 128 + n for signal n. After `end`.

        Raises:
            SetupFailed: the program never began.
        """

    def usage(self) -> resource.struct_rusage | None:
        """What the kernel counted for the whole tree, None where that is not known."""
        return None

    def close(self) -> None:
        """Release descriptors."""
        self.gate.close()


async def in_thread(work: Callable[[], T]) -> T:
    """Run blocking work in a thread of its own, which costs less than a pool for one call a cell."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: Any) -> None:
        if not future.done():
            setter(value)

    def run() -> None:
        try:
            outcome = (future.set_result, work())
        except Exception as error:  # noqa: BLE001 - a thread's edge: it belongs to whoever awaits
            outcome = (future.set_exception, error)  # type: ignore[assignment]
        loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=run, name="cab-prepare").start()
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        # Brief as it is, the work must not outlive what it works on.
        await asyncio.wait((future,))
        future.exception()
        raise
