"""Where a cell's throw-away folders lie."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from codingagentbench.core.errors import StoreError
from codingagentbench.core.spec import Limits
from codingagentbench.runner import scratch as module
from codingagentbench.runner.scratch import clean_scratch, open_scratch


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, with nothing in the environment that names another one."""
    for name in ("CAB_SCRATCH", "TMPDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def memory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for /dev/shm and is taken for a tmpfs."""
    folder = tmp_path_factory.mktemp("memory")
    monkeypatch.setattr(module, "_MEMORY", folder)
    monkeypatch.setattr(module, "_mount", lambda _: ("tmpfs", ("rw",)))
    return folder


SMALL = Limits(memory_mb=2, disk_mb=1)


@pytest.mark.parametrize("variable", ["CAB_SCRATCH", "TMPDIR"])
def test_where_the_user_wants_them(variable, tmp_path, temporary, memory, monkeypatch):
    monkeypatch.setenv(variable, str(tmp_path / "named" / "deep"))
    with open_scratch(SMALL) as scratch:
        assert scratch.home.is_relative_to(tmp_path / "named" / "deep")
        assert scratch.home.is_dir() and scratch.verify.is_dir() and not scratch.work.exists()
    assert not scratch.home.exists()


def test_in_memory_where_there_is_plenty(temporary, memory):
    with open_scratch(SMALL) as scratch:
        assert scratch.home.is_relative_to(memory) and scratch.file_system == "tmpfs"


@pytest.mark.parametrize(
    "limits",
    [
        Limits(memory_mb=1024, disk_mb=513),  # the memory limit would end a cell that may fill its disk
        Limits(memory_mb=1 << 40, disk_mb=1),  # there is no such room
    ],
)
def test_on_disk_where_memory_would_not_do(limits, temporary, memory):
    with open_scratch(limits) as scratch:
        assert scratch.home.is_relative_to(temporary)


@pytest.mark.parametrize(("kind", "options"), [("ext4", ()), ("tmpfs", ("rw", "noexec"))])
def test_on_disk_where_programs_cannot_run_in_memory(kind, options, temporary, memory, monkeypatch):
    monkeypatch.setattr(module, "_mount", lambda _: (kind, options))
    with open_scratch(SMALL) as scratch:
        assert scratch.home.is_relative_to(temporary)


def test_the_mount_is_the_innermost():
    assert module._mount(Path("/proc/self"))[0] == "proc"
    assert module._mount(Path("/proc"))[0] == "proc"
    assert module._mount(Path("/"))[0] not in ("", "proc")


def test_a_file_in_the_way_is_said_with_the_remedy(tmp_path, temporary, memory, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CAB_SCRATCH", str(tmp_path / "file"))
    with pytest.raises(StoreError, match="CAB_SCRATCH"), open_scratch(SMALL):
        pass


def test_leftovers_are_cleaned_wherever_they_lie(tmp_path, temporary, memory, monkeypatch):
    monkeypatch.setenv("CAB_SCRATCH", str(tmp_path / "named"))
    monkeypatch.setattr(module, "owner_alive", lambda _owner: False)
    for parent in (tmp_path / "named", temporary, memory):
        (module._below(parent) / ".staging" / "somebody-0" / "work").mkdir(parents=True)
    assert clean_scratch() == 3
