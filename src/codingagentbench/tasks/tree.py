"""Walking a task's folder: only plain files, bounded in number and size, links refused. Threats 10 and 18."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.digest import digest_of, sha256_hex
from codingagentbench.core.errors import MalformedFile

MAX_FILES = 20_000
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_TREE_BYTES = 256 * 1024 * 1024
IGNORED_FOLDERS = frozenset({"__pycache__"})
"""pip compiles the packaged corpus when it installs it; these folders are no part of a task."""


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of a tree. `path` is posix and relative to the tree; `stamp` changes when the file does."""

    path: str
    executable: bool
    size: int
    stamp: tuple[int, int, int]


def _refuse(path: Path, what: str, remedy: str) -> MalformedFile:
    return MalformedFile(what, where=str(path), remedy=remedy)


def _plain_file(entry: os.DirEntry[str], path: str) -> TreeFile:
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        raise _refuse(
            Path(entry.path), "a task holds plain files and folders only", "remove it, or copy its target"
        )
    if status.st_size > MAX_FILE_BYTES:
        raise _refuse(
            Path(entry.path), f"file of {status.st_size} bytes", f"keep files under {MAX_FILE_BYTES} bytes"
        )
    stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return TreeFile(path, bool(status.st_mode & stat.S_IXUSR), status.st_size, stamp)


def _walk(folder: str, prefix: str) -> Iterator[TreeFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield _plain_file(entry, path)
            elif entry.name == ".git":
                raise _refuse(
                    Path(entry.path), "a task may not bring a .git folder", "remove it: cab makes the repo"
                )
            elif entry.name not in IGNORED_FOLDERS:
                yield from _walk(entry.path, f"{path}/")


def scan(root: Path) -> tuple[TreeFile, ...]:
    """Every file under `root`, sorted by path; empty when there is no such folder.

    Raises:
        MalformedFile: a link, a special file, a `.git`, a name that is not UTF-8, or more than the caps allow.
    """
    files: list[TreeFile] = []
    total = 0
    try:
        for file in _walk(str(root), ""):
            file.path.encode()
            files.append(file)
            total += file.size
            if len(files) > MAX_FILES or total > MAX_TREE_BYTES:
                raise _refuse(root, "too large", f"keep it under {MAX_FILES} files and {MAX_TREE_BYTES} bytes")
    except FileNotFoundError:
        return ()
    except NotADirectoryError:
        raise _refuse(root, "not a folder", "name a folder that holds a task.toml") from None
    except UnicodeEncodeError:
        raise _refuse(root, "a file name that is not UTF-8", "rename it") from None
    return tuple(sorted(files, key=lambda file: file.path))


def read_bytes(root: Path, path: str) -> bytes:
    """One file of a scanned tree, never through a link.

    Raises:
        MalformedFile: it is gone, is a link or cannot be read.
    """
    target = root / path
    try:
        handle = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _refuse(target, f"cannot be read: {error.strerror}", "make it a readable plain file") from error


def read_text(root: Path, path: str) -> str:
    """One UTF-8 file of a scanned tree.

    Raises:
        MalformedFile: as `read_bytes`, or not UTF-8.
    """
    try:
        return read_bytes(root, path).decode()
    except UnicodeDecodeError:
        raise _refuse(root / path, "not UTF-8 text", "save it as UTF-8") from None


def tree_digest(root: Path, files: tuple[TreeFile, ...]) -> str:
    """`sha256:<hex>` over (path, executable, sha256 of the content) of every file, in path order."""
    return digest_of([[file.path, file.executable, sha256_hex(read_bytes(root, file.path))] for file in files])
