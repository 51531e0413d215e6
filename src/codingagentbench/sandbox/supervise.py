"""The life of one command, the same for every kind: spawn, limit, listen, let go, watch, end, account."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.sandbox import Command, OnListen, OnOutput, RunResult, Stopper
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import cgroup, rlimits, watch
from codingagentbench.sandbox.cell import Cell, SetupFailed, in_thread
from codingagentbench.sandbox.ending import Ending
from codingagentbench.sandbox.output import Output
from codingagentbench.sandbox.process import PATIENCE_S, tree
from codingagentbench.sandbox.spawn import open_stdio

_SAID_BYTES = 4000
_SIGNALS = frozenset(map(int, signal.valid_signals()))


def enforcement(*, isolated: bool) -> dict[str, str]:
    """Each limit and what enforces it on this machine."""
    hierarchy = cgroup.hierarchy()
    by_group = hierarchy.enforced() if hierarchy else frozenset()
    by_rlimit = "rlimit" if isolated and rlimits.bounds_processes() else "watchdog"
    version = hierarchy.version if hierarchy else ""
    return {
        "memory": version if "memory" in by_group else "watchdog",
        "processes": version if "processes" in by_group else by_rlimit,
        "cpus": version if "cpus" in by_group else "not enforced",
        "disk": "watchdog and rlimit",
        "output": "harness",
        "wall": "harness",
    }


async def supervise(
    cell: Cell,
    command: Command,
    limits: Limits,
    *,
    on_listen: OnListen | None,
    on_output: OnOutput | None,
    stopper: Stopper | None,
) -> RunResult:
    """Run a cell's command to the end, to a limit, or to the stopper; nothing of it lives on afterwards.

    Raises:
        SandboxError: the sandbox could not be made, or would not end.
    """
    with ExitStack() as ours:
        ours.callback(cell.close)
        run = _Run(cell, command, limits, on_output, ours)
        try:
            await run.prepare(on_listen)
            await run.watch(stopper)
        except SetupFailed:
            pass  # `exit_code` says so again once the output is complete
        finally:
            await run.finish()
        return run.result()


class _Run:
    def __init__(
        self, cell: Cell, command: Command, limits: Limits, on_output: OnOutput | None, ours: ExitStack
    ) -> None:
        self._cell, self._command, self._limits = cell, command, limits
        self._ending = Ending()
        self._stdio = open_stdio(command, ours)
        self._output = Output(self._stdio, limits.output_mb << 20, on_output, self._ending)
        ours.callback(self._output.close)
        self._group = cgroup.create(limits)
        self._spawned = False
        self._root = 0
        self._oom_kills = 0
        self._cpu_before = 0.0
        self._cpu_s: float | None = None
        self._peak: int | None = None
        self._started = self._ended = 0.0

    async def prepare(self, on_listen: OnListen | None) -> None:
        """Spawn behind the gate, set limits, open the listener and hand it over."""
        with self._stdio.theirs:
            self._spawn()
        self._root = await self._cell.settle()
        if self._group and not self._group.inherited:
            await in_thread(self._add)
        self._apply_rlimits()
        port = self._command.listen_port
        if on_listen and port is not None:
            await on_listen(await self._cell.listen(self._root, port))

    def _spawn(self) -> None:
        try:
            with self._group.entered() if self._group else nullcontext():
                self._cell.spawn(self._stdio.actions)
                self._spawned = True
        except OSError as failed:
            raise SandboxError(f"the sandbox could not be started: {failed}", where="sandbox") from failed

    def _add(self) -> None:
        """Blocks for the kernel's grace period, some milliseconds."""
        assert self._group  # noqa: S101 - asked by the caller
        with _limiting():
            self._group.add(self._root)

    def _apply_rlimits(self) -> None:
        by_rlimit = not self._group and self._cell.isolated and rlimits.bounds_processes()
        with _limiting():
            rlimits.apply(self._root, self._limits, processes=by_rlimit)

    async def watch(self, stopper: Stopper | None) -> None:
        """Let the program go and wait for the first reason to end."""
        loop = asyncio.get_running_loop()
        if self._group:
            self._cpu_before = self._group.cpu_s() or 0.0
        self._started = time.monotonic()
        self._cell.release()
        self._cell.child.dead.add_done_callback(lambda _: self._ending.exit())
        alarm = loop.call_later(self._limits.wall_s, self._ending.reach, LimitKind.TIME)
        tasks = self._watchdogs()
        if stopper:
            tasks.append(loop.create_task(self._stop_when(stopper)))
        for task in tasks:
            task.add_done_callback(self._noted)
        try:
            await self._ending.wait()
        finally:
            self._ended = time.monotonic()
            alarm.cancel()
            for task in tasks:
                task.cancel()

    def _watchdogs(self) -> list[asyncio.Task[None]]:
        pids = self._group.pids if self._group else lambda: tree(self._root)
        subject = watch.Subject(self._root, pids, self._cell.tmpfs)
        loop = asyncio.get_running_loop()
        disk = watch.watch_disk(subject, self._command.watched, self._limits, self._ending)
        tasks = [loop.create_task(disk)]
        if not self._group:
            unbounded = not (self._cell.isolated and rlimits.bounds_processes())
            memory = watch.watch_memory(subject, self._limits, processes=unbounded, ending=self._ending)
            tasks.append(loop.create_task(memory))
        return tasks

    async def _stop_when(self, stopper: Stopper) -> None:
        self._ending.stop(await stopper.wait())

    def _noted(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._ending.fail(error)

    async def finish(self) -> None:
        """End everything, take the last output, read the counters, remove the cgroup."""
        self._ended = self._ended or time.monotonic()
        try:
            if self._spawned:
                await self._cell.end(self._group)
            self._output.drain()
        finally:
            self._output.close()
            if self._group:
                self._account(self._group)
                await _remove(self._group)

    def _account(self, group: cgroup.Group) -> None:
        self._oom_kills = group.oom_kills()
        used, self._peak = group.cpu_s(), group.peak_bytes()
        # What bubblewrap needed to set up is the harness's, not the agent's.
        self._cpu_s = None if used is None else used - self._cpu_before

    def result(self) -> RunResult:
        """The result, or what went wrong as an error."""
        exited = self._ending.exited
        try:
            code = self._cell.exit_code() if exited or not self._ending.decided else None
        except SetupFailed:
            raise self._setup_error() from None
        usage = self._cell.usage()
        return RunResult(
            exit_code=code,
            signal=code - 128 if code is not None and code - 128 in _SIGNALS else None,
            limit=self._limit(code),
            stopped=self._ending.stopped,
            started=self._started,
            ended=self._ended,
            stdout=bytes(self._output.stdout),
            stderr=bytes(self._output.stderr),
            output_bytes=self._output.total,
            cpu_s=usage.ru_utime + usage.ru_stime if self._cpu_s is None and usage else self._cpu_s,
            peak_memory_bytes=usage.ru_maxrss << 10 if self._peak is None and usage else self._peak,
        )

    def _limit(self, code: int | None) -> LimitKind | None:
        if code == 128 + signal.SIGKILL and self._oom_kills:
            return LimitKind.MEMORY
        if code == 128 + signal.SIGXFSZ:
            return LimitKind.DISK
        return self._ending.limit or (LimitKind.OUTPUT if self._output.over else None)

    def _setup_error(self) -> SandboxError:
        said = bytes(self._output.stderr or self._output.said)[-_SAID_BYTES:].decode(errors="replace").strip()
        printable = "".join(char if char.isprintable() or char == "\n" else "?" for char in said)
        return SandboxError(
            f"the sandbox could not be made: {printable or 'bubblewrap ended without a word'}",
            where="sandbox",
            remedy="run `cab doctor`",
        )


@contextmanager
def _limiting() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError as gone:
        raise SetupFailed from gone
    except OSError as failed:
        raise SandboxError(f"limits could not be set: {failed}", where="sandbox") from failed


async def _remove(group: cgroup.Group) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not group.remove():
        if time.monotonic() > deadline:
            raise SandboxError("a cgroup would not empty", where="sandbox")
        await asyncio.sleep(0.002)
