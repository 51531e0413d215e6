"""Take what a program writes, as it comes, up to the output limit."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress

from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.sandbox import OnOutput
from codingagentbench.sandbox.ending import Ending
from codingagentbench.sandbox.spawn import Stdio
from codingagentbench.sandbox.terminal import Responder

_CHUNK = 1 << 16


class Output:
    """Reads a pty or two pipes. Over the limit it stops reading and says so; what lies within is kept."""

    def __init__(self, stdio: Stdio, limit_bytes: int, on_output: OnOutput | None, ending: Ending) -> None:
        self.stdout, self.stderr, self.said = bytearray(), bytearray(), bytearray()
        self.total = 0
        self.over = False
        self._left = limit_bytes
        self._on_output = on_output
        self._ending = ending
        self._responder = Responder()
        self._master = stdio.master
        self._sinks = {
            fd: sink for fd, sink in ((stdio.out, self.stdout), (stdio.err, self.stderr)) if fd is not None
        }
        self._open = set(self._sinks) if stdio.master is None else {stdio.master}
        self._loop = asyncio.get_running_loop()
        for fd in self._open:
            self._loop.add_reader(fd, self._read, fd)

    def drain(self) -> None:
        """Take what is left once every writer is dead; never blocks."""
        while self._open and not self.over:
            for fd in list(self._open):
                if not self._read(fd):
                    self._finish(fd)

    def close(self) -> None:
        """Stop reading."""
        for fd in list(self._open):
            self._finish(fd)

    def _read(self, fd: int) -> bool:
        try:
            data = os.read(fd, _CHUNK)
        except BlockingIOError:
            return False
        except OSError:  # EIO: the terminal's last user is gone
            data = b""
        if not data:
            self._finish(fd)
            return False
        self._take(fd, data)
        return True

    def _take(self, fd: int, data: bytes) -> None:
        if len(data) > self._left:
            data, self.over = data[: self._left], True
        self._left -= len(data)
        self.total += len(data)
        if fd in self._sinks:
            self._sinks[fd] += data
        else:
            self._show(fd, data)
        if self.over:
            self.close()
            self._ending.reach(LimitKind.OUTPUT)

    def _show(self, fd: int, data: bytes) -> None:
        if len(self.said) < _CHUNK:
            self.said += data
        if self._on_output and data:
            self._on_output(data, time.monotonic())
        if answer := self._responder.feed(data):
            with suppress(OSError):  # a program that asks and never reads fills its own input
                os.write(fd, answer)

    def _finish(self, fd: int) -> None:
        self._loop.remove_reader(fd)
        self._open.discard(fd)
