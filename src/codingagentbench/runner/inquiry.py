"""Gathers what the integrity checks read about one cell, and asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.evidence import Changes, IntegrityFact, ToolStep, VerifyReport, Violation
from codingagentbench.core.task import Task
from codingagentbench.runner.act import Act
from codingagentbench.tasks import text_files
from codingagentbench.verify import Subject, find_notes, find_violations, is_start_up_file
from codingagentbench.verify.beneath import read_regular

MAX_FILE_BYTES = 512 * 1024
"""A changed file larger than this is not looked into."""
MAX_TOTAL_BYTES = 8 * 1024 * 1024
"""Of all files that are looked into; what is over is left out."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the checks found, the gateway's own findings included."""

    violations: tuple[Violation, ...] = ()
    notes: tuple[IntegrityFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Remains:
    """What an agent left: the trees, what changed in them, and the steps it took."""

    work: Path
    home: Path
    changes: Changes
    home_changes: Changes
    patch: str
    steps: tuple[ToolStep, ...]
    decoys: Mapping[str, str]


def inquire(task: Task, done: Act, remains: Remains, report: VerifyReport | None) -> Findings:
    """Everything the checks find about one cell. `report` is None where it was not graded."""
    gateway, changes = done.gateway, remains.changes
    compare = report is not None and report.visible is not None and report.visible.passed
    secrets = (*remains.decoys.values(), *task.secrets, *((task.canary,) if task.canary else ()))
    subject = Subject(
        task=task,
        changes=changes,
        patch=remains.patch,
        report=report,
        calls=tuple(gateway.calls),
        makes_calls=done.makes_calls,
        steps=remains.steps,
        texts=gateway.texts(),
        before=text_files(task) if compare else {},
        after=_texts(remains.work, (*changes.added, *changes.modified)) if compare else {},
        home=_start_up_files(remains),
        decoys=remains.decoys,
        seen=gateway.first_seen(secrets),
    )
    return Findings((*find_violations(subject), *gateway.violations), find_notes(subject))


def _start_up_files(remains: Remains) -> dict[str, str]:
    """Text of changed start-up files of HOME; a link or a file too large has none, and is named all the same."""
    changed = (*remains.home_changes.added, *remains.home_changes.modified)
    paths = [path for path in changed if is_start_up_file(path)]
    return dict.fromkeys(paths, "") | _texts(remains.home, tuple(paths))


def _texts(root: Path, paths: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    left = MAX_TOTAL_BYTES
    for path in paths:
        file = read_regular(root, path, min(MAX_FILE_BYTES, left))
        if file is not None:
            left -= len(file.data)
            found[path] = file.data.decode(errors="replace")
    return found
