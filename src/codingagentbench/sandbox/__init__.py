"""Sandboxes: run one command in isolation, with one listening socket inside it, and leave nothing.

`get_sandbox` gives a kind by name, `doctor` says what this machine offers, `cleanup_stale` ends what killed
harnesses left. How it is done and why: `docs/decisions/0002-sandbox.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from codingagentbench.core.errors import UsageError
from codingagentbench.core.sandbox import Bind, Sandbox
from codingagentbench.sandbox.cgroup import cleanup_stale
from codingagentbench.sandbox.doctor import Finding, doctor
from codingagentbench.sandbox.local import LocalSandbox
from codingagentbench.sandbox.none import NoSandbox

__all__ = ["KINDS", "Finding", "SandboxKind", "cleanup_stale", "doctor", "get_sandbox"]

KINDS = ("local", "none")


class SandboxKind(Sandbox, Protocol):
    """A sandbox and what must be asked of it before a `Command` can be built."""

    def reserve_port(self) -> int:
        """A port for `Command.listen_port`, at which the program will reach the listener on 127.0.0.1."""
        ...

    def inside(self, binds: Sequence[Bind], target: str) -> str:
        """The path a program must use for what the binds show at `target`."""
        ...


def get_sandbox(name: str, hidden: Sequence[Path] = ()) -> SandboxKind:
    """The sandbox kind of that name. It holds no resources; one may run many commands at once.

    `hidden` are host folders that must not be seen inside even where they lie below the system's own.

    Raises:
        UsageError: there is no such kind.
    """
    if name == "local":
        return LocalSandbox(tuple(hidden))
    if name == "none":
        return NoSandbox()
    raise UsageError(f"there is no sandbox kind {name!r}", remedy=f"use one of: {', '.join(KINDS)}")
