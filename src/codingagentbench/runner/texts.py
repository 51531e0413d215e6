"""The texts of changed files that a task's constraints are about, read safely and bounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codingagentbench.core.evidence import Changes, Source, ToolStep
from codingagentbench.core.task import Task
from codingagentbench.scoring import Needs, needs_of
from codingagentbench.tasks import pristine_tree, text_files
from codingagentbench.verify.beneath import read_regular

MAX_FILE_BYTES = 256 * 1024
"""A larger text is not kept, and what a constraint asks of it is not judged."""
MAX_TOTAL_BYTES = 4 * 1024 * 1024
"""Of all texts of one cell together."""
MAX_ARGUMENTS = 256 * 1024
"""Characters of one tool call that are kept."""
MAX_STEPS_TOTAL = 4 * 1024 * 1024
"""Characters of all tool calls of one cell that are kept."""
_MAX_RESULT = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What the constraints of a task ask for; all of it is empty when they ask for nothing."""

    sources: dict[str, Source] = field(default_factory=dict)
    tree: tuple[str, ...] = ()
    tool_steps: tuple[ToolStep, ...] = ()


def gather_asked(task: Task, work: Path, changes: Changes, steps: Sequence[ToolStep]) -> Asked:
    """Reads what a task's constraints need to be judged; `work` is the tree the agent left."""
    needs = needs_of(task.constraints)
    tree = tuple(sorted(text_files(task))) if needs.tree else ()
    return Asked(
        sources=gather_sources(needs, pristine_tree(task), work, changes, tree) if needs.texts else {},
        tree=tree,
        tool_steps=bounded_steps(steps) if needs.tool_steps else (),
    )


def gather_sources(
    needs: Needs, before: Path, after: Path, changes: Changes, tree: Sequence[str]
) -> dict[str, Source]:
    """By path, the texts from before and after of every file that is needed; `tree` has the paths before."""
    changed = [path for path in changes.all if needs.wants(path)]
    unchanged = [path for path in tree if needs.wants_anyway(path) and path not in changes.all]
    reader = _Reader(before, after, changes)
    return {path: reader.source(path) for path in (*unchanged, *changed)}


def bounded_steps(steps: Iterable[ToolStep]) -> tuple[ToolStep, ...]:
    """Tool calls with the start of their results. Arguments beyond the bounds are cut: no valid JSON any more."""
    left = MAX_STEPS_TOTAL
    kept = []
    for step in steps:
        arguments = step.arguments[: min(MAX_ARGUMENTS, left)]
        left -= len(arguments)
        result = None if step.result is None else _clean(step.result[:_MAX_RESULT])
        texts = {"arguments": _clean(arguments), "name": _clean(step.name), "call_id": _clean(step.call_id)}
        kept.append(step.model_copy(update={**texts, "result": result}))
    return tuple(kept)


def _clean(text: str) -> str:
    """Lone surrogates, which hostile JSON can hold, fit into no file."""
    return text.encode("utf-8", "replace").decode()


class _Reader:
    def __init__(self, before: Path, after: Path, changes: Changes) -> None:
        self._before, self._after = before, after
        self._added, self._removed = frozenset(changes.added), frozenset(changes.removed)
        self._unsafe = frozenset(changes.unsafe)
        self._changed = frozenset(changes.all)
        self._left = MAX_TOTAL_BYTES

    def source(self, path: str) -> Source:
        """Both texts of a path, or why they were not kept."""
        if path in self._unsafe:
            return Source(problem="no plain file")
        try:
            before = None if path in self._added else self._text(self._before, path)
            if path not in self._changed:
                return Source(before=before, after=before)
            after = None if path in self._removed else self._text(self._after, path)
        except _Unkept as problem:
            return Source(problem=str(problem))
        return Source(before=before, after=after)

    def _text(self, root: Path, path: str) -> str:
        file = read_regular(root, path, min(MAX_FILE_BYTES, self._left))
        if file is None:
            raise _Unkept("too large or unreadable")
        self._left -= len(file.data)
        try:
            return file.data.decode()
        except UnicodeDecodeError:
            raise _Unkept("not UTF-8") from None


class _Unkept(Exception):
    """A text that is not kept, and why."""
