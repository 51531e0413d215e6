"""What a task's constraints need to be known beside the patch: so that a cell pays only for what it declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.languages import is_source
from codingagentbench.scoring.axes.instructions.manifest_names import is_manifest
from codingagentbench.scoring.axes.instructions.sources import covers

READ_TEXTS = ("keep-public-api", "no-comments-added", "no-new-dependency")
"""The kinds that parse the changed files."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be gathered. `tool_steps`: the agent's tool calls; `tree`: the untouched tree's paths."""

    readers: tuple[Constraint, ...]
    tool_steps: bool
    tree: bool

    @property
    def texts(self) -> bool:
        """Whether any file's text is needed."""
        return bool(self.readers)

    def wants(self, path: str) -> bool:
        """Whether a changed file's texts are needed."""
        return any(covers(rule, path) for rule in self.readers) and (is_source(path) or self.wants_anyway(path))

    def wants_anyway(self, path: str) -> bool:
        """Whether a file's text is needed even when it did not change: a list of dependencies."""
        return self.tree and is_manifest(path)


def needs_of(constraints: Iterable[Constraint]) -> Needs:
    """What these constraints need."""
    rules = tuple(constraints)
    kinds = {rule.kind for rule in rules}
    readers = tuple(rule for rule in rules if rule.kind in READ_TEXTS)
    return Needs(readers, "command-not-run" in kinds, "no-new-dependency" in kinds)
