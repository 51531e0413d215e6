"""`cab watch` beside a real sweep, in a pipe and in a terminal; and the terminal as the API streams it."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time

import httpx
import pytest

from codingagentbench.store import ledger_path
from codingagentbench.store.follow import LedgerFollower
from support.cab import CAB, cab, need_agent
from support.sites import REAL_SWEEP, TASK, real_results, serving
from support.slow_sweep import SWEEP, running_sweep
from support.slow_sweep import TASK as SLOW_TASK

FIRST = f"{SWEEP}/codex/reference/slow/{SLOW_TASK}"


BAD = {*map(chr, range(32)), "\u202e", "\x9b"} - {"\n"}


def until(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen in {seconds} s")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return real_results(tmp_path_factory)


def test_a_running_cell_is_followed_to_its_end(tmp_path):
    for name in ("codex", "pi"):
        need_agent(name)
    with running_sweep(tmp_path, 0.1) as results:
        until(lambda: ledger_path(results, SWEEP).exists(), 60, "the plan")
        with serving(results, "--rate", "off") as url:
            events = streamed(url, results)
        watched = subprocess.run(
            [CAB, "watch", FIRST, "--out", results], capture_output=True, text=True, timeout=120, check=False
        )
    assert watched.returncode == 0, watched.stderr
    assert "Looking around first." in watched.stdout
    assert watched.stdout.splitlines()[-1].startswith(f"{FIRST}: solved, composite 0.")
    assert "\x1b" not in watched.stdout
    assert events[0] == {"version": 2, "width": 120, "height": 40}
    assert any(event[1] == "o" for event in events[1:])


def streamed(url, results):
    """The first events of the first running cell's terminal."""
    with LedgerFollower(ledger_path(results, SWEEP)) as ledger:
        [standing] = until(ledger.leased, 60, "a lease")
    events = []
    address = f"{url}api/v1/live/{SWEEP}/{standing.digest.removeprefix('sha256:')}/terminal"
    with httpx.stream("GET", address, timeout=60) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line.removeprefix("data: ")))
            if len(events) == 2:
                return events
    return events


def test_a_finished_cell_is_replayed(real):
    cell = f"{REAL_SWEEP}/pi/reference/oracle/{TASK}"
    ran = cab("watch", cell, "--out", real, "--speed", "1000")
    assert ran.code == 0
    assert ran.out.splitlines()[-1].startswith(f"{cell}: solved, composite")
    assert len(ran.out.splitlines()) > 1
    ran = cab("watch", "--sweep", REAL_SWEEP, "--out", real)
    assert (ran.code, "nothing runs" in ran.err) == (0, True)


@pytest.mark.parametrize(("speed", "stop", "code"), [("2", False, 0), ("0.1", True, 130)])
def test_in_a_terminal_it_shows_a_screen_and_ends_cleanly(real, speed, stop, code):
    cell = f"{REAL_SWEEP}/pi/reference/oracle/{TASK}"
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    words = [CAB, "watch", cell, "--out", real, "--speed", speed]
    with subprocess.Popen(words, stdin=child, stdout=child, stderr=child, env=environment) as watching:
        os.close(child)
        shown = os.read(parent, 1)  # it has begun
        if stop:
            time.sleep(0.3)
            watching.send_signal(signal.SIGINT)
        shown += drained(parent)
        assert watching.wait(60) == code
    assert b"Traceback" not in shown
    assert shown.count(b"\x1b[?25l") == shown.count(b"\x1b[?25h")  # the cursor is given back
    assert (b"Done: the change is in place" in shown) is not stop
    assert (f"{cell}: solved".encode() in shown) is not stop


def drained(fd):
    data = b""
    while select.select([fd], [], [], 20)[0]:
        try:
            chunk = os.read(fd, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        data += chunk
    return data


def test_a_hostile_recording_sends_nothing_raw(tmp_path):
    from codingagentbench.provenance import owner_alive
    from codingagentbench.store import Ledger, Staging, evidence_files, staging_root, write_record
    from support.sweep_cells import make_record, make_spec

    nasty = "\x1b]52;c;ZXZpbA==\x07\x1b]0;owned\x07\x1b[6n\x1bP$qm\x1b\\\u202elive\x9b31m\x1b[?1049h shown\r\n"
    spec = make_spec()
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        ledger.plan([spec])
        claim = ledger.claim("here-1-1", 60)
        with Staging(staging_root(tmp_path, "s"), "here-1-1") as staging:
            header = {"version": 2, "width": 80, "height": 24}
            lines = [header, [0.1, "o", nasty], [0.2, "o", "x" * 5_000_000], [0.3, "m", "exit 0"]]
            (staging.path / "terminal.cast").write_text("".join(json.dumps(line) + "\n" for line in lines))
            record = make_record(spec, 1, evidence=evidence_files(staging.path))
            write_record(staging.path, record)
            staging.publish(spec, 1)
        ledger.finish(claim, record)
    ran = cab("watch", spec.cell_id, "--out", tmp_path, "--speed", "1000")
    assert ran.code == 0
    assert "shown" in ran.out
    assert not any(char in BAD for char in ran.out)


def test_errors_say_what_exists(real):
    for words, said in (
        ((), "name a cell"),
        (("x", "--sweep", "y"), "name a cell"),
        (("none/pi",), f"sweeps here: {REAL_SWEEP}"),
        ((f"{REAL_SWEEP}/pi/reference/oracel/{TASK}",), f"the nearest: {REAL_SWEEP}/pi/reference/oracle/{TASK}"),
    ):
        ran = cab("watch", *words, "--out", real)
        assert (ran.code, said in ran.err) == (2, True), ran.err
