"""The server as a browser and a person at the command line meet it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from support.cab import CAB, cab
from support.sites import REAL_SWEEP, TASK, real_results, serving

CELL = f"cell/{REAL_SWEEP}/pi/reference/oracle/{TASK}"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return real_results(tmp_path_factory)


@pytest.fixture(scope="module")
def url(results):
    with serving(results, "--rate", "off") as found:
        yield found


@pytest.fixture
def client(url):
    with httpx.Client(base_url=url, timeout=60) as made:
        yield made


def test_every_view_is_served_at_the_paths_of_the_static_site(client):
    for path in (
        "index.html",
        "",
        "leaderboard/pair.html",
        f"{CELL}/run1/index.html",
        "assets/site.css",
        "live.html",
    ):
        found = client.get(path)
        assert found.status_code == 200, path
    assert client.get("").text == client.get("index.html").text


def test_every_response_carries_the_safe_headers(client):
    for path in ("index.html", "nothing", "assets/site.css", "api/v1/health", "api/v1/nothing", "badge/x.svg"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "set-cookie" not in headers
        assert "server" not in headers
    assert "frame-ancestors 'none'" in client.get("index.html").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (CELL.replace(f"{REAL_SWEEP}/", ""), f"{CELL}/run2/index.html"),
        (f"{CELL}/run1", f"{CELL}/run1/index.html"),
        (f"{CELL}/run1/", f"{CELL}/run1/index.html"),
        ("agent/pi", "agent/pi.html"),
        ("glossary", "glossary.html"),
        ("compare", "compare/index.html"),
    ],
)
def test_what_was_meant_is_found(client, asked, meant):
    found = client.get(asked)
    assert found.status_code == 302
    assert urljoin(str(found.url), found.headers["location"]) == str(client.base_url.join(meant))
    assert client.get(asked + "?a=1").headers["location"].endswith("?a=1")
    assert client.get(meant).status_code == 200


def test_a_missing_page_is_in_the_sites_look_and_suggests(client):
    found = client.get("task/python-reverse-strng")
    assert found.status_code == 404
    assert f'href="{TASK}.html"' in found.text
    assert "<main" in found.text
    assert client.get("agent/<script>alert(1)</script>").text.count("<script>") == 0


def test_etags_gzip_and_head(client):
    first = client.get("index.html", headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["vary"].lower() == "accept-encoding"
    plain = client.get("index.html", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == first.text
    assert int(plain.headers["content-length"]) == len(plain.content)
    assert (
        client.get("index.html", headers={"accept-encoding": "gzip;q=0"}).headers.get("content-encoding") is None
    )

    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', "*"):
        same = client.get("index.html", headers={"if-none-match": known})
        assert (same.status_code, same.content) == (304, b"")
    assert client.get("index.html", headers={"if-none-match": '"other"'}).status_code == 200

    for path in ("index.html", "api/v1/cells", f"{CELL}/run1/attempt1/record.json", "api/v1/live"):
        head = client.head(path)
        assert (head.status_code, head.content) == (200, b""), path


def test_evidence_is_shown_as_text_and_never_as_a_page(client, results):
    folder = f"{CELL}/run1/attempt1"
    record = client.get(f"{folder}/record.json")
    assert record.headers["content-type"] == "text/plain; charset=utf-8"
    assert "sandbox" in record.headers["content-security-policy"]
    assert record.json()["cell_id"].startswith(REAL_SWEEP)
    tag = record.headers["etag"]
    assert client.get(f"{folder}/record.json", headers={"if-none-match": tag}).status_code == 304


def test_a_query_reaches_the_view_and_a_foreign_one_harms_nothing(client):
    for query in (
        "family=polyglot",
        "family=nothing",
        "page=-1",
        "page=99999999999999999999",
        "by=%00",
        "a=" + "b" * 900,
    ):
        for path in (
            "leaderboard/pair.html",
            "heatmap.html",
            "recordings.html",
            "compare/index.html",
            "cells.html",
        ):
            assert client.get(f"{path}?{query}").status_code in (200, 302, 400, 404), (path, query)


def test_new_cells_appear_while_it_serves(tmp_path):
    from codingagentbench.provenance import owner_alive
    from codingagentbench.store import Ledger, ledger_path, staging_root
    from support.sweep_cells import make_spec, publish

    specs = [make_spec(run=run) for run in (1, 2)]
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        ledger.plan(specs)

        def end_one():
            claim = ledger.claim("here-1-1", 60)
            ledger.finish(claim, publish(staging_root(tmp_path, "s"), claim.spec, claim.attempt))

        end_one()
        with serving(tmp_path, "--rate", "off") as url, httpx.Client(base_url=url, timeout=60) as client:
            assert client.get("api/v1/cells").json()["total"] == 1
            before = client.get("index.html").text
            assert client.get("cell/s/pi/acme/large/polyglot/one/run2/index.html").status_code == 404
            end_one()
            # The page of a cell that has just ended is waited for.
            assert client.get("cell/s/pi/acme/large/polyglot/one/run2/index.html").status_code == 200
            assert client.get("api/v1/cells").json()["total"] == 2
            assert client.get("index.html").text != before


def test_a_port_in_use_is_a_clear_error(results):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for jobs in ("1", "2"):
            ran = cab("site", "serve", "--out", results, "--port", port, "--jobs", jobs)
            assert ran.code == 2
            assert "cannot listen here" in ran.err
            assert "--port" in ran.err


def test_what_is_asked_wrongly_is_said(tmp_path, results):
    ran = cab("site", "serve", "--out", tmp_path / "none", "--port", "0")
    assert (ran.code, "there are no results here" in ran.err) == (1, True)
    ran = cab("site", "serve", "--out", results, "--port", "0", "--rate", "often")
    assert (ran.code, "is no rate" in ran.err) == (2, True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_ends_cleanly(results, number, code):
    words = [str(CAB), "site", "serve", "--out", str(results), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().strip()
        with httpx.stream("GET", url + "api/v1/live", timeout=60) as stream:  # an open stream does not hold it up
            lines = stream.iter_lines()
            assert next(lines) == "event: hello"
            server.send_signal(number)
            assert list(lines)[-1] == ""  # and it ends whole
            assert server.wait(30) == code
        said = server.stderr.read()
    assert "Traceback" not in said
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_workers_are_replaced_and_end_with_the_server(results):
    words = [str(CAB), "site", "serve", "--out", str(results), "--port", "0", "--jobs", "2"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        url = server.stdout.readline().strip()
        first = _children(server.pid)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until = time.monotonic() + 60
        while time.monotonic() < until and len(set(_children(server.pid)) - {first[0]}) < 2:
            time.sleep(0.1)
        for _ in range(6):
            assert httpx.get(url + "api/v1/health", timeout=60).status_code == 200
        workers = _children(server.pid)
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 130
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def test_a_damaged_ledger_leaves_the_old_pages(tmp_path, results):
    shutil.copytree(results, tmp_path / "r")
    with serving(tmp_path / "r", "--rate", "off") as url, httpx.Client(base_url=url, timeout=60) as client:
        total = client.get("api/v1/cells").json()["total"]
        for ledger in (tmp_path / "r").glob("*/ledger.sqlite*"):
            ledger.write_bytes(b"no ledger at all" * 1000)
        time.sleep(3)
        assert client.get("api/v1/cells").json()["total"] == total
        assert client.get("index.html").status_code == 200
        assert client.get("live.html").status_code == 200
        status = client.get(f"api/v1/sweeps/{REAL_SWEEP}/status")
        assert (status.status_code, set(status.json())) == (503, {"error", "where", "remedy"})
        assert str(tmp_path) not in status.text


def _children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def test_the_body_in_gzip_is_what_it_says(url):
    raw = httpx.get(url + "assets/site.css", headers={"accept-encoding": "gzip"})
    with httpx.stream("GET", url + "assets/site.css", headers={"accept-encoding": "gzip"}) as stream:
        packed = b"".join(stream.iter_raw())
    assert gzip.decompress(packed) == raw.content
    assert json.loads(httpx.get(url + "api/v1/openapi.json").text)["openapi"].startswith("3.")
