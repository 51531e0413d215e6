"""Attacks on the server, over raw sockets: nothing leaves the results, nothing runs, nobody is held up."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codingagentbench.site.server.files import _ASSETS, open_below
from support.http_raw import connect, get, read, send
from support.site_server import serving_here
from support.sites import REAL_SWEEP, TASK, real_results, serving

ATTEMPT = f"/cell/{REAL_SWEEP}/pi/reference/oracle/{TASK}/run1/attempt1"
HOSTILE = ATTEMPT.replace("/run1/", "/run2/")
_PLAYER = _ASSETS / "vendor" / "asciinema-player" / "asciinema-player.min.js"
SECRET = "the-secret-outside"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Real results in which an attempt's folder holds links, a pipe and pages that would like to run."""
    root = tmp_path_factory.mktemp("attacked")
    shutil.copytree(real_results(tmp_path_factory), root / "results")
    (root / "secret.txt").write_text(SECRET)
    folder = root / "results" / ATTEMPT.removeprefix("/cell/")
    for name, target in (
        ("stderr.txt", root / "secret.txt"),
        ("junit.xml", "../../../../../../../../../secret.txt"),
    ):
        (folder / name).unlink()
        (folder / name).symlink_to(target)
    shutil.move(folder / "bodies", root / "bodies")
    (folder / "bodies").symlink_to(root / "bodies")
    (folder / "stdout.txt").unlink()
    os.mkfifo(folder / "stdout.txt")
    other = root / "results" / HOSTILE.removeprefix("/cell/")
    (other / "changes.patch").write_text("<script>alert(1)</script>\n<svg onload=alert(1)>\n")
    return root / "results"


@pytest.fixture(scope="module")
def url(results):
    with serving(results, "--rate", "off") as found:
        yield found


TRAVERSALS = [
    "/../secret.txt",
    "/../../../../../../etc/passwd",
    "//etc/passwd",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%252e%252e/secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/\uff0e\uff0e/secret.txt",
    "/%00/secret.txt",
    "/index.html%00.txt",
    "/assets/../../../pyproject.toml",
    "/assets/%2e%2e/site.py",
    "/assets//etc/passwd",
    "/cell/../secret.txt",
    f"{ATTEMPT}/../../../../../../../../../secret.txt",
    f"{ATTEMPT}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.txt",
    f"{ATTEMPT}/stderr.txt",
    f"{ATTEMPT}/junit.xml",
    f"/cell/{REAL_SWEEP}/ledger.sqlite",
    f"/cell/{REAL_SWEEP}/../{REAL_SWEEP}/ledger.sqlite",
    "/api/v1/cells/..%2f..%2fsecret.txt/record",
    "/api/v1/cells/%2e%2e/%2e%2e/record",
    "/api/v1/cells//etc/passwd/patch",
    "/api/v1/live/..%2f/" + "0" * 64 + "/terminal",
    "/api/v1/sweeps/..%2f..%2fx/status",
    "/api/v1/sweeps/%2e%2e/status",
]


@pytest.mark.parametrize("target", TRAVERSALS)
def test_no_path_leads_out_of_the_results(url, target):
    found = get(url, target)
    assert found.status in (302, 400, 404), found.body[:200]
    assert SECRET.encode() not in found.body
    assert b"root:" not in found.body
    assert b"SQLite format" not in found.body


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["..", ".", "%2e%2e", "%2f", "\\", "cell", "assets", REAL_SWEEP, "pi", "a b", "é", "?", "#", "%"]), max_size=9))  # fmt: skip # noqa: E501
def test_no_path_at_all_is_a_fault(url, parts):
    found = get(url, "/" + "/".join(parts).replace(" ", "%20"))
    assert found.status in (200, 302, 400, 404)
    assert SECRET.encode() not in found.body


def test_a_pipe_blocks_nobody(url):
    assert get(url, f"{ATTEMPT}/stdout.txt").status == 404


def test_a_link_on_the_way_is_not_followed(tmp_path):
    (tmp_path / "root" / "real").mkdir(parents=True)
    (tmp_path / "root" / "real" / "file").write_text("x")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "root" / "real")
    root = tmp_path / "root"
    fd = open_below(root, root / "real" / "file")
    assert os.read(fd, 9) == b"x"
    os.close(fd)
    for bad in ("link/file", "real", "", "real/../real/file", "none"):
        assert open_below(root, root / bad) is None
    assert open_below(root, tmp_path / "other") is None
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        assert open_below(root, root / "link" / "file") is None
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_an_agent_wrote_never_runs(url):
    for target in (
        f"{HOSTILE}/changes.patch",
        f"/api/v1/cells{HOSTILE.removeprefix('/cell').rpartition('/')[0]}/patch",
    ):
        found = get(url, target)
        assert found.status == 200
        assert b"<script>alert(1)" in found.body
        assert found.headers["content-type"].startswith("text/plain")
        assert "sandbox" in found.headers["content-security-policy"]
        assert found.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in found.headers["content-disposition"]


