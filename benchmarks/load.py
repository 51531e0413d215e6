"""Closed-loop HTTP clients over keep-alive connections: each sends its next request when the last was answered."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_TIMEOUT_S = 60.0

Chooser = Callable[[random.Random], tuple[str, str]]
"""Gives the kind of a request and its path."""


@dataclass(slots=True)
class Load:
    """What a run of all clients gave. Latencies in ms, by kind; a status other than 200 is a failure."""

    seconds: float = 0.0
    failures: int = 0
    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def all(self) -> list[float]:
        """Latencies of every kind."""
        return [ms for kind in self.latencies.values() for ms in kind]

    @property
    def rate(self) -> float:
        """Answers a second over all clients."""
        return len(self.all) / self.seconds


def share(values: Sequence[float], part: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def row(name: str, values: Sequence[float]) -> tuple[str, int, str, str, str, str]:
    """name, count, median, p95, p99, worst."""
    numbers = (statistics.median(values), share(values, 0.95), share(values, 0.99), max(values))
    return (name, len(values), *(f"{ms:.1f}" for ms in numbers))  # type: ignore[return-value]


def drive(
    port: int, choose: Chooser, *, clients: int, seconds: float, pause_s: float = 0.0, headers: str = ""
) -> Load:
    """Run the clients against 127.0.0.1.

    Args:
        pause_s: mean time a client waits between two requests (exponential), 0 for none.
        headers: header lines to add, each ended by CRLF.
    """
    return asyncio.run(_drive(port, choose, clients, seconds, pause_s, headers))


async def _drive(port: int, choose: Chooser, clients: int, seconds: float, pause_s: float, headers: str) -> Load:
    load = Load()
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(
        *(_client(port, choose, random.Random(seed), until, pause_s, headers, load) for seed in range(clients))
    )
    load.seconds = time.perf_counter() - began
    return load


async def _client(
    port: int, choose: Chooser, rng: random.Random, until: float, pause_s: float, headers: str, load: Load
) -> None:
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.perf_counter() < until:
        if pause_s:
            await asyncio.sleep(rng.expovariate(1 / pause_s))
        kind, path = choose(rng)
        began = time.perf_counter()
        streams = streams or await asyncio.open_connection("127.0.0.1", port)
        status, again = await asyncio.wait_for(_ask(streams, port, path, headers), _TIMEOUT_S)
        load.latencies[kind].append((time.perf_counter() - began) * 1000)
        load.failures += status != 200
        if not again:
            streams[1].close()
            streams = None
    if streams:
        streams[1].close()


async def _ask(
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], port: int, path: str, headers: str
) -> tuple[int, bool]:
    reader, writer = streams
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"content-length:" in head:
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    else:
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head.split(b" ", 2)[1]), b"connection: close" not in head
