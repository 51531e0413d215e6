"""The static site: every planned path made once, skipped when nothing it is made from has changed."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from codingagentbench.core.errors import StoreError
from codingagentbench.site import paths
from codingagentbench.site.output import Copy, Output, Page, View
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site
from codingagentbench.site.social import is_pictured, picture
from codingagentbench.site.views import view_of, views

MANIFEST = ".site-manifest.json"
_SLICE = 16
_FORKED = 32
"""Pages for which it is worth to start processes."""


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
    plan = {planned.path: (planned.entry, view) for view in views() for planned in view.planned(site)}
    stamps = {path: entry for path, (entry, _) in plan.items()}
    todo = [path for path, entry in stamps.items() if before.get(path) != entry]
    done = 0
    try:
        _clear_folders(target, [entry for path, entry in before.items() if stamps.get(path) != entry])
        for count in _made(site, target, [(path, plan[path][1]) for path in todo], jobs or os.cpu_count() or 1):
            done += count
            if on_progress:
                on_progress(done, len(todo))
        gone = [path for path in before if path not in stamps]
        for path in gone:
            (target / path).unlink(missing_ok=True)
            (target / paths.social_image(path)).unlink(missing_ok=True)
        if not site.options.social:
            shutil.rmtree(target / "og", ignore_errors=True)
        _write_manifest(target, stamps)
    except OSError as error:
        raise StoreError(
            f"the site cannot be written ({error.strerror})", where=str(error.filename or target),
            remedy="free some space, or give a folder you may write",
        ) from error  # fmt: skip
    return Built(len(todo), len(stamps) - len(todo), len(gone))


def _clear_folders(target: Path, entries: Iterable[str]) -> None:
    """Remove the folders of pages that are to be made anew or are no more."""
    for entry in entries:
        folder = entry.partition(" ")[2]
        if folder:
            shutil.rmtree(target / folder, ignore_errors=True)


def _made(site: Site, target: Path, todo: Sequence[tuple[str, View]], jobs: int) -> Iterable[int]:
    """Counts of files made, as they are. Pages that there are many of are made by forks of this process, which
    know what it has computed so far; it makes the others meanwhile."""
    many = [path for path, view in todo if view.many]
    few = [path for path, view in todo if not view.many]
    maker = _Maker(site, target)
    if jobs < 2 or len(many) < _FORKED:
        for path in many + few:
            maker.make(path)
            yield 1
        return
    board(site)  # which every fork would otherwise compute
    slices = [many[start : start + _SLICE] for start in range(0, len(many), _SLICE)]
    with (
        _frozen(),
        ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=_start, initargs=(maker,)) as pool,
    ):
        made = pool.map(_make_slice, slices)
        for path in few:
            maker.make(path)
            yield 1
        yield from made


@contextmanager
def _frozen() -> Iterator[None]:
    """The collector keeps off what there is: to walk over many thousand cells takes longer than a page, and forks
    would copy what it touches."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


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
        self._write(path, output)

    def _write(self, path: str, output: Output) -> None:
        file = self._place(path)
        if isinstance(output, Copy):
            shutil.copyfile(output.source, file)
        elif isinstance(output, Page):
            file.write_text(self._renderer.html(output), encoding="utf-8", errors="replace")
            for beside in output.files():
                self._write(beside.path, beside)
            if is_pictured(self._site, output):
                image = picture(self._site, output)
                self._write(image.path, image)
        else:
            file.write_bytes(output.body)

    def _place(self, path: str) -> Path:
        """Where a path is written. No name of a result may lead out of the folder."""
        if not _is_inside(path):
            raise StoreError("a name leads out of the site's folder", where=ascii(path))
        file = self._target / path
        if file.parent not in self._folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(file.parent)
        return file


_maker: list[_Maker] = []
"""The maker of a forked worker; empty in the parent."""


def _start(maker: _Maker) -> None:
    _maker[:] = [maker]


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
    if not isinstance(known, dict):
        return {}
    entries = {str(path): str(entry) for path, entry in known.items()}
    return {path: entry for path, entry in entries.items() if _is_inside(path) and _is_inside(entry)}


def _is_inside(path: str) -> bool:
    """Whether a path below the site's folder, or a manifest's entry that may name one, stays below it."""
    parts = path.replace(" ", "/ ").split("/")
    return not path.startswith("/") and " " not in parts and not {"..", " .."} & set(parts)


def _write_manifest(target: Path, stamps: dict[str, str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    part = target / f"{MANIFEST}.part"
    part.write_text(json.dumps(stamps, separators=(",", ":")), encoding="utf-8")
    part.replace(target / MANIFEST)
