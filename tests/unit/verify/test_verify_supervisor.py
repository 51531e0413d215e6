"""The supervisor as a real process: what it runs, bounds, kills and seals."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.verify.room import GRADER
from codingagentbench.verify.runners.base import Ended, Program
from codingagentbench.verify.runners.inside.supervisor import CHANNEL_BYTES, OUTPUT_BYTES, pack, seal, unpack
from codingagentbench.verify.runners.job import write_job

SH = ("/bin/sh", "-c")


def supervise(folder: Path, *scripts: str, seconds: float = 20) -> tuple[bytes, tuple[Ended, ...] | None]:
    programs = [(Program("p", (*SH, script)), {"PATH": "/usr/bin:/bin", "MARK": "1"}) for script in scripts]
    sealed = write_job(folder / "job", programs, seconds)
    argv = (sys.executable, "-I", "-S", "-B", str(GRADER / "supervisor.py"), str(folder / "job"))
    done = subprocess.run(argv, capture_output=True, input=b"never read", timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout, sealed.open_report(done.stdout)


def one(folder: Path, script: str, seconds: float = 20) -> Ended:
    ended = supervise(folder, script, seconds=seconds)[1]
    assert ended is not None
    return ended[0]


def test_a_program_gets_its_nonce_and_three_ways_to_speak(tmp_path: Path) -> None:
    script = 'read -r n <&3; printf "%s" "$n" >&4; echo out; echo err >&2; cat; env | sort; exit 7'
    ended = one(tmp_path, script)
    assert ended.channel == ended.nonce.encode() and len(ended.nonce) == 32
    assert ended.stdout.startswith(b"out\nMARK=1\n") and b"HOME" not in ended.stdout
    assert (ended.stderr, ended.exit_code, ended.late, ended.overflowed) == (b"err\n", 7, False, False)
    assert 0 <= ended.seconds < 10


def test_the_job_is_gone_and_no_other_descriptor_is_there(tmp_path: Path) -> None:
    ended = one(tmp_path, f"ls /proc/self/fd | wc -l; ls {tmp_path}")
    assert ended.stdout == b"6\n"  # 0 to 4, and the one that ls reads the folder with


def test_programs_run_one_after_another_each_with_a_nonce_of_its_own(tmp_path: Path) -> None:
    _, ended = supervise(tmp_path, "cat <&3", "cat <&3; exit 3", "kill -9 $$")
    assert ended is not None and len({end.nonce for end in ended}) == 3
    assert [end.stdout.decode().strip() for end in ended[:2]] == [end.nonce for end in ended[:2]]
    assert [end.exit_code for end in ended] == [0, 3, -9]


def test_whatever_a_program_left_running_is_dead_before_the_next(tmp_path: Path) -> None:
    left = (
        f"(setsid sh -c 'while :; do echo x >>{tmp_path}/alive; sleep 0.01; done' >/dev/null 2>&1 &) ; sleep 0.2"
    )
    look = f"a=$(wc -c <{tmp_path}/alive); sleep 0.2; [ $a = $(wc -c <{tmp_path}/alive) ]"
    _, ended = supervise(tmp_path, left, look)
    assert ended is not None and [end.exit_code for end in ended] == [0, 0]


def test_a_hanging_program_ends_at_the_deadline_and_the_rest_is_not_started(tmp_path: Path) -> None:
    begun = time.monotonic()
    _, ended = supervise(tmp_path, "echo early; sleep 60", "echo late", seconds=0.7)
    assert ended is not None and time.monotonic() - begun < 5
    assert [end.late for end in ended] == [True, True]
    assert (ended[0].stdout, ended[0].exit_code, ended[1].stdout) == (b"early\n", -9, b"")


@pytest.mark.parametrize(("descriptor", "most"), [(1, OUTPUT_BYTES), (4, CHANNEL_BYTES)])
def test_a_flood_ends_the_program(tmp_path: Path, descriptor: int, most: int) -> None:
    ended = one(tmp_path, f"yes >&{descriptor}")
    assert ended.overflowed and len(ended.stdout if descriptor == 1 else ended.channel) == most


def test_only_the_end_of_standard_error_is_kept(tmp_path: Path) -> None:
    ended = one(tmp_path, "head -c 3000000 /dev/zero >&2; printf end >&2")
    assert not ended.overflowed and ended.exit_code == 0
    assert len(ended.stderr) == 64 << 10 and ended.stderr.endswith(b"end")


def test_a_program_that_is_not_there_is_exit_code_127(tmp_path: Path) -> None:
    sealed = write_job(tmp_path / "job", [(Program("p", ("/no/such",)), {})], 5)
    argv = (sys.executable, "-I", "-S", "-B", str(GRADER / "supervisor.py"), str(tmp_path / "job"))
    ended = sealed.open_report(subprocess.run(argv, capture_output=True, timeout=20, check=True).stdout)
    assert ended is not None and ended[0].exit_code == 127 and b"No such file" in ended[0].stderr


def test_a_report_with_one_bit_changed_is_nobodys(tmp_path: Path) -> None:
    sealed = write_job(tmp_path / "job", [(Program("p", ("true",)), {})], 5)
    key = unpack((tmp_path / "job").read_bytes())[0]
    body = pack([pack([b"0", b"", b"0.1", b"", b"", b""])])
    whole = seal(key, body) + b"\n" + body
    assert sealed.open_report(whole) is not None
    for at in range(0, len(whole), 7):
        assert sealed.open_report(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]) is None
    for other in (b"", b"\n", whole + b"x", b"noise" + whole, seal(bytes(32), body) + b"\n" + body):
        assert sealed.open_report(other) is None


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_fields_come_back_as_they_were(fields: list[bytes]) -> None:
    assert unpack(pack(fields)) == fields


@given(st.binary(max_size=40))
def test_what_is_no_packed_text_is_an_error_or_itself(data: bytes) -> None:
    try:
        fields = unpack(data)
    except ValueError:
        return
    assert unpack(pack(fields)) == fields
