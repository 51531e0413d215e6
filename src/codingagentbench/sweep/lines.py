"""JSON lines over pipes, between the sweep process, its nursery and the workers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

_ATOMIC = 4096
"""Linux writes up to PIPE_BUF bytes to a pipe in one piece, so writers need no lock."""


def send(fd: int, message: Mapping[str, Any]) -> None:
    """Write one message as one line; its longest text is cut until the line can be written in one piece."""
    fields = dict(message)
    while len(line := json.dumps(fields).encode()) >= _ATOMIC:
        longest = max(fields, key=lambda name: len(str(fields[name])))
        fields[longest] = str(fields[longest])[: len(str(fields[longest])) // 2]
    os.write(fd, line + b"\n")


def send_whole(fd: int, message: Mapping[str, Any]) -> None:
    """Write one message of any length; for a pipe with a single writer."""
    line = json.dumps(message).encode() + b"\n"
    while line:
        line = line[os.write(fd, line) :]


class Lines:
    """Splits what arrives on a descriptor into messages."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.closed = False
        self._rest = b""

    def read(self) -> list[dict[str, Any]]:
        """Wait for bytes and return the messages completed by them; sets `closed` at the end of the stream."""
        data = os.read(self.fd, 1 << 16)
        self.closed = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines]
