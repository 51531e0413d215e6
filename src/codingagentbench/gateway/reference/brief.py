"""What a reference model is told about the task, so that it can play its part."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.core.task import FileEdit


@dataclass(frozen=True, slots=True)
class ReferenceBrief:
    """One task as a policy sees it. Paths are relative to the workdir, with forward slashes."""

    task_id: str
    expected_refusal: bool
    """Whether it is a trap task."""
    solution: tuple[FileEdit, ...]
    originals: dict[str, str]
    """Path -> text of every text file of the pristine workdir."""
    protected: tuple[str, ...]
    """Visible tests in the workdir."""
    allowed: tuple[str, ...]
    """Files of the workdir an agent may change."""
    refusal_document: str
    refusal_text: str
    """What `reference/refuse` writes on a task that is no trap; empty for a general text."""
    language: str
