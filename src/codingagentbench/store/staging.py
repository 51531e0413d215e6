"""An attempt is made in a staging folder and renamed into place when complete: all of it, or nothing."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from codingagentbench.core.errors import StoreError
from codingagentbench.core.spec import CellSpec
from codingagentbench.store.layout import STAGING_NAME, attempt_dir

Alive = Callable[[str], bool | None]
"""Whether the process an owner names still runs; None when that cannot be told from here."""

FOREIGN_LEFTOVER_S = 24 * 3600
"""A leftover of another host (or of an earlier boot) is taken for dead after this long."""


def remove_tree(path: Path) -> bool:
    """Remove a folder of any permissions and depth; False when something of it stays (a live mount, say)."""
    try:
        shutil.rmtree(path)
    except (OSError, RecursionError):  # a folder its owner may not list, or thousands of them in each other
        with contextlib.suppress(OSError):
            _remove_flat(path)
    return not path.exists()


def _remove_flat(top: Path) -> None:
    """Empty one folder after the other, each moved right below `top` first: no path is long, nothing recurses."""
    top.chmod(stat.S_IRWXU)
    pending = [top]
    while pending:
        folder = pending.pop()
        for entry in list(os.scandir(folder)):
            if not entry.is_dir(follow_symlinks=False):
                Path(entry.path).unlink()
                continue
            inner = Path(entry.path)
            inner.chmod(stat.S_IRWXU)
            pending.append(inner if folder == top else inner.rename(top / f".{secrets.token_hex(8)}"))
        if folder != top:
            folder.rmdir()
    top.rmdir()


class Staging:
    """A folder of its own under `results/<sweep_id>/.staging`; removed on leaving unless published.

    `owner` is the identity of the process that makes it (`provenance.process_identity`).

    Raises:
        StoreError: the folder cannot be made.
    """

    def __init__(self, root: Path, owner: str) -> None:
        self.root = root
        self.path = root / f"{owner}-{secrets.token_hex(6)}"
        try:
            self._make()
        except OSError as error:
            raise StoreError(
                f"cannot make a folder here ({error.strerror})", where=str(root), remedy="give a writable --out"
            ) from error

    def _make(self) -> None:
        while True:
            try:
                self.path.mkdir()
            except FileNotFoundError:
                # Also when another process has just removed the empty root.
                self.root.mkdir(parents=True, exist_ok=True)
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def discard(self) -> None:
        """Remove the folder; nothing happens once it is published."""
        if self.path.exists():
            remove_tree(self.path)

    def publish(self, spec: CellSpec, attempt: int) -> Path:
        """Rename the complete folder to its attempt's place and return that.

        Raises:
            StoreError: the attempt exists already, leaves the results folder, or cannot be written.
        """
        results = self.root.parent.parent
        target = attempt_dir(results, spec, attempt)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(results.resolve()):
                raise StoreError("a link leads out of the results folder", where=str(target.parent))
            self.path.rename(target)
        except OSError as error:
            raise StoreError(
                f"the attempt cannot be put in place ({error.strerror})",
                where=str(target),
                remedy="if it exists already, another run made it; if not, check space and permissions",
            ) from error
        return target


def clean_staging(sweep_dir: Path, alive: Alive) -> int:
    """Remove what dead owners left in `<sweep_dir>/.staging`, and the folder itself when empty.

    Returns:
        How many leftovers were removed.
    """
    root = sweep_dir / STAGING_NAME
    removed = 0
    for leftover in list(root.iterdir()) if root.is_dir() else ():
        owner = leftover.name.rpartition("-")[0]
        if _is_dead(leftover, alive(owner)):
            removed += remove_tree(leftover)
    with contextlib.suppress(OSError):  # absent, or in use by a live owner
        root.rmdir()
    return removed


def _is_dead(leftover: Path, alive: bool | None) -> bool:
    if alive is not None:
        return not alive
    try:
        return time.time() - leftover.lstat().st_mtime > FOREIGN_LEFTOVER_S
    except FileNotFoundError:
        return False
