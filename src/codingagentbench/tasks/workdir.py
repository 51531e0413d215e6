"""The tree an agent gets: the task's files and a one-commit repository, copied from a cache in a millisecond."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from codingagentbench.core.digest import digest_of, sha256_hex
from codingagentbench.core.errors import HarnessError
from codingagentbench.core.task import Task
from codingagentbench.tasks.git import make_repository
from codingagentbench.tasks.tree import read_bytes, scan, tree_digest

CACHE_VARIABLE = "CAB_CACHE"
_LAYOUT = "workdirs-2"
"""Part of the path: another way of building gets another cache."""
_IN_MEMORY = 256 * 1024
"""Files up to this many bytes are kept in memory between cells."""

_checked: set[Path] = set()
"""Caches whose seal this process has looked at."""


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    mode: int
    content: bytes | None
    """None for a large file, which is copied from the cache."""


@dataclass(frozen=True, slots=True)
class _Plan:
    folders: tuple[str, ...]
    files: tuple[_File, ...]


def cache_folder() -> Path:
    """`CAB_CACHE`, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else _user_cache()


@cache
def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("codingagentbench")


def _walk(top: Path) -> Iterator[Path]:
    """Everything under `top`, parents first, in a fixed order. Only for trees we wrote ourselves."""
    for path in sorted(top.iterdir()):
        yield path
        if path.is_dir():
            yield from _walk(path)


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & 0o100 else 0o644


def _seal(top: Path) -> str:
    """A digest over all that was built, by which a cache that was cut short or touched is found out."""
    rows = [
        [path.relative_to(top).as_posix(), _mode(path), sha256_hex(path.read_bytes()) if path.is_file() else ""]
        for part in ("tree", "repo")
        for path in _walk(top / part)
    ]
    return digest_of(rows)


def _copy_tree(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for file in scan(source):
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(read_bytes(source, file.path))
        path.chmod(0o755 if file.executable else 0o644)


def _build(task: Task, top: Path) -> None:
    if tree_digest(task.root, scan(task.root)) != task.digest:
        raise HarnessError(f"{task.id} changed after it was read", where=str(task.root), remedy="run again")
    _copy_tree(task.workdir, top / "tree")
    _copy_tree(task.workdir, top / "repo")
    make_repository(top / "repo")
    (top / "seal").write_text(_seal(top))


def _sealed(top: Path) -> bool:
    try:
        return (top / "seal").read_text() == _seal(top)
    except OSError:
        return False


def _publish(task: Task, top: Path) -> None:
    """Build beside the final place and rename: of two builders one wins, and both find a whole cache."""
    attempt = top.with_name(f".{top.name}.{secrets.token_hex(6)}")
    stale = attempt.with_suffix(".stale")
    try:
        attempt.mkdir(parents=True)
        _build(task, attempt)
        if top.exists() and not _sealed(top):
            top.rename(stale)
        if not top.exists():
            attempt.rename(top)
    except OSError as error:
        if _sealed(top):
            return
        remedy = f"make it writable, or set {CACHE_VARIABLE} to a folder that is"
        raise HarnessError(f"cache: {error.strerror}", where=str(top.parent), remedy=remedy) from error
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
        shutil.rmtree(stale, ignore_errors=True)


def _top(task: Task) -> Path:
    top = cache_folder() / _LAYOUT / task.digest.removeprefix("sha256:")
    if top not in _checked or not top.is_dir():
        if not _sealed(top):
            _publish(task, top)
        _checked.add(top)
    return top


@lru_cache(maxsize=256)
def _plan(repo: Path) -> _Plan:
    folders: list[str] = []
    files: list[_File] = []
    for path in _walk(repo):
        name = path.relative_to(repo).as_posix()
        if path.is_dir():
            folders.append(name)
        else:
            small = path.stat().st_size <= _IN_MEMORY
            files.append(_File(name, _mode(path), path.read_bytes() if small else None))
    return _Plan(tuple(folders), tuple(files))


def _write(path: str, file: _File, repo: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, file.mode)
    try:
        os.fchmod(handle, file.mode)
        content = file.content if file.content is not None else (repo / file.path).read_bytes()
        written = 0
        while written < len(content):
            written += os.write(handle, content[written:])
    finally:
        os.close(handle)


def prepare_workdir(task: Task, destination: Path) -> None:
    """Materialise the task's tree, as a one-commit git repository, in a folder that is new or empty.

    Raises:
        HarnessError: the cache or the destination cannot be written, or git failed.
        MissingTool: there is no git.
    """
    repo = _top(task) / "repo"
    plan, base = _plan(repo), f"{destination}/"
    try:
        destination.mkdir(parents=True, exist_ok=True)
        for folder in plan.folders:
            os.mkdir(base + folder, 0o755)  # noqa: PTH102 - a Path per file would double the cost of a cell
        for file in plan.files:
            _write(base + file.path, file, repo)
    except OSError as error:
        remedy = "give a new or empty folder on a disk with room"
        raise HarnessError(f"workdir: {error.strerror}", where=str(destination), remedy=remedy) from error


def pristine_tree(task: Task) -> Path:
    """The same tree without the repository, for grading and comparing. Shared: bind it read-only, never write.

    Raises:
        HarnessError, MissingTool: as `prepare_workdir`.
    """
    return _top(task) / "tree"
