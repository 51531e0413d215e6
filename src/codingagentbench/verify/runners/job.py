"""The harness's side of the supervisor: a job file in, a sealed report out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from codingagentbench.verify.runners.base import Ended, Program
from codingagentbench.verify.runners.inside.supervisor import pack, seal, unpack


def write_job(place: Path, programs: Iterable[tuple[Program, Mapping[str, str]]], seconds: float) -> SealedJob:
    """Write the file the supervisor reads and removes. Programs come with their whole environment."""
    key = secrets.token_bytes(32)
    nonces, packed = [], []
    for program, env in programs:
        nonces.append(secrets.token_hex(16))
        words = pack([word.encode("utf-8", "surrogateescape") for word in program.argv])
        pairs = pack([f"{name}={value}".encode() for name, value in env.items()])
        packed.append(pack([nonces[-1].encode(), words, pairs]))
    place.write_bytes(pack([key, b"%f" % seconds, *packed]))
    return SealedJob(key, tuple(nonces))


class SealedJob:
    """A job that was handed out: knows its key and each program's nonce."""

    def __init__(self, key: bytes, nonces: tuple[str, ...]) -> None:
        self._key, self._nonces = key, nonces

    def open_report(self, output: bytes) -> tuple[Ended, ...] | None:
        """How each program ended; None unless this is the supervisor's own, whole report."""
        mark, _, body = output.partition(b"\n")
        if not hmac.compare_digest(mark, seal(self._key, body)):
            return None
        ended = unpack(body)
        return tuple(_ended(nonce, unpack(one)) for nonce, one in zip(self._nonces, ended, strict=True))


def _ended(nonce: str, fields: list[bytes]) -> Ended:
    code, word, seconds, channel, stdout, stderr = fields
    return Ended(
        nonce=nonce,
        exit_code=int(code or 0),
        late=word == b"late",
        overflowed=word == b"over",
        seconds=float(seconds),
        channel=channel,
        stdout=stdout,
        stderr=stderr,
    )
