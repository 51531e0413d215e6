"""The bubblewrap command line: what a cell's program sees of the world."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from codingagentbench.core.errors import MissingTool
from codingagentbench.core.sandbox import Bind, Command
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox.etc import HOME, UID, synthetic_etc

_SHM = "/dev/shm"  # noqa: S108
SHM_BYTES = 64 << 20
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_HARDENED = (
    "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--clearenv", "--hostname", "cab",
    "--uid", str(UID), "--gid", str(UID), "--cap-drop", "ALL",
)  # fmt: skip


@lru_cache(maxsize=1)
def program() -> str:
    """Path of bubblewrap.

    Raises:
        MissingTool: it is not installed.
    """
    found = shutil.which("bwrap")
    if not found:
        raise MissingTool("bubblewrap (bwrap) is not installed", remedy="apt-get install bubblewrap")
    return found


@lru_cache(maxsize=1)
def version() -> str:
    """Its version number."""
    said = subprocess.run([program(), "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    found = re.search(r"\d[\d.]*", said)
    return found.group() if found else "unknown"


def options(command: Command, limits: Limits, hidden: tuple[Path, ...] = ()) -> list[str]:
    """Everything that goes through `--args`: nothing of it shows in the process's command line.

    `/proc` is made read-only too. bubblewrap guards only the parts that look writable to it, but run by root the
    sandbox's user owns the files below `/proc/sys` (`core_pattern` among them), and `/proc/1/mem` besides.
    """
    return [
        *_HARDENED,
        *_system(),
        "--proc", "/proc", "--dev", "/dev",
        *_tmpfs(_SHM, SHM_BYTES, "1777"),
        *_scratch(command.binds, limits),
        *_binds(command.binds),
        *_hidden(hidden),
        "--remount-ro", "/dev", "--remount-ro", "/proc", "--remount-ro", "/",
        *_environment(command),
        "--chdir", command.cwd,
    ]  # fmt: skip


def tmpfs_points(binds: tuple[Bind, ...]) -> tuple[str, ...]:
    """Mount points of the bounded temporary file systems a program may write to."""
    taken = {bind.target.rstrip("/") for bind in binds}
    return (_SHM, *(point for point in ("/tmp", HOME) if point not in taken))  # noqa: S108


@lru_cache(maxsize=1)
def _system() -> tuple[str, ...]:
    shown = ["--ro-bind", "/usr", "/usr", "--ro-bind", str(synthetic_etc()), "/etc"]
    for name in _MERGED:
        path = Path("/") / name
        if path.is_symlink():
            shown += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            shown += ["--ro-bind", str(path), str(path)]
    return (*shown, "--symlink", "/tmp", "/var/tmp")  # noqa: S108


def _scratch(binds: tuple[Bind, ...], limits: Limits) -> list[str]:
    modes = {"/tmp": "1777", HOME: "0700"}  # noqa: S108
    points = [point for point in tmpfs_points(binds) if point in modes]
    return [option for point in points for option in _tmpfs(point, limits.disk_mb << 20, modes[point])]


def _tmpfs(point: str, size: int, mode: str) -> list[str]:
    return ["--perms", mode, "--size", str(size), "--tmpfs", point]


def _binds(binds: tuple[Bind, ...]) -> list[str]:
    outer_first = sorted(binds, key=lambda bind: bind.target.rstrip("/").count("/"))
    return [
        option
        for bind in outer_first
        for option in ("--bind" if bind.writable else "--ro-bind", str(bind.source), bind.target)
    ]


def _hidden(paths: tuple[Path, ...]) -> list[str]:
    """Folders of the system that are covered with nothing: a corpus or a harness installed below /usr."""
    covered = [str(path) for path in paths if _is_shown(path)]
    return [option for path in covered for option in ("--tmpfs", path, "--remount-ro", path)]


@lru_cache(maxsize=64)
def _is_shown(path: Path) -> bool:
    return path.is_dir() and any(path.is_relative_to(Path("/") / name) for name in ("usr", *_MERGED))


def _environment(command: Command) -> list[str]:
    return [option for name, value in environment(command).items() for option in ("--setenv", name, value)]


def environment(command: Command, home: str = HOME) -> dict[str, str]:
    """The command's variables over the few that every program may expect."""
    defaults = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "USER": "agent", "LANG": "C.UTF-8"}
    if command.pty:
        defaults["TERM"] = "xterm-256color"
    return defaults | command.env
