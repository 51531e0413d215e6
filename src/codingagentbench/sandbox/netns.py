"""Open a listening socket inside another process's network namespace and serve it from here.

Root enters the namespace with the calling thread and comes back: a socket stays where it was made. An ordinary
user must enter the owning user namespace first, which the kernel allows to single-threaded processes only: a
short-lived helper does that and sends the socket back.
"""

from __future__ import annotations

import array
import ctypes
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from codingagentbench.core.errors import SandboxError

_CLONE_NEWNET = 0x40000000
_NS_GET_USERNS = 0xB701
_IP_FREEBIND = 15
_BACKLOG = 512
_HELPER_PATIENCE_S = 10.0
_LIBC = ctypes.CDLL(None, use_errno=True)

# Runs under `python -I -S`; its arguments: user namespace, network namespace, the way back, the port.
_HELPER = f"""
import array, ctypes, os, socket, sys
user, net, back, port = map(int, sys.argv[1:])
libc = ctypes.CDLL(None, use_errno=True)
for space, kind in ((user, 0x10000000), (net, {_CLONE_NEWNET})):
    if libc.setns(space, kind):
        sys.exit("setns: " + os.strerror(ctypes.get_errno()))
listener = socket.socket()
listener.setsockopt(socket.SOL_IP, {_IP_FREEBIND}, 1)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen({_BACKLOG})
fds = array.array("i", [listener.fileno()])
socket.socket(fileno=back).sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
"""


def listen_inside(pid: int, port: int) -> socket.socket:
    """A non-blocking socket listening on 127.0.0.1:`port` in the network namespace of a process. Blocks briefly.

    Raises:
        SandboxError: the namespace cannot be entered.
    """
    try:
        space = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return _as_root(space, port) if os.geteuid() == 0 else _as_user(space, port)
        finally:
            os.close(space)
    except OSError as failed:
        raise SandboxError(f"no listener could be opened in the sandbox: {failed}", where="sandbox") from failed


def _as_root(space: int, port: int) -> socket.socket:
    with _entered(space):
        return listener(port)


@contextmanager
def _entered(space: int) -> Iterator[None]:
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _enter(space)
        try:
            yield
        finally:
            _enter(home)
    finally:
        os.close(home)


def _enter(space: int) -> None:
    if _LIBC.setns(space, _CLONE_NEWNET):
        code = ctypes.get_errno()
        raise OSError(code, f"setns: {os.strerror(code)}")


def listener(port: int) -> socket.socket:
    """Bind and listen on the loopback of the namespace the calling thread is in; 0 takes any free port."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        # bubblewrap may not have brought `lo` up yet; the address will be there before any program is.
        opened.setsockopt(socket.SOL_IP, _IP_FREEBIND, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(("127.0.0.1", port))
        opened.listen(_BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened


def _as_user(space: int, port: int) -> socket.socket:
    with ExitStack() as stack:
        # The owner of the network namespace; /proc/PID/ns/user may already be the nested one, which owns nothing.
        owner = fcntl.ioctl(space, _NS_GET_USERNS)
        stack.callback(os.close, owner)
        ours, theirs = socket.socketpair()
        stack.enter_context(ours)
        with theirs:
            inherited = [(os.POSIX_SPAWN_DUP2, fd, fd) for fd in (owner, space, theirs.fileno())]
            numbers = [str(n) for n in (owner, space, theirs.fileno(), port)]
            argv = [sys.executable, "-I", "-S", "-c", _HELPER, *numbers]
            pid = os.posix_spawn(sys.executable, argv, {}, file_actions=inherited)
        stack.callback(_reap, pid)
        return _received(ours)


def _received(ours: socket.socket) -> socket.socket:
    ours.settimeout(_HELPER_PATIENCE_S)
    fds = array.array("i")
    _, ancillary, _, _ = ours.recvmsg(1, socket.CMSG_LEN(fds.itemsize), socket.MSG_CMSG_CLOEXEC)
    if not ancillary:
        raise OSError("the helper could not enter the sandbox's network namespace")
    fds.frombytes(ancillary[0][2][: fds.itemsize])
    received = socket.socket(fileno=fds[0])
    received.setblocking(False)
    return received


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
