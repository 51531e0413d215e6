"""Counting bytes and processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codingagentbench.sandbox import meter, owner, process

LOTS = 1 << 40


def test_disk_counts_blocks_small_files_and_no_links(tmp_path: Path):
    folder = tmp_path / "tree"
    folder.mkdir()
    assert meter.disk_bytes([folder], LOTS) == 0
    (folder / "big").write_bytes(os.urandom(100_000))
    for n in range(50):
        (folder / f"empty{n}").touch()
    (folder / "out").symlink_to("/usr")
    os.truncate(folder / "big", 1 << 30)
    used = meter.disk_bytes([folder], LOTS)
    assert 100_000 + 50 * 512 <= used < 400_000, "a hole in a file is not on disk"


def test_disk_stops_counting_at_enough(tmp_path: Path):
    for n in range(100):
        (tmp_path / f"d{n}").mkdir()
        (tmp_path / f"d{n}" / "f").write_bytes(bytes(5000))
    assert 10_000 <= meter.disk_bytes([tmp_path], 10_000) < 600_000


def test_missing_and_vanishing_folders_count_nothing(tmp_path: Path):
    assert meter.disk_bytes([tmp_path / "none"], LOTS) == 0
    assert meter.free_bytes([tmp_path / "none"]) == 0 < meter.free_bytes([tmp_path])


def test_too_deep_is_unmeasurable(tmp_path: Path):
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(tmp_path)
        for _ in range(30):
            Path("d" * 250).mkdir()
            os.chdir("d" * 250)
        with pytest.raises(meter.Unmeasurable):
            meter.disk_bytes([tmp_path], LOTS)
    finally:
        os.fchdir(here)
        os.close(here)


def test_deleted_open_files_are_found(tmp_path: Path):
    with (tmp_path / "gone").open("wb") as file:
        file.write(bytes(200_000))
        file.flush()
        devices = {tmp_path.stat().st_dev}
        assert meter.unlinked_bytes([os.getpid()], devices) == 0
        (tmp_path / "gone").unlink()
        assert meter.unlinked_bytes([os.getpid(), os.getpid()], devices) >= 200_000
        assert meter.unlinked_bytes([os.getpid()], set()) == 0


def test_private_memory_and_tree():
    script = "import subprocess,sys; a = bytearray(50 << 20); subprocess.run(['sleep', '30'])"
    parent = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    try:
        until = time.monotonic() + 10
        while len(process.tree(parent.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        tree = process.tree(parent.pid)
        assert len(tree) == 2 and process.children(parent.pid) == tree[1:]
        assert 50 << 20 < meter.private_bytes(tree) < 120 << 20
    finally:
        process.kill_all(process.tree(parent.pid))
        parent.wait()
    assert meter.private_bytes([parent.pid]) == 0 and process.tree(parent.pid) == [parent.pid]


def test_owner_tags():
    child = subprocess.Popen(["sleep", "30"])
    tag = f"{owner.pid_namespace()}.{child.pid}-{owner.start_time(child.pid)}"
    assert not owner.is_dead(tag) and not owner.is_dead(owner.own_tag())
    child.kill()
    until = time.monotonic() + 5
    while not owner.is_dead(tag) and time.monotonic() < until:
        time.sleep(0.01)
    assert owner.is_dead(tag), "a zombie is dead"
    child.wait()
    assert owner.is_dead(tag)
    assert owner.is_dead(f"{owner.pid_namespace()}.{os.getpid()}-1"), "the same number, another process"


@pytest.mark.parametrize("tag", ["", "x", "1.2-3", "libpod", "4026531836", "..", "a.b-c", "1.-"])
def test_malformed_or_foreign_tags_are_nobodys(tag: str):
    assert not owner.is_dead(tag)
