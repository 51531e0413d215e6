"""Hold a spawned program back until its limits, its cgroup and its listener are in place.

A shell waits for a line on a pipe and then becomes the program. End of file, which is what a killed harness
leaves, ends the shell instead. bubblewrap's own `--block-fd` cannot do that: it goes on at end of file, and its
child asks to die with its parent only after that point, so a harness killed there would let the program run free.
"""

from __future__ import annotations

import os
from collections.abc import Iterable


def script(fd: int) -> str:
    """The shell text; `fd` has one digit, as POSIX shells ask."""
    return f'read -r _ <&{fd} && exec "$@" {fd}<&-'


def argv(fd: int, program: Iterable[str]) -> list[str]:
    """The program behind the gate."""
    return ["/bin/sh", "-c", script(fd), "sh", *program]


class Gate:
    """The harness's end of the pipe."""

    def __init__(self) -> None:
        self.inner, self._outer = os.pipe2(os.O_CLOEXEC)

    def digit(self, taken: Iterable[int]) -> int:
        """A one-digit descriptor for the child's end that overwrites none of `taken`."""
        return next(fd for fd in range(9, 2, -1) if fd not in set(taken))

    def open(self) -> None:
        """Let the program go: one byte for bubblewrap's block, the rest of the line for the shell."""
        os.write(self._outer, b"go\n")

    def close(self) -> None:
        """Close both ends; a program still held back ends."""
        for fd in (self.inner, self._outer):
            if fd >= 0:
                os.close(fd)
        self.inner = self._outer = -1
