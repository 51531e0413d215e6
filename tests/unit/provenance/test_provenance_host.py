"""Who runs where: identities that no later process can take, and a fingerprint of this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

from codingagentbench.provenance import fingerprint, identity_of, load_average, owner_alive, process_identity


def test_an_identity_lives_as_long_as_its_process() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = identity_of(child.pid)
    assert re.fullmatch(r"[0-9a-f]{12}-\d+-\d+", identity)
    assert owner_alive(identity) is True
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert owner_alive(identity) is False, "a zombie is dead"
    child.communicate()
    assert owner_alive(identity) is False
    assert owner_alive(identity_of(child.pid)) is False


def test_a_reused_pid_is_another_owner_and_another_host_is_unknown() -> None:
    host, pid, start = process_identity().split("-")
    assert owner_alive(f"{host}-{pid}-{int(start) + 1}") is False
    assert owner_alive(f"feedfeedfeed-{pid}-{start}") is None
    for odd in ("", "x", f"{host}-", f"{host}-x-1", f"{host}-../1-1"):
        assert owner_alive(odd) is None


def test_the_fingerprint_describes_this_machine() -> None:
    host = fingerprint(load_start=load_average(), parallel_jobs=3, tools={"bwrap": "0.8"})
    assert host.cores >= 1
    assert host.memory_mb > 100
    assert host.parallel_jobs == 3
    assert host.tools == {"bwrap": "0.8"}
    assert all((host.cpu_model, host.kernel, host.os, host.python, host.harness_version))
    assert fingerprint(load_start=0.0, parallel_jobs=1).tools == {}
