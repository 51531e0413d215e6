"""The `none` kind: the same limits and the same clean end, on the host itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_sandbox_kit import needs_root, nothing_left, on_pty, running, shell

from codingagentbench.core.errors import SandboxError, UsageError
from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.sandbox import Bind
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import get_sandbox


async def test_runs_in_the_folder_behind_the_bind(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    binds = (Bind(tmp_path, "/work", writable=True), Bind(tmp_path / "sub", "/home/agent", writable=True))
    result = await shell("pwd; echo $HOME; cat; exit 4", *binds, kind="none", cwd="/work", stdin=b"in")
    assert result.stdout.decode() == f"{tmp_path}\n{tmp_path}/sub\nin" and result.exit_code == 4


def test_inside_gives_the_host_path(tmp_path: Path):
    binds = (Bind(tmp_path, "/work"), Bind(tmp_path / "deep", "/work/deep"))
    none, local = get_sandbox("none"), get_sandbox("local")
    assert none.inside(binds, "/work/a/b") == f"{tmp_path}/a/b"
    assert none.inside(binds, "/work/deep") == f"{tmp_path}/deep"
    assert none.inside(binds, "/workshop") == "/workshop"
    assert local.inside(binds, "/work/a") == "/work/a"


async def test_limits_and_daemons(tmp_path: Path):
    result = await shell(
        "setsid sh -c \"trap '' TERM; sleep 32109\" & sleep 60", kind="none", limits=Limits(wall_s=0.4)
    )
    assert result.limit is LimitKind.TIME and not running("sleep 32109")
    result = await shell("yes", kind="none", limits=Limits(output_mb=1))
    assert result.limit is LimitKind.OUTPUT
    assert nothing_left()


@needs_root
async def test_memory_and_usage():
    hog = "exec python3 -c 'import time; a = bytearray(300 << 20); time.sleep(60)'"
    result = await shell(hog, kind="none", limits=Limits(memory_mb=50, wall_s=10))
    assert result.limit is LimitKind.MEMORY
    assert (await shell("true", kind="none")).cpu_s > 0


async def test_a_terminal():
    result, shown = await on_pty("test -t 1 && stty size; echo ok >/dev/tty", kind="none")
    assert shown == b"40 120\r\nok\r\n" and result.exit_code == 0


async def test_bad_requests():
    with pytest.raises(UsageError, match="local, none"):
        get_sandbox("chroot")
    with pytest.raises(SandboxError, match="no folder"):
        await shell("true", kind="none", cwd="/no/such/folder")
    result = await shell("exit 0", kind="none", limits=Limits(wall_s=5))
    assert result.exit_code == 0
    assert get_sandbox("none").sandboxed is False and get_sandbox("local").sandboxed is True
