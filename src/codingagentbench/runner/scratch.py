"""The throw-away folders of one cell: workdir, HOME and what the verifier builds in.

They are made as a staging folder is, so what a killed harness left is told and removed in the same way. They lie
in `CAB_SCRATCH` or `TMPDIR` when one is set, else in memory where there is plenty of it (decision 0005), else with
all temporary files.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from codingagentbench.core.errors import StoreError
from codingagentbench.core.spec import Limits
from codingagentbench.provenance import owner_alive, process_identity
from codingagentbench.store.layout import STAGING_NAME
from codingagentbench.store.staging import Staging, clean_staging

SCRATCH_VARIABLE = "CAB_SCRATCH"
_MEMORY = Path("/dev/shm")  # noqa: S108
_ROOM = 2
"""Free memory has to be this many times what a cell may use at most."""
_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Scratch:
    """Folders of one cell. `work` and `visible` do not exist yet: trees are laid out there."""

    work: Path
    home: Path
    verify: Path
    visible: Path
    file_system: str
    """What they lie on, such as `tmpfs` or `ext4`."""


def _below(parent: Path) -> Path:
    return parent / f"codingagentbench-{os.geteuid()}"


def _named() -> Path | None:
    """Where the user wants them."""
    named = os.environ.get(SCRATCH_VARIABLE) or os.environ.get("TMPDIR")
    return Path(named).absolute() if named else None


def _choose_base(limits: Limits) -> Path:
    in_memory = _named() is None and _may_lie_in_memory(limits)
    return _below(_named() or (_MEMORY if in_memory else Path(tempfile.gettempdir())))


def _may_lie_in_memory(limits: Limits) -> bool:
    """What a cell writes there counts as its memory: its disk limit must be reached well before its memory's."""
    kind, options = _mount(_MEMORY)
    if kind != "tmpfs" or "noexec" in options or limits.memory_mb < 2 * limits.disk_mb:
        return False
    found = os.statvfs(_MEMORY)
    free = min(found.f_bavail * found.f_frsize, _available_bytes())
    return free >= _ROOM * (limits.memory_mb + limits.disk_mb) << 20


@lru_cache(maxsize=8)
def _mount(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Kind and options of the file system a folder lies on."""
    mounts = [line.split(" ") for line in Path("/proc/self/mounts").read_text().splitlines()]
    holding = [fields for fields in mounts if folder.is_relative_to(fields[1])]
    _, _, kind, options, *_ = max(holding, key=lambda fields: len(fields[1]), default=["", "", "", ""])
    return kind, tuple(options.split(","))


def _available_bytes() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:")), 0)


def _make(base: Path) -> None:
    """For this user alone: an agent may leave set-uid files below, and others may have made the folder first.

    Raises:
        StoreError: it is not this user's, or cannot be made.
    """
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = base.lstat()
    except OSError as error:
        what = f"no folder for cells can be made here ({error.strerror})"
        raise StoreError(what, where=str(base), remedy="set CAB_SCRATCH to a folder you can write") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StoreError("not a folder of this user", where=str(base), remedy="remove it, or set CAB_SCRATCH")
    if found.st_mode & 0o077:
        base.chmod(0o700)


@contextmanager
def open_scratch(limits: Limits = _USUAL) -> Iterator[Scratch]:
    """Make the folders of a cell with these limits, and remove them whatever happens in the block.

    Raises:
        StoreError: they cannot be made.
    """
    base = _choose_base(limits)
    _make(base)
    with Staging(base / STAGING_NAME, process_identity()) as folder:
        work, home, verify, visible = (folder.path / name for name in ("work", "home", "verify", "visible"))
        scratch = Scratch(work, home, verify, visible, _mount(base)[0])
        scratch.home.mkdir()
        scratch.verify.mkdir()
        yield scratch


def clean_scratch() -> int:
    """Remove what harness processes that no longer exist left behind; how many folders."""
    parents = {_named() or _MEMORY, _MEMORY, Path(tempfile.gettempdir())}
    return sum(clean_staging(_below(parent), owner_alive) for parent in parents)
