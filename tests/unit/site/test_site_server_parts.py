"""Parts of the server that need no server."""

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.errors import UsageError
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.once import once_a_site
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.server import ahead
from codingagentbench.site.server.cache import ResponseCache, Stored
from codingagentbench.site.server.caching import matches
from codingagentbench.site.server.clients import RateLimits, Streams, client_of
from codingagentbench.site.server.run import bind, url_of
from codingagentbench.site.server.settings import usual_hosts
from codingagentbench.site.server.snapshots import Snapshots
from codingagentbench.site.site import Site, SiteOptions
from support.made_up import add_cell, make_results


def stored(size):
    return Stored((), b"tag", b"x" * size, b"")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5000)), max_size=60))
def test_the_cache_never_exceeds_its_bound(puts):
    cache = ResponseCache(8000)
    for name, size in puts:
        cache.put((1, str(name), b""), stored(size))
        assert cache.size <= 8000
    assert cache.size == sum(
        cache.get((1, str(name), b"")).size for name in range(10) if cache.get((1, str(name), b""))
    )


def test_what_was_used_last_stays():
    cache = ResponseCache(8000)
    keys = [(1, name, b"") for name in "abcd"]
    for key in keys[:3]:
        cache.put(key, stored(1400))
    assert cache.get(keys[0])
    cache.put(keys[3], stored(1400))
    cache.put((1, "e", b""), stored(1400))
    assert cache.get(keys[1]) is None
    assert cache.get(keys[0])
    cache.put((1, "large", b""), stored(3000))
    assert cache.get((1, "large", b"")) is None


def test_etags():
    assert matches('"a", W/"b"', "b")
    assert matches("*", "b")
    assert not matches("", "b")
    assert not matches('"c"', "b")


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        ("10.0.0.1", "1.2.3.4", False, "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4", True, "1.2.3.4"),
        ("10.0.0.1", "9.9.9.9, 1.2.3.4", True, "1.2.3.4"),
        ("10.0.0.1", "", True, "10.0.0.1"),
        ("10.0.0.1", "rubbish", True, "unknown"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "", False, "1.2.3.4"),
    ],
)
def test_who_a_client_is(peer, forwarded, trusted, client):
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    assert client_of(scope, trust_proxy=trusted) == client


def test_rates():
    limits = RateLimits(["2/minute", "100/hour"])
    assert [limits.wait_of("a") > 0 for _ in range(3)] == [False, False, True]
    assert limits.wait_of("b") == 0
    assert RateLimits([]).wait_of("a") == 0
    with pytest.raises(UsageError, match="no rate"):
        RateLimits(["often"])


def test_streams_are_counted_per_client_and_in_all():
    streams = Streams(2, 3)
    with streams.one("a"), streams.one("a"):
        assert not streams.free("a")
        assert streams.free("b")
        with streams.one("b"):
            assert not streams.free("c")
    assert streams.free("a")


def test_sockets_of_workers_share_a_port_that_nobody_else_has():
    sockets = bind("127.0.0.1", 0, 3)
    ports = {sock.getsockname()[1] for sock in sockets}
    assert len(ports) == 1
    assert url_of(sockets[0]) == f"http://127.0.0.1:{ports.pop()}/"
    for count in (1, 2):
        with pytest.raises(UsageError, match="cannot listen"):
            bind("127.0.0.1", sockets[0].getsockname()[1], count)
    for sock in sockets:
        sock.close()
    with pytest.raises(UsageError, match="cannot listen"):
        bind("nowhere.invalid", 0)


def test_the_printed_address_can_be_opened():
    if socket.has_ipv6:
        [sock] = bind("::1", 0)
        assert url_of(sock).startswith("http://[::1]:")
        sock.close()
    [sock] = bind("0.0.0.0", 0)
    assert url_of(sock).startswith("http://127.0.0.1:")
    sock.close()


def test_hosts():
    assert usual_hosts("0.0.0.0", "https://x.example") == frozenset()
    assert usual_hosts("127.0.0.1", "https://x.example:8443/bench") == {
        "127.0.0.1",
        "localhost",
        "[::1]",
        "x.example",
    }
    assert "[::1]" in usual_hosts("::1", "http://[::1]:8000")


def test_what_several_threads_ask_for_at_once_is_computed_once(tmp_path):
    site, asked, gate = Site(tmp_path, Catalogue(())), [], Event()

    @once_a_site
    def slow(_: Site, name: str) -> str:
        asked.append(name)
        gate.wait(10)
        if asked.count(name) == 1 and name == "fails":
            raise UsageError("not yet")
        return name

    with ThreadPoolExecutor(8) as threads:
        same = [threads.submit(slow, site, "same") for _ in range(3)]
        failing = [threads.submit(slow, site, "fails") for _ in range(3)]
        while not {"same", "fails"} <= set(asked):
            time.sleep(0.005)
        gate.set()
        assert [one.result(10) for one in same] == ["same"] * 3
        errors = [one.exception(10) for one in failing]
    assert sum(error is None for error in errors) == 2, "who waited tried again when the first failed"
    assert sorted(asked) == ["fails", "fails", "same"]


async def test_boards_asked_for_most_are_made_before_they_are_asked_for(tmp_path, monkeypatch):
    made, warmed = [], []

    def noting(site, by, facets):
        board(site, by, facets)
        made.append((site, by, facets))

    monkeypatch.setattr(ahead, "board", noting)
    snapshots = Snapshots(make_results(tmp_path, 300), SiteOptions(live=True), 0.0, warmed.append)
    task = asyncio.create_task(ahead.keep_ahead(snapshots, warmed.append))
    try:
        await until_all_are_made(made, snapshots.current.site)
        assert warmed == [snapshots.current]
        add_cell(tmp_path)
        assert snapshots.refresh()
        await until_all_are_made(made, snapshots.current.site)
        assert warmed[-1] is snapshots.current
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def until_all_are_made(made, site):
    families = [Facets(family=family) for family in site.catalogue.families]
    wanted = [(site, "pair", facets) for facets in (Facets(), *families)]
    wanted += [(site, "tui", Facets()), (site, "model", Facets())]
    async with asyncio.timeout(60):
        while not all(one in made for one in wanted):
            await asyncio.sleep(0.02)
