"""Runs test programs one after another and hands the harness one sealed report of how each ended.

`supervisor.py JOB_FILE`, by an isolated interpreter. The job file holds the key of the seal; it is read and
removed before any program starts, and this process cannot be inspected (PR_SET_DUMPABLE 0; the sandbox's seccomp
filter denies ptrace). So what runs below can spoil the report, which fails its checks, and cannot write one.

A program gets its nonce on descriptor 3 and writes what it has to say to descriptor 4. When it ends, all its
descendants are killed before the next one starts. Fields are length-prefixed (`12:twelve bytes,`): nothing in
them has to be escaped, and no parser has to be imported.
"""

from __future__ import annotations

import os
import sys
import time

CHANNEL_BYTES, OUTPUT_BYTES, ERROR_BYTES = 2 << 20, 4 << 20, 64 << 10
"""What is kept of a program's descriptor 4, of its output (more is an overflow, and ends it), and of the end
of its standard error."""
_CHUNK = 1 << 16
_SIGKILL, _SIGPIPE, _SIGXFSZ = 9, 13, 25
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36
_PATIENCE_S = 5.0


def pack(fields: list[bytes]) -> bytes:
    """Fields as one run of bytes."""
    return b"".join(b"%d:%b," % (len(field), field) for field in fields)


def unpack(data: bytes) -> list[bytes]:
    """The fields of what `pack` made.

    Raises:
        ValueError: it was not made so.
    """
    fields, start = [], 0
    while start < len(data):
        colon = data.index(b":", start)
        end = colon + 1 + int(data[start:colon])
        if data[end : end + 1] != b",":
            raise ValueError("a field does not end where it says")
        fields.append(data[colon + 1 : end])
        start = end + 1
    return fields


def seal(key: bytes, body: bytes) -> bytes:
    """Keyed BLAKE2b of the body, in hex."""
    try:
        from _blake2 import blake2b  # hashlib would load the whole of OpenSSL for it
    except ImportError:
        from hashlib import blake2b
    return bytes(blake2b(body, key=key, digest_size=32).hexdigest(), "ascii")


class _Kept:
    """The reading end of a pipe and what came out of it."""

    def __init__(self, limit: int, *, only_end: bool = False) -> None:
        self.reader, self.writer = os.pipe()
        self.data = b""
        self.over = False
        self._limit, self._only_end = limit, only_end

    def take(self) -> bool:
        """Read once; False at the end of the pipe."""
        chunk = os.read(self.reader, _CHUNK)
        self.data += chunk
        if self._only_end:
            self.data = self.data[-self._limit :]
        elif len(self.data) > self._limit:
            self.data, self.over = self.data[: self._limit], True
        return bool(chunk) and not self.over


class _Program:
    """One running test program."""

    def __init__(self, nonce: bytes, argv: list[bytes], env: list[bytes]) -> None:
        self.channel, self.out = _Kept(CHANNEL_BYTES), _Kept(OUTPUT_BYTES)
        self.err = _Kept(ERROR_BYTES, only_end=True)
        told, teller = os.pipe()
        os.write(teller, nonce + b"\n")
        os.close(teller)
        targets = ((0, 0), (self.out.writer, 1), (self.err.writer, 2), (told, 3), (self.channel.writer, 4))
        try:
            self.pid = os.posix_spawnp(
                argv[0],
                argv,
                dict(pair.split(b"=", 1) for pair in env),
                file_actions=[(os.POSIX_SPAWN_DUP2, source, target) for source, target in targets],
                setsid=True,
                setsigdef=[_SIGPIPE, _SIGXFSZ],
            )
        finally:
            for descriptor in (told, *(kept.writer for kept in self.pipes)):
                os.close(descriptor)

    @property
    def pipes(self) -> tuple[_Kept, _Kept, _Kept]:
        return self.channel, self.out, self.err

    def follow(self, deadline: float) -> bool:
        """Read until it has ended; False when the deadline or a limit came first."""
        import select

        handle = os.pidfd_open(self.pid)
        poll = select.poll()
        pipes = {kept.reader: kept for kept in self.pipes}
        for descriptor in (handle, *pipes):
            poll.register(descriptor, select.POLLIN)
        try:
            while (left := deadline - time.monotonic()) > 0:
                for ready, _ in poll.poll(left * 1000):
                    if ready == handle:
                        return True
                    if not pipes[ready].take():
                        poll.unregister(ready)
                        if pipes[ready].over:
                            return False
            return False
        finally:
            os.close(handle)

    def finish(self) -> None:
        """Take what is left in the pipes. Every writer is dead."""
        for kept in self.pipes:
            while not kept.over and kept.take():
                pass
            os.close(kept.reader)


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children", "rb") as file:  # noqa: PTH123 - pathlib costs 10 ms here
        return [int(pid) for pid in file.read().split()]


def _kill_descendants(main: int) -> int:
    """End the program and all it started, orphans included; the program's wait status."""
    status = 0
    until = time.monotonic() + _PATIENCE_S
    while (found := _children()) and time.monotonic() < until:
        for pid in found:
            os.kill(pid, _SIGKILL)  # ours and not waited for: it exists
        for pid in found:
            _, ended = os.waitpid(pid, 0)
            status = ended if pid == main else status
    return status


def run(program: list[bytes], deadline: float) -> bytes:
    """One program's report: exit code, `over`/`late`/nothing, seconds, channel, output, end of standard error."""
    nonce, argv, env = program
    begun = time.monotonic()
    if begun >= deadline:
        return pack([b"", b"late", b"0", b"", b"", b"there was no time left to start it"])
    try:
        running = _Program(nonce, unpack(argv), unpack(env))
    except OSError as error:
        return pack([b"127", b"", b"0", b"", b"", str(error).encode()])
    in_time = running.follow(deadline)
    seconds = time.monotonic() - begun
    status = _kill_descendants(running.pid)
    running.finish()
    over = running.channel.over or running.out.over
    word = b"over" if over else b"" if in_time else b"late"
    code = os.waitstatus_to_exitcode(status)
    texts = [kept.data for kept in running.pipes]
    return pack([b"%d" % code, word, b"%.6f" % seconds, *texts])


def _guard_self() -> None:
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) or prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def _own_descriptors() -> None:
    """Nothing to read on 0, and 3 to 9 taken, so that no pipe gets a number that a program expects."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0, inheritable=True)
    for number in range(3, 10):
        if number != null:
            os.dup2(null, number, inheritable=False)


def main(job_file: str) -> None:
    """Do the job; the report goes to standard output: the seal, a line feed, the body."""
    _guard_self()
    with open(job_file, "rb") as file:  # noqa: PTH123 - pathlib costs 10 ms here
        key, seconds, *programs = unpack(file.read())
    os.unlink(job_file)  # noqa: PTH108
    _own_descriptors()
    deadline = time.monotonic() + float(seconds)
    body = pack([run(unpack(program), deadline) for program in programs])
    report = seal(key, body) + b"\n" + body
    while report:
        report = report[os.write(1, report) :]


if __name__ == "__main__":
    main(sys.argv[1])
