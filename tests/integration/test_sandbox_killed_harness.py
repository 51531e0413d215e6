"""A harness killed at any moment leaves no running program; what it leaves is cleaned up by the next one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from test_sandbox_kit import cgroups, needs_bwrap, needs_root, nothing_left, running

from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import cgroup, cleanup_stale, owner

pytestmark = needs_bwrap

HARNESS = """
import asyncio, sys
from pathlib import Path
from codingagentbench.core.sandbox import Bind, Command
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import get_sandbox, owner

async def handed(sock):
    sock.close()

async def main():
    box, work = get_sandbox("local"), Path(sys.argv[1])
    print(owner.own_tag(), flush=True)
    while True:
        text = "trap '' TERM HUP; echo $$ > /work/ran; setsid sleep 76543 & sleep " + sys.argv[2]
        command = Command(("sh", "-c", text), (Bind(work, "/work", writable=True),), listen_port=31415)
        await box.run(command, Limits(wall_s=60), on_listen=handed)

asyncio.run(main())
"""


def harness(work: Path, sleep: str) -> tuple[subprocess.Popen[str], str]:
    """A harness process and its tag; it runs cells without end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HARNESS, str(work), sleep], stdout=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_killed_while_a_program_runs(tmp_path: Path):
    process, tag = harness(tmp_path, "76543")
    until = time.monotonic() + 10
    while not (tmp_path / "ran").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert running(f"{owner.MARK}:{tag}")
    kill(process)
    time.sleep(0.5)
    assert not running(f"{owner.MARK}:{tag}")
    cleanup_stale()
    assert nothing_left(tag)


def test_killed_at_random_moments(tmp_path: Path):
    rng = random.Random(7)
    for _ in range(8):
        process, tag = harness(tmp_path, "0.001")
        time.sleep(0.15 + rng.random() * 0.03)
        kill(process)
        time.sleep(0.2)
        (tmp_path / "ran").unlink(missing_ok=True)
        time.sleep(0.05)
        assert not (tmp_path / "ran").exists(), "a program began after its harness was dead"
        cleanup_stale()
        assert nothing_left(tag)


@needs_root
def test_cleanup_takes_the_dead_and_only_those():
    sleeper = subprocess.Popen(["sleep", "65432"])
    tree = cgroup.hierarchy()
    gone = f"{owner.PREFIX}.{owner.pid_namespace()}.{sleeper.pid}-1.3"
    foreign = f"{owner.PREFIX}.1.{sleeper.pid}-1.3"
    mine = cgroup.create(Limits())
    groups = [tree.create(name, Limits()) for name in (gone, foreign)]
    groups[0].add(sleeper.pid)
    try:
        assert gone in cleanup_stale()
        assert sleeper.wait(timeout=2) == -signal.SIGKILL
        assert not cgroups(gone.removeprefix(f"{owner.PREFIX}.")[: -len(".3")])
        assert {foreign} <= set(tree.left()) and cgroups(owner.own_tag())
    finally:
        for group in (mine, *groups):
            group.remove()
        sleeper.kill()
        sleeper.wait()


def test_cleanup_kills_a_sandbox_that_a_dead_harness_left_at_its_gate():
    stuck = subprocess.Popen(
        [f"{owner.MARK}:{owner.pid_namespace()}.999999999-1", "54321"], executable="/usr/bin/sleep"
    )
    alive = subprocess.Popen([f"{owner.MARK}:{owner.own_tag()}", "54321"], executable="/usr/bin/sleep")
    try:
        time.sleep(0.05)
        cleanup_stale()
        assert stuck.wait(timeout=2) == -signal.SIGKILL
        assert alive.poll() is None
    finally:
        for process in (stuck, alive):
            process.kill()
            process.wait()
