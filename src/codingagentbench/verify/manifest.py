"""What a tree holds, file by file, and what changed between two looks at it.

A scan never follows a link, opens nothing but regular files, and is bounded in entries and in bytes. Paths are
posix and relative; bytes that are no UTF-8 stay in them as surrogates until `diff` writes them as `\\xNN`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from codingagentbench.core.evidence import Changes
from codingagentbench.core.globs import matches

MAX_ENTRIES = 200_000
"""Files and folders looked at in one scan; a tree with more gives a `truncated` manifest."""
MAX_PATH_BYTES = 32 * 1024 * 1024
"""Characters of all listed paths together, so that deep trees of long names stay within memory and the record."""
MAX_HASHED_BYTES = 1024 * 1024 * 1024
"""Bytes hashed in one scan; files beyond are told apart by size, times and inode."""
_CHUNK = 1024 * 1024
_RACY_NS = 20_000_000
"""A file changed twice within one tick of the file system's clock (10 ms at most) keeps its times."""

Kind = Literal["file", "link", "special"]
Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `sha256` is of its bytes, or of a link's target; empty when it was not read."""

    kind: Kind
    size: int
    executable: bool
    sha256: str
    stamp: Stamp
    """Size, mtime in ns, ctime in ns, inode."""

    def same_as(self, other: Entry) -> bool:
        """Equal content, kind and x-bit; without both digests, the same stamp."""
        if (self.kind, self.executable, self.size) != (other.kind, other.executable, other.size):
            return False
        return self.sha256 == other.sha256 if self.sha256 and other.sha256 else self.stamp == other.stamp


@dataclass(slots=True)
class Manifest:
    """A tree's files by path; the top `.git` is left out, a `.git` elsewhere is named and not entered."""

    entries: dict[str, Entry] = field(default_factory=dict)
    git_dirs: set[str] = field(default_factory=set)
    truncated: bool = False
    """More was there than a scan lists: what is not listed is not known to be absent."""
    scanned_ns: int = 0


@dataclass(slots=True)
class _Scan:
    manifest: Manifest
    cache: Manifest | None
    budget: int = MAX_HASHED_BYTES
    path_bytes: int = MAX_PATH_BYTES
    seen: int = 0

    def entry(self, path: str, place: str, found: os.stat_result) -> Entry:
        stamp = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        known = self._known(path, stamp, found)
        if known is not None:
            return known
        kind: Kind = "special"
        digest = ""
        if stat.S_ISREG(found.st_mode):
            kind, digest = "file", self._digest(place, found.st_size)
        elif stat.S_ISLNK(found.st_mode):
            kind, digest = "link", hashlib.sha256(os.fsencode(Path(place).readlink())).hexdigest()
        return Entry(kind, found.st_size, bool(found.st_mode & stat.S_IXUSR), digest, stamp)

    def _known(self, path: str, stamp: Stamp, found: os.stat_result) -> Entry | None:
        if self.cache is None or found.st_ctime_ns > self.cache.scanned_ns - _RACY_NS:
            return None
        known = self.cache.entries.get(path)
        unchanged = known is not None and known.stamp == stamp and known.kind == "file"
        return known if unchanged and stat.S_ISREG(found.st_mode) else None

    def _digest(self, place: str, size: int) -> str:
        if size > self.budget:
            return ""
        self.budget -= size
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # unreadable for this user: told apart by its stamp
            return ""
        digest = hashlib.sha256()
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            while size > 0 and (chunk := file.read(min(_CHUNK, size))):
                digest.update(chunk)
                size -= len(chunk)
        return digest.hexdigest()


def _listing(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from entries


def scan(root: Path, *, cache: Manifest | None = None, max_entries: int = MAX_ENTRIES) -> Manifest:
    """List a tree. Files whose size, times and inode are those of `cache` are not read again.

    What cannot be entered or looked at is listed as `special`; only a missing root raises (OSError).
    """
    manifest = Manifest(scanned_ns=time.time_ns())
    work = _Scan(manifest, cache)
    pending = [""]
    while pending and not manifest.truncated:
        prefix = pending.pop()
        try:
            _scan_folder(work, root, prefix, pending, max_entries)
        except OSError:
            if not prefix:
                raise
            manifest.entries[prefix.rstrip("/")] = Entry("special", 0, False, "", (0, 0, 0, 0))
    return manifest


def _scan_folder(work: _Scan, root: Path, prefix: str, pending: list[str], max_entries: int) -> None:
    for item in _listing(os.path.join(root, prefix)):  # noqa: PTH118 - thousands of times a scan
        if item.name == ".git":
            if prefix:
                work.manifest.git_dirs.add(prefix + item.name)
            continue
        work.seen += 1
        work.path_bytes -= len(prefix) + len(item.name)
        if work.seen > max_entries or work.path_bytes < 0:
            work.manifest.truncated = True
            return
        path = prefix + item.name
        if item.is_dir(follow_symlinks=False):
            pending.append(path + "/")
        else:
            work.manifest.entries[path] = work.entry(path, item.path, item.stat(follow_symlinks=False))


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Line breaks and the like: no tree needs them in a name, and what reads a list of paths can be led astray."""


def printable(path: str) -> str:
    """The path as valid Unicode: a byte that is no UTF-8 becomes `\\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_safe(path: str, before: Manifest, after: Manifest) -> bool:
    entries = (before.entries.get(path), after.entries.get(path))
    plain = printable(path) == path and not _CONTROL.search(path)
    return plain and all(entry is None or entry.kind == "file" for entry in entries)


def _shown(paths: set[str]) -> tuple[str, ...]:
    return tuple(sorted({printable(path) for path in paths}))


def diff(before: Manifest, after: Manifest, housekeeping: tuple[str, ...] = ()) -> Changes:
    """What differs, without line counts. Added files that `housekeeping` covers are litter, on their own.

    A link, device, undecodable name or one with control characters is listed twice: as the change it is, and as
    unsafe. When `after` is truncated nothing is called removed.
    """
    old, new = before.entries, after.entries
    added = new.keys() - old.keys()
    removed = set() if after.truncated else old.keys() - new.keys()
    modified = {path for path in old.keys() & new.keys() if not old[path].same_as(new[path])}
    litter = {path for path in added if matches(printable(path), housekeeping)}
    added -= litter
    unsafe = {path for path in added | removed | modified if not _is_safe(path, before, after)}
    return Changes(
        added=_shown(added),
        removed=_shown(removed),
        modified=_shown(modified),
        litter=_shown(litter),
        unsafe=_shown(unsafe),
        extra_git_dir=bool(after.git_dirs - before.git_dirs),
        truncated=after.truncated,
    )


def left_behind(before: Manifest, after: Manifest, own: tuple[str, ...]) -> tuple[str, ...]:
    """Files added to or changed in a second tree (HOME) that the globs of the agent's own folders do not cover."""
    changes = diff(before, after, own)
    return tuple(path for path in changes.all if not matches(path, own))
