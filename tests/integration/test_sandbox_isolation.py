"""What a program in the `local` sandbox can see, reach and do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_sandbox_kit import needs_bwrap, nothing_left, on_pty, shell

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.sandbox import Bind, Command
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import get_sandbox

pytestmark = needs_bwrap


async def test_only_loopback_and_no_route_out():
    result = await shell(
        "cat /proc/net/dev /proc/net/route; "
        "python3 -c 'import socket; s=socket.socket(); s.settimeout(2); s.connect((\"192.0.2.1\", 80))'"
    )
    lines = result.stdout.decode().splitlines()
    assert [line.split(":")[0].strip() for line in lines if ":" in line] == ["lo"]
    assert sum("0000" in line for line in lines) == 0, "a route"
    assert b"unreachable" in result.stderr


async def test_a_port_of_the_host_is_not_reachable():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = await shell(f"python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 2)'")
    assert b"refused" in result.stderr


async def test_host_folders_are_not_there(tmp_path: Path):
    (tmp_path / "secret").write_text("hidden test")
    seen = await shell(
        f"cat {tmp_path}/secret; ls /root {Path.cwd()} /var /home /work /etc/shadow /sys /run; ls /"
    )
    assert b"hidden test" not in seen.stdout
    assert set(seen.stdout.decode().split()) <= {
        "/home:", "/var:", "agent", "tmp", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "dev", "etc", "home",
        "proc", "usr", "var",
    }  # fmt: skip


async def test_own_binds_are_there_and_only_writable_ones_can_be_written(tmp_path: Path):
    work, tool = tmp_path / "w", tmp_path / "tool"
    work.mkdir()
    tool.mkdir()
    binds = (Bind(work / ".", "/work", writable=True), Bind(tool, "/opt/tool"))
    result = await shell("echo made > /work/file; echo x > /opt/tool/file; pwd", *binds, cwd="/work")
    assert (work / "file").read_text() == "made\n"
    assert not list(tool.iterdir())
    assert result.stdout == b"/work\n" and b"Read-only" in result.stderr


async def test_nested_binds_may_come_in_any_order(tmp_path: Path):
    for name in ("home/.cache", "inner"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "inner" / "mark").write_text("inner")
    binds = (Bind(tmp_path / "inner", "/home/agent/.cache"), Bind(tmp_path / "home", "/home/agent", writable=True))
    assert (await shell("cat ~/.cache/mark", *binds)).stdout == b"inner"


async def test_nothing_of_the_host_in_command_line_environment_or_descriptors(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("CAB_KEY", "the-real-key")
    leak = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(leak, True)
    try:
        result = await shell(
            "cat /proc/*/cmdline /proc/*/environ; ls -l /proc/self/fd /proc/1/fd",
            Bind(tmp_path, "/work"),
            env={"CELL_TOKEN": "worthless"},
        )
    finally:
        os.close(leak)
    assert str(tmp_path).encode() not in result.stdout
    assert b"the-real-key" not in result.stdout
    assert b"CELL_TOKEN=worthless" in result.stdout
    assert result.stdout.count(b"pipe:") <= 4  # stdout and stderr of the program and of its init


async def test_no_capabilities_no_new_privileges_and_a_filter():
    status = (await shell("cat /proc/self/status; id -u; hostname")).stdout.decode()
    values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    assert {int(values[name], 16) for name in values if name.startswith("Cap")} == {0}
    assert values["NoNewPrivs"].strip() == "1" and values["Seccomp"].strip() == "2"
    assert status.splitlines()[-2:] == ["1000", "cab"]


@pytest.mark.parametrize(
    "attempt",
    [
        "unshare -Ur true",
        "unshare -m true",
        "mount -t tmpfs none /tmp",
        "mount -o remount,rw /proc",
        "nsenter -t 1 -m true",
        "echo x > /proc/sys/kernel/core_pattern",
        "echo x > /proc/sys/kernel/hostname",
        ": 3<>/proc/1/mem",
        ": > /dev/filler",
        ": > /filler",
        ": > /usr/filler",
        ": > /etc/passwd",
        "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None).ptrace(16, 1, 0, 0) != 0)'",
        "python3 -c 'import fcntl,os; m,s=os.openpty(); fcntl.ioctl(s, 0x5412, b\"x\")'",
        "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None).syscall(56, 0x10000000|17, 0, 0, 0, 0) == -1)'",
    ],
)
async def test_refused(attempt: str):
    result = await shell(f"({attempt}) && echo did")
    assert b"did" not in result.stdout


async def test_core_pattern_of_the_host_is_not_writable_by_any_path():
    """Run by root, the sandbox's user is the owner of every file below /proc."""
    result = await shell(
        "find /proc -path '/proc/[0-9]*' -prune -o -type f -writable -print 2>/dev/null | head -3"
    )
    assert result.stdout == b""


async def test_private_files_of_the_host_are_not_in_etc():
    result = await shell("cat /etc/passwd; find /etc -name shadow -o -path '*private*'; cat /etc/hosts")
    assert b"agent:x:1000:1000" in result.stdout and b"localhost" in result.stdout
    assert b"shadow" not in result.stdout and b"private" not in result.stdout


async def test_toolchains_start():
    result = await shell("echo 'int main(){return 0;}' >/tmp/a.c; python3 -c 'import ssl'; git --version; echo é")
    assert result.exit_code == 0 and "é" in result.stdout.decode()


async def test_a_sandbox_that_cannot_be_made_is_an_error_with_bubblewraps_words(tmp_path: Path):
    with pytest.raises(SandboxError, match="no-such-folder"):
        await shell("true", Bind(tmp_path / "no-such-folder", "/work"))
    with pytest.raises(SandboxError, match="chdir"):
        await on_pty("true", cwd="/nowhere")
    with pytest.raises(SandboxError, match="could not be started"):
        await shell("x" * 3_000_000)
    assert nothing_left()


async def test_a_program_cannot_pass_itself_off_as_a_failed_sandbox():
    result = await shell("echo 'bwrap: Can not find source path' >&2; exit 1")
    assert result.exit_code == 1


async def test_hidden_folders_below_the_system_are_empty_inside() -> None:
    """A harness installed below /usr brings its corpus along: nothing of it shows."""
    hidden = Path("/usr/share/doc")
    assert any(hidden.iterdir())
    ended = await get_sandbox("local", [hidden, Path("/nowhere")]).run(
        Command(
            argv=("/bin/sh", "-c", f"ls -A {hidden} | wc -l; touch {hidden}/x || echo refused"), binds=(), cwd="/"
        ),
        Limits(),
    )
    assert ended.stdout.split() == [b"0", b"refused"]
