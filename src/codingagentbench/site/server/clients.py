"""Who asks, and how much of it one client may do."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.types import Scope

from codingagentbench.core.errors import UsageError


def client_of(scope: Scope, *, trust_proxy: bool) -> str:
    """The client's address; of IPv6 the /64, which one client has whole.

    Behind a proxy it is the last address of X-Forwarded-For: the one that our proxy added. Those before it are
    whatever the client wrote.
    """
    peer = scope.get("client")
    address = str(peer[0]) if peer else ""
    if trust_proxy:
        forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
        address = forwarded.rpartition(",")[2].strip() or address
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class RateLimits:
    """Requests in moving windows.

    Raises:
        UsageError: a rate that is none.
    """

    def __init__(self, rates: Sequence[str]) -> None:
        self._rates = [_parsed(rate) for rate in rates]
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait_of(self, client: str) -> int:
        """Count a request; 0 when it may be answered, else the seconds after which one may."""
        for rate in self._rates:
            if not self._limiter.hit(rate, client):
                reset = self._limiter.get_window_stats(rate, client).reset_time
                return max(1, round(reset - time.time() + 0.5))
        return 0


def _parsed(rate: str) -> RateLimitItem:
    try:
        return parse(rate)
    except ValueError as error:
        raise UsageError(
            f"{rate!r} is no rate", where="--rate", remedy="write for example 600/minute, or off"
        ) from error


class Streams:
    """Open event streams, counted in all and per client."""

    def __init__(self, per_client: int, total: int) -> None:
        self._per_client, self._total = per_client, total
        self._open: Counter[str] = Counter()

    def free(self, client: str) -> bool:
        """Whether the client may open another one."""
        return self._open[client] < self._per_client and self._open.total() < self._total

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """Count one while the block runs."""
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
