"""Every limit ends in its own kind, and nothing is left alive."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from test_sandbox_kit import needs_bwrap, needs_root, nothing_left, on_pty, running, shell

from codingagentbench.core.outcome import LimitKind
from codingagentbench.core.sandbox import Bind, PtySize
from codingagentbench.core.spec import Limits

pytestmark = needs_bwrap

HOG = "python3 -c 'import time; a = bytearray(400 << 20); time.sleep(60)'"
BOMB = "python3 -c 'import os\nwhile True:\n try: os.fork()\n except OSError: pass'"


def limits(**given) -> Limits:
    return Limits(**({"wall_s": 15} | given))


async def test_wall_clock():
    started = time.monotonic()
    result = await shell("trap '' TERM INT HUP; sleep 60", limits=limits(wall_s=0.3))
    assert result.limit is LimitKind.TIME and result.exit_code is None
    assert 0.3 <= result.ended - result.started < 1.0 and time.monotonic() - started < 2
    assert nothing_left()


@needs_root
async def test_memory_hog():
    result = await shell(HOG, limits=limits(memory_mb=64))
    assert result.limit is LimitKind.MEMORY
    assert result.signal == 9 and result.peak_memory_bytes <= 65 << 20
    assert nothing_left()


@needs_root
async def test_a_child_killed_for_memory_does_not_end_an_agent_that_goes_on():
    result = await shell(f"{HOG}; echo went on", limits=limits(memory_mb=64))
    assert result.limit is None and result.stdout == b"went on\n"


@needs_root
async def test_a_full_temporary_file_system_counts_as_memory():
    result = await shell("dd if=/dev/zero of=/tmp/x bs=1M", limits=limits(memory_mb=48, disk_mb=4000))
    assert result.limit is LimitKind.MEMORY or result.exit_code != 0
    assert nothing_left()


async def test_fork_bomb_is_bounded():
    result = await shell(BOMB, limits=limits(wall_s=1.5, processes=60, cpus=0.5))
    assert result.limit is LimitKind.TIME
    assert nothing_left()


async def test_processes_are_counted_exactly():
    count = "i=0; while [ $i -lt 40 ]; do sleep 9 & i=$((i+1)); done; echo started"
    few = await shell(count, limits=limits(processes=20))
    enough = await shell(count, limits=limits(processes=42))
    assert b"started" not in few.stdout and b"started" in enough.stdout


@needs_root
async def test_cpu_quota_and_accounting():
    spin = "timeout 0.6 sh -c 'while :; do :; done'"
    slow = await shell(spin, limits=limits(cpus=0.25))
    assert 0.02 < slow.cpu_s < 0.35


async def test_many_files(tmp_path: Path):
    fill = "i=0; while :; do i=$((i+1)); echo x > f$i; done"
    result = await shell(
        fill, Bind(tmp_path, "/work", writable=True), cwd="/work", watched=(tmp_path,), limits=limits(disk_mb=4)
    )
    assert result.limit is LimitKind.DISK
    assert nothing_left()


async def test_one_big_file(tmp_path: Path):
    result = await shell(
        "exec dd if=/dev/zero of=big bs=1M",
        Bind(tmp_path, "/work", writable=True),
        cwd="/work",
        watched=(tmp_path,),
        limits=limits(disk_mb=8),
    )
    assert result.limit is LimitKind.DISK
    assert (tmp_path / "big").stat().st_size <= 8 << 20


async def test_deleted_but_open_files_count(tmp_path: Path):
    code = """
import os, time
for n in range(6):
    f = open(f"f{n}", "wb"); os.unlink(f"f{n}"); f.write(bytes(3 << 20)); f.flush(); globals()[f"k{n}"] = f
time.sleep(60)
"""
    result = await shell(
        f"python3 -c '{code}'",
        Bind(tmp_path, "/work", writable=True),
        cwd="/work",
        watched=(tmp_path,),
        limits=limits(disk_mb=16, wall_s=10),
    )
    assert result.limit is LimitKind.DISK


async def test_scratch_space_counts_with_the_workdir(tmp_path: Path):
    fill = "for d in /work /tmp; do dd if=/dev/zero of=$d/f bs=1M count=6 2>/dev/null; done; sleep 20"
    binds = (Bind(tmp_path, "/work", writable=True),)
    result = await shell(fill, *binds, watched=(tmp_path,), limits=limits(disk_mb=10))
    assert result.limit is LimitKind.DISK


async def test_a_tree_too_deep_to_walk_is_over_the_limit(tmp_path: Path):
    dig = "import os\nfor _ in range(60):\n os.mkdir('d' * 200); os.chdir('d' * 200)\nimport time; time.sleep(20)"
    result = await shell(
        f'python3 -c "{dig}"', Bind(tmp_path, "/work", writable=True), cwd="/work", watched=(tmp_path,)
    )
    assert result.limit is LimitKind.DISK


@pytest.mark.parametrize("pty", [None, PtySize()])
async def test_a_gigabyte_of_output(pty):
    shown: list[int] = []
    result = await shell(
        "head -c 1000000000 /dev/zero",
        pty=pty,
        on_output=lambda data, _: shown.append(len(data)),
        limits=limits(output_mb=2),
    )
    assert result.limit is LimitKind.OUTPUT and result.output_bytes == 2 << 20
    assert (sum(shown) if pty else len(result.stdout)) == 2 << 20
    assert nothing_left()


async def test_a_daemon_that_ignores_term_dies_with_the_program():
    result, shown = await on_pty(
        "trap '' TERM HUP; setsid nohup sh -c \"trap '' TERM HUP; sleep 87654\" & sleep 0.1; echo last words"
    )
    assert result.exit_code == 0 and b"last words" in shown
    assert not running("sleep 87654") and nothing_left()


async def test_output_written_just_before_the_end_is_kept():
    for _ in range(10):
        result, shown = await on_pty("i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done; printf END")
        assert shown.endswith(b"line 299\r\nEND")
        result = await shell("seq 5000; printf END >&2")
        assert result.stdout.endswith(b"5000\n") and result.stderr == b"END"