def test_names_with_lines_break_no_header(url):
    found = get(url, "/badge/%0d%0aX-Evil:%201.svg")
    assert (found.status, "x-evil" in found.headers) == (404, False)
    found = get(url, "/agent/pi?%0d%0aX-Evil:%201")
    assert "x-evil" not in found.headers


def test_the_host_header_is_neither_believed_nor_repeated(url):
    port = urlsplit(url).port
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example"):
        found = send(url, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert found.status == 421
        assert b"evil" not in found.body
    for host in ("localhost", f"LOCALHOST:{port}", "[::1]"):
        found = send(url, f"GET /agent/pi HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert (found.status, found.headers["location"]) == (302, "pi.html")
    forwarded = get(url, "/index.html", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher")
    assert b"evil.example" not in forwarded.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_nothing_can_be_changed(url, method):
    for target in ("/", "/api/v1/cells", "/api/v1/health"):
        found = get(url, target, method=method)
        assert found.status == 405
        assert found.headers["allow"] == "GET, HEAD"


def test_no_other_origin_may_read_the_api(url):
    found = get(url, "/api/v1/cells", "Origin: https://evil.example")
    assert "access-control-allow-origin" not in found.headers
    assert found.headers["cross-origin-resource-policy"] == "same-origin"


def test_what_is_too_long_is_refused(url):
    assert get(url, "/" + "a" * 5000).status == 414
    assert get(url, "/api/v1/cells?task=" + "a" * 5000).status == 414
    assert get(url, "/", "X: " + "a" * 40_000).status in (431, 0)
    body = send(url, b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
    assert body.status == 413
    chunked = send(
        url, b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )
    assert chunked.status == 413


@pytest.mark.parametrize(
    "garbage",
    [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 100,
     b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n"],
)  # fmt: skip
def test_garbage_is_refused(url, garbage):
    found = send(url, garbage + b"\r\n" * 4)
    assert found.status in (0, 400, 404)


def test_two_requests_in_one_are_two(url):
    both = b"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2 + (
        b"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    with connect(url) as connection:
        connection.sendall(both)
        found = read(connection)
    assert found.body.count(b"HTTP/1.1 200 OK") == 2


def test_an_upgrade_is_not_taken(url):
    found = get(url, "/api/v1/version", "Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13")
    assert found.status in (200, 400)


@pytest.fixture(scope="module")
def tight(results):
    """Bounds as they are, tightened so that tests need not wait."""
    with serving_here(results, head_s=0.5, write_s=0.5, streams_per_client=2, rates=()) as url:
        yield url


def test_who_does_not_finish_asking_is_let_go(tight):
    with connect(tight, 60) as silent, connect(tight, 60) as dripping, connect(tight, 60) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: ")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                dripping.sendall(b"\r\n")
            except OSError:
                break
            time.sleep(0.05)
        assert time.monotonic() < until
        assert read(silent).status == 0
        assert read(half).status == 0


def test_who_takes_no_answer_is_let_go(tight):
    with connect(tight, 60) as deaf:
        request = f"GET /assets/{_PLAYER.relative_to(_ASSETS)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        wanted = 60
        deaf.sendall(request.encode() * wanted)
        time.sleep(3)
        assert httpx.get(tight + "api/v1/health", timeout=60).status_code == 200
        taken = 0
        try:
            while chunk := deaf.recv(1 << 20):
                taken += len(chunk)
        except OSError:
            pass
        assert taken < wanted * _PLAYER.stat().st_size


def test_only_so_many_streams_a_client(tight):
    opened = [threading.Event() for _ in range(2)]
    done = threading.Event()

    def hold(event):
        with httpx.stream("GET", tight + "api/v1/live", timeout=60) as stream:
            lines = stream.iter_lines()
            next(lines)
            event.set()
            done.wait(60)

    threads = [threading.Thread(target=hold, args=(event,)) for event in opened]
    for thread in threads:
        thread.start()
    assert all(event.wait(60) for event in opened)
    assert _stream_status(tight) == 429
    assert httpx.get(tight + "about.html", timeout=60).status_code == 200
    done.set()
    for thread in threads:
        thread.join()
    until = time.monotonic() + 60
    while _stream_status(tight) != 200:
        assert time.monotonic() < until, "closed streams still count"
        time.sleep(0.2)


def _stream_status(url):
    with httpx.stream("GET", url + "api/v1/live", timeout=60) as stream:
        return stream.status_code


def test_a_client_may_ask_only_so_often(results):
    with (
        serving_here(results, rates=("3/minute",), trust_proxy=True) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):

        def ask(*forwarded):
            headers = {"x-forwarded-for": forwarded[0]} if forwarded else {}
            return client.get("api/v1/version", headers=headers)

        assert [ask().status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = ask()
        assert 0 < int(refused.headers["retry-after"]) <= 61
        assert refused.json()["remedy"]
        assert client.get("about.html").status_code == 200
        assert [ask("1.1.1.1").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert ask("2.2.2.2").status_code == 200
        # What the client itself put before the proxy's own entry counts for nothing.
        assert ask("9.9.9.9, 1.1.1.1").status_code == 429
