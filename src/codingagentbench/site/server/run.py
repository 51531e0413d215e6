"""Serving: sockets, worker processes, and a clean end."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import uvicorn

from codingagentbench.core.errors import CabError, HarnessError, UsageError
from codingagentbench.site.server.app import make_app
from codingagentbench.site.server.protocol import bounded
from codingagentbench.site.server.settings import Settings
from codingagentbench.sweep.death import die_with

_KEEP_ALIVE_S = 15
_GRACE_S = 2
_BACKLOG = 512
_MOST_DEATHS = 5
_SWITCH_S = 0.001
"""Between threads: a page being rendered gives way to the event loop this often."""

Ready = Callable[[], None]


def bind(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """Listening sockets on one address, one for each worker: the kernel spreads connections over them.

    Raises:
        UsageError: the address is in use, not of this machine, or not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        family, address = found[0], found[4]
        first = _listen(family, address, shared=False)
        if count == 1:
            return [first]
        address = (host, first.getsockname()[1], *address[2:])
        first.close()  # it proved that nobody else has the port, which a shared socket does not
        return [_listen(family, address, shared=True) for _ in range(count)]
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"cannot listen here ({reason})",
            where=f"{host}:{port}",
            remedy="choose another --port (0: any free one)",
        ) from error


def _listen(family: socket.AddressFamily | int, address: object, *, shared: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
        made.listen(_BACKLOG)
    except BaseException:
        made.close()
        raise
    return made


def url_of(sock: socket.socket) -> str:
    """Where a browser finds it."""
    host, port = sock.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


class _Server(uvicorn.Server):
    """Says when it answers, and remembers which signal ended it instead of raising that again."""

    def __init__(self, config: uvicorn.Config, ready: Ready) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    def ended_by(self) -> int:
        return self._captured_signals[0] if self._captured_signals else 0

    def run_to_end(self, sockets: list[socket.socket]) -> int:
        """Serve; the signal that ended it."""
        with suppress(KeyboardInterrupt):
            self.run(sockets)
        return self.ended_by()


def serve_here(settings: Settings, sock: socket.socket, ready: Ready) -> int:
    """Serve in this process until SIGINT or SIGTERM; which of them it was.

    Raises:
        StoreError: there is no results folder, or a ledger cannot be read.
    """
    sys.setswitchinterval(_SWITCH_S)
    config = uvicorn.Config(
        make_app(settings),
        http=bounded(settings),
        ws="none",
        loop="uvloop",
        lifespan="on",
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
        limit_concurrency=settings.connections,
    )
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)  # uvicorn raises what ended it once more
    try:
        return _Server(config, ready).run_to_end([sock])
    finally:
        signal.signal(signal.SIGTERM, before)


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
        until = time.monotonic() + _GRACE_S + 2
        while self._pids and time.monotonic() < until:
            self._reaped()
            time.sleep(0.02)
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        for pid in list(self._pids):
            os.waitpid(pid, 0)


def _tell(fd: int) -> None:
    os.write(fd, b".")
