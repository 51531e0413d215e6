"""How the site is served, and the bounds every client meets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from codingagentbench.site.site import SiteOptions

DEFAULT_RATES = ("30/second", "600/minute")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What `cab site serve` was told, and the limits.

    `rates`: API requests a client may make in each of these windows, in the words of the `limits` library (empty:
    no limit). `hosts`: names that a Host header may hold (empty: any). Sizes in bytes, times in seconds. Each
    worker process counts for itself.
    """

    results: Path
    options: SiteOptions = field(default_factory=lambda: SiteOptions(live=True))
    rates: tuple[str, ...] = DEFAULT_RATES
    trust_proxy: bool = False
    hosts: frozenset[str] = frozenset()
    cache_bytes: int = 64 << 20
    url_bytes: int = 4096
    request_bytes: int = 32 << 10
    head_s: float = 10.0
    write_s: float = 20.0
    streams_per_client: int = 6
    streams: int = 200
    connections: int = 1000
    renderers: int = 3
    refresh_s: float = 2.0


def usual_hosts(host: str, base_url: str) -> frozenset[str]:
    """Names a server on this address is asked by; empty (any) unless it listens for this machine only.

    A page of another site could otherwise read it through a name of its own that leads to 127.0.0.1.
    """
    shown = f"[{host}]" if ":" in host else host
    if shown not in _LOOPBACK:
        return frozenset()
    published = urlsplit(base_url).netloc.rpartition("@")[2]
    return _LOOPBACK | ({published.rpartition(":")[0] or published} if published else set())
