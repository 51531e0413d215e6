"""The floor: a bare script of a cell's steps without the harness, for a ratio side by side on the same machine.

A temporary tree of five files, a scan, bubblewrap with a listener in its network namespace, a scan, a copy, a
second bubblewrap, six files written, all removed. No cgroup, no limits, no pty, no gateway, no record.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_BWRAP = [
    "bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--clearenv",
    "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr",
    "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
    "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
]  # fmt: skip
_libc = ctypes.CDLL(None, use_errno=True)


def _scan(root: Path) -> dict[str, str]:
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _listen_inside(pid: int) -> socket.socket:
    opened: list[socket.socket] = []

    def enter() -> None:
        space = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        if _libc.setns(space, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        os.close(space)
        listener = socket.socket()
        listener.setsockopt(socket.SOL_IP, 15, 1)  # IP_FREEBIND: `lo` may not be up yet
        listener.bind(("127.0.0.1", 31415))
        listener.listen(8)
        opened.append(listener)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    return opened[0]


def _sandbox(work: Path, *, listen: bool) -> None:
    told, tell = os.pipe()
    held, release = os.pipe()
    argv = [
        *_BWRAP, "--bind", str(work), "/work", "--chdir", "/work",
        "--json-status-fd", str(tell), "--block-fd", str(held), "--", "/bin/sh", "-c", ":",
    ]  # fmt: skip
    with subprocess.Popen(argv, pass_fds=(tell, held), stdout=subprocess.PIPE, env={}) as child:
        os.close(tell)
        os.close(held)
        text = b""
        while not text.endswith(b"\n"):
            text += os.read(told, 4096) or b"\n"
        listener = _listen_inside(json.loads(text)["child-pid"]) if listen else None
        os.write(release, b"g")
        child.communicate()
    if child.returncode:
        raise RuntimeError(f"bubblewrap ended with {child.returncode}")
    if listener:
        listener.close()
    os.close(told)
    os.close(release)


def _cell(base: str, results: Path, number: int) -> None:
    top = Path(tempfile.mkdtemp(dir=base))
    work, again, record = top / "work", top / "again", results / str(number)
    (work / "src").mkdir(parents=True)
    for name in ("README.md", "AGENTS.md", "run_tests.sh", "src/one.txt", "src/two.txt"):
        (work / name).write_text("some text\n")
    before = _scan(work)
    _sandbox(work, listen=True)
    if _scan(work) != before:
        raise RuntimeError("the tree changed")
    shutil.copytree(work, again)
    _sandbox(again, listen=False)
    record.mkdir()
    for name in ("record.json", "trace.jsonl", "terminal.cast", "changes.patch", "stdout.txt", "verify.json"):
        (record / name).write_text("{}\n" * 100)
    shutil.rmtree(top)


def run_floor(cells: int, at_a_time: int, base: str) -> None:
    """Run the steps `cells` times in `at_a_time` threads; `base` is the folder for the throw-away trees."""
    numbers = iter(range(cells))
    lock = threading.Lock()
    with tempfile.TemporaryDirectory() as results:

        def loop() -> None:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                _cell(base, Path(results), number)

        threads = [threading.Thread(target=loop) for _ in range(at_a_time)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    run_floor(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
