"""The system calls no program in the sandbox may make, compiled once per process to a BPF program."""

from __future__ import annotations

import errno
from functools import lru_cache

from codingagentbench.core.errors import MissingTool

DENIED = (
    "add_key", "bpf", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "init_module",
    "io_uring_enter", "io_uring_register", "io_uring_setup", "kexec_file_load", "kexec_load", "keyctl", "mount",
    "mount_setattr", "move_mount", "open_by_handle_at", "open_tree", "perf_event_open", "pivot_root",
    "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace", "request_key", "setns", "umount2",
    "unshare", "userfaultfd",
)  # fmt: skip
"""Refused with EPERM."""

CLONE_NEWUSER = 0x10000000
_INT = 0xFFFFFFFF
_FAMILIES = {"unix": 1, "inet": 2, "inet6": 10, "netlink": 16}
"""Kinds of sockets there are inside. The others are of no use, and some (vsock, to the machine's own hypervisor)
are not held by a network namespace."""
_FAMILIES_END = 64
_FORBIDDEN_IOCTLS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: typing into the terminal on someone else's behalf."""


@lru_cache(maxsize=1)
def program() -> bytes:
    """The filter, as bubblewrap's `--seccomp` reads it. Foreign architectures are killed.

    Raises:
        MissingTool: libseccomp is not on this machine.
    """
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError) as absent:
        raise MissingTool(
            f"libseccomp cannot be loaded ({absent})", remedy="apt-get install libseccomp2"
        ) from absent
    rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in DENIED:
        rules.add_rule(refuse, name)
    # The argument of clone3 lies in memory, out of a filter's sight; libc falls back to clone.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER))
    # The kernel reads 32 bits of these, so a filter that compares 64 could be stepped around.
    for request in _FORBIDDEN_IOCTLS:
        rules.add_rule(refuse, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, _INT, request))
    unknown = pyseccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in set(range(_FAMILIES_END)) - set(_FAMILIES.values()):
        rules.add_rule(unknown, "socket", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _INT, family))
    rules.add_rule(unknown, "socket", pyseccomp.Arg(0, pyseccomp.GE, _FAMILIES_END))
    return _exported(rules)


def _exported(rules: object) -> bytes:
    import os

    with os.fdopen(os.memfd_create("seccomp"), "w+b") as file:
        rules.export_bpf(file)  # type: ignore[attr-defined]
        file.seek(0)
        return file.read()
