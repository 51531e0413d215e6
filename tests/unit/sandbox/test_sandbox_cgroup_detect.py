"""Which cgroup tree is chosen, on trees laid out as the kernel shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import cgroup, cgroup_files, cgroup_v1, cgroup_v2, owner

LIMITS = Limits(memory_mb=64, processes=9, cpus=0.5)
PROBE = "codingagentbench.probe"


class FakeKernel:
    """A folder in which new groups cannot get the files a kernel would give them, but existing ones have."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def group(self, path: str, **files: str) -> Path:
        folder = self.root / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text)
        return folder


def mountinfo(kind: str, point: Path, options: str = "rw", root: str = "/") -> str:
    return f"30 25 0:26 {root} {point} rw,nosuid - {kind} cgroup {options}\n"


def test_v2_limits_and_counters(tmp_path: Path):
    folder = FakeKernel(tmp_path).group(
        "cell",
        memory__max="max",
        pids__max="max",
        cpu__max="max 100000",
        memory__swap__max="max",
        memory__events="low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n",
        cpu__stat="usage_usec 1500000\nuser_usec 1\n",
        memory__peak="4096\n",
        cgroup__procs="11\n12\n",
    )
    group = cgroup_v2.GroupV2(str(folder))
    group.set_limits(LIMITS)
    assert (folder / "memory.max").read_text() == str(64 << 20)
    assert (folder / "memory.swap.max").read_text().startswith("0")
    assert (folder / "pids.max").read_text()[:2] == "10" and (folder / "cpu.max").read_text() == "50000 100000"
    assert (group.oom_kills(), group.cpu_s(), group.peak_bytes(), group.pids()) == (1, 1.5, 4096, [11, 12])


def test_v2_without_optional_files(tmp_path: Path):
    folder = FakeKernel(tmp_path).group("cell", memory__max="max", pids__max="max")
    group = cgroup_v2.GroupV2(str(folder))
    group.set_limits(LIMITS)
    assert group.peak_bytes() is None and group.pids() == []


def test_v2_is_not_usable_where_children_get_no_memory_file(tmp_path: Path):
    FakeKernel(tmp_path).group("user.slice/me.scope")
    assert cgroup_v2.detect(mountinfo("cgroup2", tmp_path), "0::/user.slice/me.scope\n", PROBE) is None
    assert not list(tmp_path.rglob(PROBE))
    assert cgroup_v2.detect("", "0::/\n", PROBE) is None
    assert cgroup_v2.detect(mountinfo("cgroup2", tmp_path), "4:memory:/\n", PROBE) is None


def test_v1_is_not_usable_without_memory(tmp_path: Path):
    assert cgroup_v1.detect(mountinfo("cgroup", tmp_path, "rw,pids"), "8:pids:/\n", PROBE) is None
    assert cgroup_v1.detect(mountinfo("cgroup", tmp_path, "rw,memory"), "8:memory:/\n", PROBE) is None


@pytest.mark.parametrize(
    ("root", "group", "expected"),
    [
        ("/", "/", ""),
        ("/", "/a/b", "a/b"),
        ("/docker/x", "/docker/x", ""),
        ("/docker/x", "/docker/x/y", "y"),
        ("/docker/x", "/docker/xy", ""),
        ("/docker/x", "/", ""),
    ],
)
def test_a_container_sees_part_of_the_tree(root: str, group: str, expected: str):
    assert cgroup_files.below_mount(root, "/mnt", group) == Path("/mnt") / expected


@pytest.mark.skipif(cgroup.hierarchy() is None, reason="no cgroup can be made here")
def test_real_groups_lie_below_our_own_and_are_removed():
    group = cgroup.create(LIMITS)
    try:
        left = cgroup.hierarchy().left()
        assert any(name.startswith(f"{owner.PREFIX}.{owner.own_tag()}.") for name in left)
        assert group.pids() == [] and group.oom_kills() == 0
        assert group.cpu_s() in (None, 0.0)
    finally:
        assert group.remove()
    assert group.remove(), "twice is fine"
    assert group.pids() == []


@pytest.mark.skipif(not isinstance(cgroup.hierarchy(), cgroup_v1.HierarchyV1), reason="no cgroup v1 here")
def test_real_v1_limits_and_memory_stays_below_our_own_group():
    own = dict(line.split(":", 2)[1:] for line in Path("/proc/self/cgroup").read_text().splitlines())
    group = cgroup.create(Limits(memory_mb=64, processes=9, cpus=(os.cpu_count() or 1) / 2))
    try:
        folders = {key: Path(value) for key, value in group._folders.items()}
        assert (folders["memory"] / "memory.limit_in_bytes").read_text().strip() == str(64 << 20)
        assert (folders["pids"] / "pids.max").read_text().strip() == "11"  # with bubblewrap and its init
        assert int((folders["cpu"] / "cpu.cfs_quota_us").read_text()) == (os.cpu_count() or 1) * 50_000
        assert str(folders["memory"].parent).endswith(own["memory"].rstrip("/"))
    finally:
        assert group.remove()
