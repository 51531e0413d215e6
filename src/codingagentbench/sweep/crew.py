"""The sweep process's side of the nursery."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from codingagentbench.sweep.config import WorkerConfig
from codingagentbench.sweep.lines import Lines, send_whole

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from codingagentbench.sweep.nursery import main; main()"
)


class Crew:
    """Worker processes. A context manager: on leaving, every one of them is dead."""

    def __init__(self, config: WorkerConfig) -> None:
        packed = config.pack()
        read_end, write_end = os.pipe()
        self._events = Lines(read_end)
        orders, self._orders = os.pipe()
        try:
            self._nursery = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, json.dumps(sys.path)],
                stdin=orders,
                stdout=subprocess.DEVNULL,  # `--json` promises one document on stdout
                pass_fds=(write_end,),
                start_new_session=True,
            )
        finally:
            os.close(write_end)
            os.close(orders)
        self._send({"parent": os.getpid(), "events": write_end, "config": packed})

    def _send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # the nursery is gone, which `events` reports
            send_whole(self._orders, message)

    def spawn(self, count: int = 1) -> None:
        """Start workers."""
        self._send({"spawn": count})

    def signal(self, number: int) -> None:
        """Signal every worker."""
        self._send({"signal": int(number)})

    def events(self, timeout_s: float) -> list[dict[str, Any]] | None:
        """What was reported within the time; None when the nursery is gone."""
        ready, _, _ = select.select([self._events.fd], [], [], timeout_s)
        if not ready:
            return []
        messages = self._events.read()
        return None if self._events.closed else messages

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._orders)
        try:
            self._nursery.wait(10)
        except subprocess.TimeoutExpired:
            self._nursery.kill()  # its workers follow it
            self._nursery.wait()
        os.close(self._events.fd)
