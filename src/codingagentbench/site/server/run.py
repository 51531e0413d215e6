"""Serving with one process or several workers, and a clean end."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from codingagentbench.core.errors import CabError, HarnessError
from codingagentbench.site.server.process import GRACE_S, Ready, serve_here
from codingagentbench.site.server.settings import Settings
from codingagentbench.site.server.sockets import bind, url_of
from codingagentbench.sweep.death import die_with

__all__ = ["bind", "serve", "url_of"]

_MOST_DEATHS = 5
"""Of workers within a minute, beyond which something is wrong with all of them."""


def serve(settings: Settings, sockets: Sequence[socket.socket], ready: Ready) -> int:
    """Serve on these sockets, with a worker process for each where there are several; the signal that ended it.

    Raises:
        StoreError: there is no results folder, or a ledger cannot be read.
        HarnessError: workers die as soon as they are started.
    """
    if len(sockets) == 1:
        return serve_here(settings, sockets[0], ready)
    return _Workers(settings, sockets, ready).run()


class _Workers:
    """Forks, one a socket. One that dies is replaced; this process keeps the sockets, so no connection is lost."""

    def __init__(self, settings: Settings, sockets: Sequence[socket.socket], ready: Ready) -> None:
        self._settings, self._sockets, self._ready = settings, sockets, ready
        self._pids: dict[int, int] = {}
        self._deaths: list[float] = []
        self._ended_by = 0
        self._read, self._write = os.pipe()

    def run(self) -> int:
        """Until a signal; the first one."""
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for number in range(len(self._sockets)):
                self._start(number)
            self._await_ready()
            while not self._ended_by:
                self._reap()
            return self._ended_by
        finally:
            self._stop()
            for signum, handler in before.items():
                signal.signal(signum, handler)
            os.close(self._read)
            os.close(self._write)

    def _end(self, number: int, _: FrameType | None) -> None:
        self._ended_by = self._ended_by or number

    def _start(self, number: int) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_worker(number, parent)
        self._pids[pid] = number

    def _be_worker(self, number: int, parent: int) -> NoReturn:
        code = 1
        try:
            die_with(parent)
            os.setsid()  # a terminal's Ctrl-C is for the parent, which passes it on
            for signum in (signal.SIGINT, signal.SIGTERM):
                signal.signal(signum, signal.SIG_DFL)
            for other, sock in enumerate(self._sockets):
                if other != number:
                    sock.close()
            serve_here(self._settings, self._sockets[number], lambda: _tell(self._write))
            code = 0
        except CabError as error:
            print(error, file=sys.stderr)
        except BaseException:  # noqa: BLE001 - the edge of a process: say it and end, whatever it is
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _await_ready(self) -> None:
        waiting = len(self._sockets)
        with selectors.DefaultSelector() as selector:
            selector.register(self._read, selectors.EVENT_READ)
            while waiting and not self._ended_by:
                if selector.select(0.1):
                    waiting -= len(os.read(self._read, waiting))
                elif self._reaped():
                    raise HarnessError(
                        "a worker process ended before it could answer", remedy="see the message above"
                    )
        if not self._ended_by:
            self._ready()

    def _reaped(self) -> list[int]:
        """Numbers of workers that have ended."""
        found = []
        while self._pids:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            number = self._pids.pop(pid, None)
            if number is not None:
                found.append(number)
        return found

    def _reap(self) -> None:
        time.sleep(0.1)
        for number in self._reaped():
            now = time.monotonic()
            self._deaths = [at for at in self._deaths if now - at < 60] + [now]
            if len(self._deaths) > _MOST_DEATHS:
                raise HarnessError(
                    f"{len(self._deaths)} worker processes died within a minute", remedy="see above"
                )
            self._start(number)

    def _stop(self) -> None:
        for pid in self._pids:
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + GRACE_S + 2
        while self._pids and time.monotonic() < until:
            self._reaped()
            time.sleep(0.02)
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        for pid in list(self._pids):
            os.waitpid(pid, 0)


def _tell(fd: int) -> None:
    os.write(fd, b".")
