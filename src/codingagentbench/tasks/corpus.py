"""Where tasks are found: `CAB_CORPUS`, the repository's corpus, the packaged one, then installed task sources.

A corpus is a folder of `family/slug/task.toml`. An entry point of the group `codingagentbench.task_sources` is a
function without arguments that returns one more such folder.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import codingagentbench
from codingagentbench.core.errors import MalformedFile, UsageError
from codingagentbench.core.spec import check_task
from codingagentbench.core.task import Task, is_twin, twin_id
from codingagentbench.tasks.load import MANIFEST, load_task

CORPUS_VARIABLE = "CAB_CORPUS"
SOURCES = "codingagentbench.task_sources"


def _from_environment() -> list[Path]:
    named = [Path(part) for part in os.environ.get(CORPUS_VARIABLE, "").split(os.pathsep) if part]
    for folder in named:
        if not folder.is_dir():
            remedy = f"correct or unset {CORPUS_VARIABLE}"
            raise UsageError("no such corpus folder", where=str(folder), remedy=remedy)
    return named


@cache
def _installed() -> tuple[Path, ...]:
    from importlib.metadata import entry_points

    return tuple(Path(source.load()()) for source in entry_points(group=SOURCES))


@cache
def _own() -> tuple[Path, ...]:
    package = Path(codingagentbench.__file__).resolve().parent
    return tuple(root for root in (package.parents[1] / "corpus", package / "_corpus") if root.is_dir())


def _roots() -> Iterator[Path]:
    """Lazily: asking the installed packages costs more than finding a task in our own corpus."""
    yield from _from_environment()
    yield from _own()
    yield from _installed()


@lru_cache(maxsize=4)
def _resolved(_named: str) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(root.resolve() for root in _roots()))


def find_corpus() -> list[Path]:
    """Every corpus folder, in order of precedence.

    Raises:
        UsageError: `CAB_CORPUS` names a folder that is not there.
    """
    return list(_resolved(os.environ.get(CORPUS_VARIABLE, "")))


def _folders() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for corpus in find_corpus():
        for manifest in corpus.glob(f"*/*/{MANIFEST}"):
            folder = manifest.parent
            found.setdefault(f"{folder.parent.name}/{folder.name}", folder)
    return dict(sorted(found.items()))


def _load_as(name: str, folder: Path) -> Task:
    task = load_task(folder)
    if task.id != name:
        remedy = f"rename the folder to {task.id} or the id to {name}"
        where = str(folder / MANIFEST)
        raise MalformedFile(f"codingagentbench.id: {task.id} in the folder of {name}", where=where, remedy=remedy)
    return task


def list_tasks() -> list[Task]:
    """Every task of every corpus by id; of two with one id, the first corpus has it.

    Raises:
        MalformedFile: one of them cannot be read.
    """
    return [_load_as(name, folder) for name, folder in _folders().items()]


def _unknown(name: str) -> UsageError:
    known = list(_folders())
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    remedy = f"did you mean {' or '.join(close)}?" if close else "`cab tasks list` shows what there is"
    return UsageError(f"unknown task {name!r}", remedy=remedy)


def get_task(name: str) -> Task:
    """The task `family/slug`.

    Raises:
        UsageError: there is none of that name; the remedy names close ones.
        MalformedFile: its folder cannot be read as a task.
    """
    try:
        check_task(name)
    except ValueError as error:
        raise UsageError(str(error), remedy="`cab tasks list` shows what there is") from None
    for corpus in _roots():
        if (corpus / name / MANIFEST).is_file():
            return _load_as(name, corpus / name)
    if is_twin(name):
        return _twin(name)
    raise _unknown(name)


def _twin(name: str) -> Task:
    """A twin that no corpus holds is derived from its task, so that every process finds it by its id."""
    from codingagentbench.tasks.twin import derive_twin

    number = name.partition("+")[2]
    seed = int(number) if number.isascii() and number.isdigit() else 0
    for task, folder in _folders().items():
        if twin_id(task, seed) == name:
            return derive_twin(_load_as(task, folder), seed)
    raise UsageError(f"there is no task to derive {name!r} from", remedy="`cab tasks list` shows what there is")
