"""Runs a command and says what it used; for `cab sweep run` also what of it ran in sandboxes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from machine import busy_s

CAB = Path(sys.executable).with_name("cab")
_SAMPLE_S = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Used:
    """One command's resources, in seconds.

    `cpu` covers every process that it or its children waited for; `inner` is the part of the workers' children,
    which are the sandboxes; `machine` is what the whole machine spent meanwhile, kernel threads included.
    """

    wall: float
    cpu: float
    inner: float
    machine: float


def run(argv: Sequence[object], env: Mapping[str, str] | None = None) -> Used:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed; its output is in the message.
    """
    with tempfile.TemporaryFile() as output:
        busy, began = busy_s(), time.perf_counter()
        process = subprocess.Popen(
            list(map(str, argv)), env={**os.environ, **(env or {})}, stdout=output, stderr=subprocess.STDOUT
        )
        sampler = _Sampler(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall, busy = time.perf_counter() - began, busy_s() - busy
        process.returncode = os.waitstatus_to_exitcode(status)
        inner = sampler.stop()
        if process.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace")
            raise RuntimeError(f"{argv} ended with {process.returncode}:\n{said}")
    return Used(wall, usage.ru_utime + usage.ru_stime, inner, busy)


class _Sampler:
    """Reads what the ended children of the workers used, until they are gone: grandchildren of the command."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._seen: dict[int, float] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return sum(self._seen.values())

    def _watch(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            for nursery in _children(self._root):
                for worker in _children(nursery):
                    with suppress(OSError):
                        self._seen[worker] = _of_children(worker)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _of_children(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / _TICKS
