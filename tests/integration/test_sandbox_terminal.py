"""A program on a pty finds what a person's terminal would give it."""

from __future__ import annotations

import asyncio
import time

from test_sandbox_kit import needs_bwrap, on_pty, shell

from codingagentbench.core.sandbox import Command, PtySize
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import get_sandbox

pytestmark = needs_bwrap


async def test_a_controlling_terminal_of_the_right_size():
    _, shown = await on_pty("test -t 0 -a -t 1 -a -t 2 && stty size && echo yes > /dev/tty", size=PtySize(97, 31))
    assert shown == b"31 97\r\nyes\r\n"


async def test_pipes_are_no_terminal():
    result = await shell("test -t 1 || echo none; : > /dev/tty")
    assert result.stdout == b"none\n" and result.exit_code != 0


async def test_chunks_come_as_they_are_written_with_their_time():
    seen: list[tuple[bytes, float]] = []
    command = Command(("sh", "-c", "echo a; sleep 0.3; echo b"), (), cwd="/", pty=PtySize())
    result = await get_sandbox("local").run(
        command, Limits(wall_s=9), on_output=lambda data, at: seen.append((data, at))
    )
    assert [data for data, _ in seen] == [b"a\r\n", b"b\r\n"]
    assert 0.25 < seen[1][1] - seen[0][1] < 2
    assert result.started <= seen[0][1] <= result.ended and result.output_bytes == 6


async def test_queries_are_answered():
    ask = "stty raw -echo; printf '\\033[6n\\033[c'; dd bs=1 count=15 2>/dev/null | od -An -c"
    _, shown = await on_pty(ask)
    assert b"033   [   1   ;   1   R" in shown and shown.rstrip().endswith(b"2   2   c")


async def test_interrupt_reaches_the_foreground_as_from_a_keyboard():
    result, _ = await on_pty("kill -INT $$; echo survived")
    assert result.signal == 2 and result.exit_code == 130


async def test_stdin_reaches_the_program_and_ends():
    text = b"line\n" * 100_000
    assert (await shell("wc -c", stdin=text)).stdout.split() == [b"500000"]
    assert (await shell("cat; echo end")).stdout == b"end\n"


async def test_a_stopper_ends_the_run_with_its_reason():
    class Stopper:
        async def wait(self) -> str:
            await asyncio.sleep(0.2)
            return "calls"

    started = time.monotonic()
    result = await shell("sleep 60", stopper=Stopper())
    assert result.stopped == "calls" and result.exit_code is None and result.limit is None
    assert time.monotonic() - started < 2
