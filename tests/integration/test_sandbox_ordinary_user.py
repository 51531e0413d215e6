"""The same sandbox without root: no cgroup, the watchdog and rlimits instead, the listener through a helper."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from test_sandbox_kit import needs_bwrap, running

UID = 54321
NAP = f"4321{os.getpid()}"
ROOT = Path(__file__).parents[2]

SCRIPT = """
import asyncio, json, os, socket, sys
from pathlib import Path
from codingagentbench.core.sandbox import Bind, Command
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import get_sandbox
from codingagentbench.sandbox.none import NoSandbox

async def run(text, kind="local", on_listen=None, **limits):
    work = Path(sys.argv[1])
    binds = (Bind(work, "/work", writable=True),)
    command = Command(("sh", "-c", text), binds, listen_port=31415, watched=(work,))
    result = await get_sandbox(kind).run(command, Limits(**({"wall_s": 15} | limits)), on_listen=on_listen)
    return dict(code=result.exit_code, limit=result.limit, out=result.stdout.decode(), err=result.stderr.decode())

async def on_listen(sock):
    async def serve(reader, writer):
        writer.write(b"hello"); await writer.drain(); writer.close()
    await asyncio.start_server(serve, sock=sock)

HOG = "python3 -c 'import time; a = bytearray(300 << 20); time.sleep(30)'"
PLAIN = "id -u; grep CapEff /proc/self/status; cat /proc/net/route | wc -l; unshare -Ur true || echo no"
DAEMON = f"(trap '' TERM; setsid nohup sleep {sys.argv[2]} >/dev/null 2>&1 &) ; sleep 0.1; echo done"
CLIENT = "import socket; print(socket.create_connection(('127.0.0.1', 31415)).recv(9).decode())"
FILL = "i=0; while :; do i=$((i+1)); echo x > f$i; done"
COUNT = "i=0; while [ $i -lt 40 ]; do sleep 9 & i=$((i+1)); done; echo started"

async def main():
    print(json.dumps(dict(
        uid=os.getuid(),
        enforced=get_sandbox("local").describe()["limits"],
        plain=await run(PLAIN),
        talk=await run(f'python3 -c "{CLIENT}"', on_listen=on_listen),
        hog=await run(HOG, memory_mb=100),
        few=await run(COUNT, processes=20),
        enough=await run(COUNT, processes=42),
        fill=await run(FILL, disk_mb=2),
        daemon=await run(DAEMON),
        bare=await run(DAEMON, kind="none"),
        bare_hog=await run(HOG, kind="none", memory_mb=100),
    )))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def report():
    """What a harness run by an ordinary user saw. Run by root, it changes to a uid of its own first."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("setpriv is not installed")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        environment = {"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(folder), "HOME": str(folder)}
        (folder / "work").mkdir()
        if os.geteuid() == 0:
            argv = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", *_python(folder, environment)]
            for path in (folder, folder / "work"):
                os.chown(path, UID, UID)
        else:
            argv = [sys.executable]
        argv += ["-c", SCRIPT, str(folder / "work"), NAP]
        done = subprocess.run(
            argv, check=False, env=environment, capture_output=True, text=True, timeout=60, cwd="/"
        )
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)


def _python(folder: Path, environment: dict[str, str]) -> list[str]:
    """An interpreter another user may run: the system's own, with copies of what it must import."""
    python = Path(f"/usr/bin/python3.{sys.version_info.minor}")
    if not python.exists():
        pytest.skip(f"{python} is not installed, and the venv's interpreter may be closed to other users")
    library = folder / "lib"
    shutil.copytree(ROOT / "src" / "codingagentbench", library / "codingagentbench")
    packages = Path(next(path for path in sys.path if path.endswith("site-packages")))
    wanted = ("pydantic", "pydantic_core", "annotated_types", "typing_inspection", "platformdirs")
    for name in wanted:
        shutil.copytree(packages / name, library / name)
    for name in ("pyseccomp.py", "typing_extensions.py"):
        shutil.copy(packages / name, library)
    environment["PYTHONPATH"] = str(library)
    return [str(python)]


pytestmark = needs_bwrap


def test_isolation_holds(report):
    assert report["uid"] != 0
    lines = report["plain"]["out"].split("\n")
    assert lines[0] == "1000" and int(lines[1].split()[1], 16) == 0 and lines[2:4] == ["1", "no"]


def test_the_listener_is_reachable(report):
    assert report["talk"]["out"].strip() == "hello", report["talk"]


def test_limits_hold_without_a_cgroup(report):
    assert report["enforced"]["memory"] == "watchdog" and report["enforced"]["processes"] == "rlimit"
    assert report["hog"]["limit"] == "memory"
    assert report["fill"]["limit"] == "disk"
    assert "started" not in report["few"]["out"] and "started" in report["enough"]["out"]


def test_a_daemon_dies_with_the_program(report):
    assert report["daemon"]["out"] == "done\n" and report["bare"]["out"] == "done\n"
    assert not running(f"sleep {NAP}")


def test_limits_hold_unsandboxed(report):
    assert report["bare_hog"]["limit"] == "memory"
