"""Start a process with `posix_spawn`: no fork of the harness, and a pty becomes its controlling terminal.

`run` must be called from a thread that lives as long as the sandbox (the event loop's): the parent-death signal
that bubblewrap asks for is tied to the spawning *thread*.
"""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import termios
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.sandbox import Command, PtySize

_DEFAULTED = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
"""Python ignores SIGPIPE and SIGXFSZ, and what is ignored stays so after exec."""
_SEALS = fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL


@dataclass(slots=True)
class Stdio:
    """The harness's ends of a program's terminal or pipes, and how the child gets the others."""

    master: int | None = None
    out: int | None = None
    err: int | None = None
    actions: list[Any] = field(default_factory=list)
    theirs: ExitStack = field(default_factory=ExitStack)
    """Closes the child's ends; done once it is spawned."""


def open_stdio(command: Command, ours: ExitStack) -> Stdio:
    """Open a pty or pipes for a command. `ours` closes the harness's ends."""
    return _open_pty(command.pty, ours) if command.pty else _open_pipes(command.stdin, ours)


def sealed_file(name: str, content: bytes) -> int:
    """A descriptor to read `content` from, with no name in any file system and no way to change it."""
    writer = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with os.fdopen(os.dup(writer), "wb") as file:
            file.write(content)
        fcntl.fcntl(writer, fcntl.F_ADD_SEALS, _SEALS)
        return os.open(f"/proc/self/fd/{writer}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(writer)


def _open_pty(size: PtySize, ours: ExitStack) -> Stdio:
    stdio = Stdio()
    stdio.master, slave = os.openpty()
    ours.callback(os.close, stdio.master)
    stdio.theirs.callback(os.close, slave)
    fcntl.ioctl(stdio.master, termios.TIOCSWINSZ, struct.pack("HHHH", size.rows, size.columns, 0, 0))
    os.set_blocking(stdio.master, False)
    # Opened by a session leader without O_NOCTTY: that is what makes it the controlling terminal.
    stdio.actions = [(os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0)]
    stdio.actions += [(os.POSIX_SPAWN_DUP2, 0, fd) for fd in (1, 2)]
    return stdio


def _open_pipes(stdin: bytes, ours: ExitStack) -> Stdio:
    stdio = Stdio()
    stdio.out, out = os.pipe2(os.O_CLOEXEC)
    stdio.err, err = os.pipe2(os.O_CLOEXEC)
    source = sealed_file("stdin", stdin) if stdin else os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    for fd in (stdio.out, stdio.err):
        os.set_blocking(fd, False)
        ours.callback(os.close, fd)
    for number, fd in enumerate((source, out, err)):
        stdio.theirs.callback(os.close, fd)
        stdio.actions.append((os.POSIX_SPAWN_DUP2, fd, number))
    return stdio


def spawn(path: str, argv: list[str], env: Mapping[str, str], actions: Sequence[Any]) -> int:
    """Start a program as a session leader with default signals and no descriptor but those of `actions`.

    Returns its pid.

    Raises:
        SandboxError: it could not be started.
    """
    try:
        return os.posix_spawn(
            path,
            argv,
            env,
            file_actions=[*actions, *_close_inherited(actions)],
            setsid=True,
            setsigmask=[],
            setsigdef=_DEFAULTED,
        )
    except (OSError, ValueError) as failed:
        raise SandboxError(f"{path} could not be started: {failed}", where="sandbox") from failed


def _close_inherited(actions: Sequence[Any]) -> list[tuple[int, int]]:
    """Close what whoever started the harness left open in it: a program must not find that in its sandbox."""
    kept = {0, 1, 2} | {action[2] for action in actions if action[0] == os.POSIX_SPAWN_DUP2}
    found = map(int, os.listdir("/proc/self/fd"))  # noqa: PTH208 - a Path an entry, for every command
    return [(os.POSIX_SPAWN_CLOSE, fd) for fd in found if fd not in kept and _inheritable(fd)]


def _inheritable(fd: int) -> bool:
    try:
        return os.get_inheritable(fd)
    except OSError:  # the listing's own descriptor, closed by now
        return False
