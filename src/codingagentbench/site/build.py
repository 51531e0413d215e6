"""The static site: every planned path made once, skipped when nothing it is made from has changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from codingagentbench.core.errors import StoreError
from codingagentbench.site.output import Copy, Output, Page, View
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site
from codingagentbench.site.views import view_of, views

MANIFEST = ".site-manifest.json"
_SLICE = 64


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: files made anew, left as they were, and removed."""

    made: int
    kept: int
    removed: int


def build(
    site: Site, target: Path, *, jobs: int | None = None, on_progress: Callable[[int, int], None] | None = None
) -> Built:
    """Make or update the static site in a folder.

    Args:
        jobs: processes for pages that there are many of; the CPU cores by default.
        on_progress: called with files made so far and files to make.

    Raises:
        StoreError: the folder is in use for something else, or cannot be written.
    """
    before = _read_manifest(target)
    plan = {planned.path: (planned.stamp, view) for view in views() for planned in view.planned(site)}
    stamps = {path: stamp for path, (stamp, _) in plan.items()}
    todo = [path for path, stamp in stamps.items() if before.get(path) != stamp]
    done = 0
    try:
        for count in _made(site, target, [(path, plan[path][1]) for path in todo], jobs or os.cpu_count() or 1):
            done += count
            if on_progress:
                on_progress(done, len(todo))
        gone = [path for path in before if path not in stamps]
        for path in gone:
            (target / path).unlink(missing_ok=True)
        _write_manifest(target, stamps)
    except OSError as error:
        raise StoreError(
            f"the site cannot be written ({error.strerror})", where=str(error.filename or target),
            remedy="free some space, or give a folder you may write",
        ) from error  # fmt: skip
    return Built(len(todo), len(stamps) - len(todo), len(gone))


def _made(site: Site, target: Path, todo: Sequence[tuple[str, View]], jobs: int) -> Iterable[int]:
    """Counts of files made, as they are. Pages that there are many of are made by forks of this process."""
    many = [path for path, view in todo if view.many]
    few = [path for path, view in todo if not view.many]
    slices = [many[start : start + _SLICE] for start in range(0, len(many), _SLICE)]
    if jobs > 1 and len(slices) > 1:
        _ = site.catalogue.by_place, site.tasks, site.agents, site.base_stamp  # made once, before the forks
        with ProcessPoolExecutor(
            jobs, mp_context=get_context("fork"), initializer=_start, initargs=(site, target)
        ) as pool:
            yield from pool.map(_make_slice, slices)
    else:
        few = many + few
    maker = _Maker(site, target)
    for path in few:
        maker.make(path)
        yield 1


class _Maker:
    """Makes files of one site in one process."""

    def __init__(self, site: Site, target: Path) -> None:
        self._site, self._target, self._renderer = site, target, Renderer(site)
        self._folders: set[Path] = set()

    def make(self, path: str) -> None:
        """Write the file of a planned path."""
        view = view_of(path.partition("/")[0])
        output = view.output(self._site, path, {}) if view else None
        if output is None:
            raise AssertionError(f"{path} was planned and nothing lies there")
        self._write(self._target / path, output)

    def _write(self, file: Path, output: Output) -> None:
        if file.parent not in self._folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(file.parent)
        if isinstance(output, Copy):
            shutil.copyfile(output.source, file)
        elif isinstance(output, Page):
            file.write_text(self._renderer.html(output), encoding="utf-8", errors="replace")
        else:
            file.write_bytes(output.body)


_maker: list[_Maker] = []
"""The maker of a forked worker; empty in the parent."""


def _start(site: Site, target: Path) -> None:
    _maker[:] = [_Maker(site, target)]


def _make_slice(paths: Sequence[str]) -> int:
    for path in paths:
        _maker[0].make(path)
    return len(paths)


def _read_manifest(target: Path) -> dict[str, str]:
    """Stamps of an earlier build; empty for a new folder.

    Raises:
        StoreError: the folder holds something that is no site.
    """
    manifest = target / MANIFEST
    if not manifest.is_file():
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise StoreError(
                "this is not an empty folder, nor a site made earlier", where=str(target),
                remedy="name a new folder: files that a site no longer has are removed from it",
            )  # fmt: skip
        return {}
    try:
        known = json.loads(manifest.read_bytes())
    except ValueError:
        return {}  # a torn manifest: everything is made again
    return {str(path): str(stamp) for path, stamp in known.items()} if isinstance(known, dict) else {}


def _write_manifest(target: Path, stamps: dict[str, str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    part = target / f"{MANIFEST}.part"
    part.write_text(json.dumps(stamps, separators=(",", ":")), encoding="utf-8")
    part.replace(target / MANIFEST)
