"""The nursery: a single-threaded process that imports the cell runner once and forks workers from that.

It takes JSON lines on stdin (`{"spawn": n}`, `{"signal": number}`), reports on a pipe (`{"gone": owner,
"code": n}`), and kills its workers when stdin ends, which is when the sweep process dies.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import sys
import traceback
from typing import Any, NoReturn

from codingagentbench.core.errors import UsageError
from codingagentbench.provenance import identity_of
from codingagentbench.sweep.config import WorkerConfig
from codingagentbench.sweep.death import die_with
from codingagentbench.sweep.lines import Lines, send
from codingagentbench.sweep.runner import CellRunner, load_runner
from codingagentbench.sweep.worker import Worker


class _Nursery:
    def __init__(self, config: WorkerConfig, run_cell: CellRunner, commands: Lines, events: int) -> None:
        self.config = config
        self.run_cell = run_cell
        self.commands = commands
        self.events = events
        self.pid = os.getpid()
        self.owners: dict[int, str] = {}
        self.wake, self.wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def serve(self, early: list[dict[str, Any]]) -> None:
        """Obey, first what came with the configuration, until the sweep process closes stdin."""
        # Blocked, and so in a new worker, until that can heed it: a stop that comes in between waits.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the wake-up descriptor is written
        signal.set_wakeup_fd(self.wake_end, warn_on_full_buffer=False)
        for command in early:
            self.obey(command)
        while not self.commands.closed:
            ready, _, _ = select.select([self.commands.fd, self.wake], [], [])
            if self.wake in ready:
                os.read(self.wake, 1 << 16)
                self.reap()
            if self.commands.fd in ready:
                for command in self.commands.read():
                    self.obey(command)

    def obey(self, command: dict[str, int]) -> None:
        for _ in range(command.get("spawn", 0)):
            self.spawn()
        if "signal" in command:
            self.signal_all(command["signal"])

    def spawn(self) -> None:
        pid = os.fork()
        if pid == 0:
            self.be_worker()
        self.owners[pid] = identity_of(pid)

    def be_worker(self) -> NoReturn:
        """The child's whole life. It never returns into the nursery's code."""
        code = 1
        try:
            die_with(self.pid)
            os.setsid()  # a terminal's Ctrl-C is for the sweep process, which passes it on
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for fd in (self.wake, self.wake_end):
                os.close(fd)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, self.commands.fd)
            os.close(null)
            Worker(self.config, self.run_cell, lambda message: send(self.events, message)).work()
            code = 0
        except BaseException:  # noqa: BLE001 - the edge of a process: say it and end, whatever it is
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def reap(self) -> None:
        while self.owners:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            owner = self.owners.pop(pid, None)
            if owner is not None:
                send(self.events, {"gone": owner, "code": os.waitstatus_to_exitcode(status)})

    def end(self) -> None:
        """Kill every worker and wait for its death."""
        self.signal_all(signal.SIGKILL)
        for pid in self.owners:
            os.waitpid(pid, 0)

    def signal_all(self, number: int) -> None:
        for pid in self.owners:  # none is reaped elsewhere, so no pid can have been reused
            os.kill(pid, number)


def main() -> None:
    """Entry point: the first line on stdin is the configuration."""
    commands = Lines(0)
    setup, *early = _first(commands)
    die_with(setup["parent"])
    events: int = setup["events"]
    os.set_inheritable(events, False)
    try:
        run_cell = load_runner(setup["config"]["runner"])
        config = WorkerConfig.unpack(setup["config"])
    except UsageError as error:
        send(events, {"error": "UsageError", "where": "", "remedy": error.remedy, "detail": error.what})
        return
    gc.collect()
    gc.freeze()  # workers share these pages for as long as nobody writes to them
    gc.set_threshold(20_000, 20)  # a cell makes many objects and few cycles: looking for them cost 0.6 ms of it
    nursery = _Nursery(config, run_cell, commands, events)
    with contextlib.suppress(BrokenPipeError):
        nursery.serve(early)
    nursery.end()


def _first(commands: Lines) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    while not messages:
        messages = commands.read()
        if commands.closed:
            sys.exit(1)
    return messages
