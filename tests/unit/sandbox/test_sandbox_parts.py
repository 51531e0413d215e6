"""The synthetic /etc, the filter, the options and the doctor."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from codingagentbench.core.errors import MissingTool
from codingagentbench.core.sandbox import Bind, Command, PtySize
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import bwrap, cgroup, etc, gate, seccomp
from codingagentbench.sandbox.doctor import doctor
from codingagentbench.sandbox.spawn import sealed_file


@pytest.fixture
def host(tmp_path: Path) -> Path:
    folder = tmp_path / "host-etc"
    (folder / "ssl" / "certs").mkdir(parents=True)
    (folder / "ssl" / "private").mkdir()
    (folder / "ssl" / "private" / "key").write_text("private")
    (folder / "ssl" / "certs" / "ca.pem").write_text("certificate")
    (folder / "ssl" / "certs" / "closed.pem").write_text("closed")
    (folder / "ssl" / "certs" / "closed.pem").chmod(0o600)
    (folder / "java-21").mkdir()
    (folder / "shadow").write_text("hash")
    (folder / "ld.so.cache").write_text("cache")
    (folder / "localtime").symlink_to("/usr/share/zoneinfo/UTC")
    return folder


def test_etc_has_what_tools_need_and_nothing_private(host: Path, tmp_path: Path):
    made = etc._made(host, tmp_path / "cache")
    assert {entry.name for entry in made.iterdir()} >= {"passwd", "hosts", "ld.so.cache", "localtime", "java-21"}
    assert (made / "ssl/certs/ca.pem").read_text() == "certificate"
    assert (made / "localtime").is_symlink()
    texts = [path.read_text() for path in made.rglob("*") if path.is_file() and not path.is_symlink()]
    assert not {"private", "hash", "closed"} & set(texts)
    assert made.stat().st_mode & 0o777 == 0o755


def test_etc_is_made_once_and_again_when_the_host_changes(host: Path, tmp_path: Path):
    cache = tmp_path / "cache"
    first = etc._made(host, cache)
    etc._made.cache_clear()
    assert etc._made(host, cache) == first
    (host / "ld.so.cache").write_text("a longer cache")
    etc._made.cache_clear()
    assert etc._made(host, cache) != first
    assert not list(cache.glob("etc-new-*"))


def test_filter_is_compiled_once():
    assert len(seccomp.program()) % 8 == 0 and seccomp.program() is seccomp.program()


def test_missing_bubblewrap_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    bwrap.program.cache_clear()
    try:
        with pytest.raises(MissingTool, match="apt-get install bubblewrap"):
            bwrap.program()
    finally:
        bwrap.program.cache_clear()


def test_options_bound_every_writable_temporary_file_system():
    command = Command(("true",), (Bind(Path("/x"), "/home/agent/", writable=True),), env={"A": "b"})
    options = bwrap.options(command, Limits(disk_mb=7))
    writable = [n for n, option in enumerate(options) if option == "--tmpfs"]
    assert [options[n + 1] for n in writable] == ["/dev/shm", "/tmp"]
    assert all(options[n - 2] == "--size" for n in writable)
    assert options[-2:] == ["--chdir", "/work"] and "--clearenv" in options
    last_bind = max(n for n, option in enumerate(options) if option in ("--bind", "--ro-bind"))
    assert options.index("--remount-ro") > last_bind


def test_environment_defaults_give_way():
    command = Command(("x",), (), env={"HOME": "/h", "TERM": "dumb"}, pty=PtySize())
    assert bwrap.environment(command) == {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/h", "USER": "agent", "LANG": "C.UTF-8", "TERM": "dumb",
    }  # fmt: skip


def test_gate_opens_on_a_line_and_ends_at_end_of_file():
    for opened in (True, False):
        held = gate.Gate()
        fd = held.digit([])
        os.set_inheritable(held.inner, True)
        program = gate.argv(fd, ("sh", "-c", f"echo ran; ls -l /proc/self/fd | grep -c ' {fd} -> '"))
        wiring = f'exec {fd}<&{held.inner}; exec "$@"'
        process = subprocess.Popen(
            ["bash", "-c", wiring, "bash", *program], stdout=subprocess.PIPE, text=True, pass_fds=[held.inner]
        )
        if opened:
            held.open()
        held.close()
        assert process.communicate(timeout=10)[0] == ("ran\n0\n" if opened else "")
        assert opened or process.returncode != 0


def test_sealed_file_cannot_be_changed():
    fd = sealed_file("x", b"content")
    try:
        assert os.read(fd, 99) == b"content"
        with pytest.raises(OSError):
            os.write(os.open(f"/proc/self/fd/{fd}", os.O_RDWR), b"other")
    finally:
        os.close(fd)


def test_doctor_reports_each_tool():
    findings = {finding.name: finding for finding in doctor()}
    assert {"user", "bubblewrap", "seccomp", "cgroups", "limit memory", "user namespaces"} <= findings.keys()
    if findings["bubblewrap"].ok:
        assert findings["user namespaces"].ok, findings["user namespaces"]
    assert findings["limit memory"].detail in ("watchdog", "cgroup v1", "cgroup v2")
    assert ("none writable" in findings["cgroups"].detail) == (cgroup.hierarchy() is None)
