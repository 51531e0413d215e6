"""Kill -9 of the real `cab sweep run` at 20 random moments: nothing lost, nothing twice, nothing left."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from codingagentbench.provenance import owner_alive
from codingagentbench.store import Ledger, attempt_dirs, ledger_path, read_record
from support.cab import CAB, cab, need_agent

SWEEP = """
[sweep]
id = "k"
tuis = ["nop"]
models = ["reference/noop"]
tasks = ["polyglot/python-reverse-string", "mutations/python-comparator-swap"]
runs = {runs}
[[include]]
tui = "pi"
model = "reference/oracle"
task = "polyglot/python-reverse-string"
runs = 3
"""
KILLS = 20


def inside_sandboxes(marker):
    """Processes that have a folder of this test mounted: those of its cells, wherever they were re-parented to."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (entry / "mountinfo").read_text() and "State:\tZ" not in (entry / "status").read_text():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def eventually(condition, within_s=60):
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def gone_within(seconds, marker):
    until = time.monotonic() + seconds
    while inside_sandboxes(marker):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.slow
@pytest.mark.agents
def test_kill_9_at_random_moments(tmp_path):
    need_agent("pi")
    results, scratch = tmp_path / "r", tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "k.toml").write_text(SWEEP.format(runs=60))
    cells = 2 * 60 + 3
    words = [str(CAB), "sweep", "run", str(tmp_path / "k.toml"), "--out", str(results), "--jobs", "2", "--json"]
    env = {**os.environ, "TMPDIR": str(scratch), "CAB_SCRATCH": str(scratch)}
    moment = random.Random(20261123)
    ended_early = 0
    for _ in range(KILLS):
        process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment.uniform(0.2, 1.6))
        ended_early += process.poll() is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert gone_within(1.0, str(scratch)), "something of a killed sweep still runs after a second"
    assert ended_early < KILLS / 2, "the sweep was too short to be killed"
    last = cab("sweep", "run", tmp_path / "k.toml", "--out", results, "--jobs", "2", "--json", env=env)
    assert last.code == 0, last.err
    assert (last.json["done"], last.json["total"]) == (cells, cells)
    check_ledger(results, cells)
    assert [path for path in scratch.rglob("*") if path.name.startswith(("work", "home"))] == []
    assert str(scratch) not in Path("/proc/self/mountinfo").read_text()


def check_ledger(results, cells):
    with Ledger(ledger_path(results, "k"), alive=owner_alive) as ledger:
        attempts = ledger.attempts()
    valid = [attempt for attempt in attempts if attempt.measured]
    assert Counter(attempt.spec_digest for attempt in valid).most_common(1)[0][1] == 1
    assert len(valid) == cells
    folders = {folder.relative_to(results).as_posix() for folder in attempt_dirs(results)}
    assert {attempt.directory for attempt in attempts if attempt.directory} == folders
    for folder in folders:
        record = read_record(results / folder)
        assert {entry.path for entry in record.evidence} == {
            path.relative_to(results / folder).as_posix()
            for path in (results / folder).rglob("*")
            if path.is_file() and path.name != "record.json"
        }
    assert not (results / "k" / ".staging").exists()


@pytest.mark.agents
def test_ctrl_c_of_a_run_leaves_nothing(tmp_path):
    need_agent("opencode")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    words = ["run", "--tui", "opencode", "--model", "reference/slow", "--task", "polyglot/python-reverse-string"]
    process = subprocess.Popen(
        [str(CAB), *words, "--out", str(tmp_path / "r")],
        env={**os.environ, "TMPDIR": str(scratch), "CAB_SCRATCH": str(scratch)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert eventually(lambda: inside_sandboxes(str(scratch))), "the cell never started"
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert "interrupted" in process.stderr.read()
    assert gone_within(1.0, str(scratch))
    assert list(attempt_dirs(tmp_path / "r")) == []
    assert not list((tmp_path / "r").rglob(".staging/*"))


def test_ctrl_c_of_a_sweep_gives_cells_back_and_the_same_command_goes_on(tmp_path):
    (tmp_path / "k.toml").write_text(SWEEP.split("[[include]]", maxsplit=1)[0].format(runs=30))
    words = ["sweep", "run", str(tmp_path / "k.toml"), "--out", str(tmp_path / "r"), "--jobs", "2"]
    process = subprocess.Popen([str(CAB), *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert eventually(lambda: (tmp_path / "r").exists() and any(attempt_dirs(tmp_path / "r"))), (
        "no cell ever ended"
    )
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=40)
    assert process.returncode == 130, (out, err)
    assert "run the same command again" in err
    assert cab(*words, "--json").json["done"] == 60
    with Ledger(ledger_path(tmp_path / "r", "k"), alive=owner_alive) as ledger:
        assert len(ledger.attempts()) == 60
