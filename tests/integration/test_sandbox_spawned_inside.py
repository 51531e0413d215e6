"""The harness's thread visits the cell's cgroup and network namespace, and is back before the program runs."""

from __future__ import annotations

import errno
import os
import signal
import socket
from pathlib import Path
from typing import NoReturn

import pytest
from test_sandbox_kit import needs_bwrap, nothing_left, shell

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import cgroup
from codingagentbench.sandbox.cgroup_v1 import GroupV1, HierarchyV1

needs_v1 = pytest.mark.skipif(not isinstance(cgroup.hierarchy(), HierarchyV1), reason="no cgroup v1 here")


def whereabouts() -> tuple[str, str]:
    """The thread's groups and its network namespace."""
    here = Path("/proc/thread-self")
    return (here / "cgroup").read_text(), str((here / "ns" / "net").readlink())


@needs_bwrap
async def test_the_harness_is_where_it_was():
    before, seen = whereabouts(), []

    async def on_listen(sock: socket.socket) -> None:
        seen.append(whereabouts())
        sock.close()

    result = await shell("true", listen_port=31415, on_listen=on_listen)
    assert result.exit_code == 0
    assert seen == [before] and whereabouts() == before


@needs_v1
def test_what_is_spawned_within_is_in_every_folder():
    before = whereabouts()
    group = cgroup.create(Limits())
    assert isinstance(group, GroupV1) and group.inherited
    with group.entered():
        assert os.getpid() in group.pids()
        pid = os.posix_spawn("/bin/sleep", ["sleep", "60"], {})
    try:
        assert whereabouts() == before and group.pids() == [pid]
        for folder in group._distinct():
            assert Path(folder, "cgroup.procs").read_text().split() == [str(pid)]
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert group.remove()


@needs_v1
def test_a_thread_that_cannot_come_back_does_not_go(tmp_path: Path):
    (tmp_path / "tasks").write_text("1\n")
    elsewhere = HierarchyV1({"memory": tmp_path, "pids": tmp_path})
    assert not elsewhere._enterable


@needs_v1
@needs_bwrap
async def test_a_group_that_cannot_be_entered_is_an_error_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    def refuse(_self: GroupV1) -> NoReturn:
        raise PermissionError(errno.EPERM, "not here")

    before = whereabouts()
    monkeypatch.setattr(GroupV1, "entered", refuse)
    with pytest.raises(SandboxError, match="not here"):
        await shell("true")
    assert whereabouts() == before and nothing_left()


@needs_bwrap
async def test_setting_up_is_not_the_programs_cpu_time():
    result = await shell("true")
    assert result.cpu_s is None or 0 <= result.cpu_s < 1
