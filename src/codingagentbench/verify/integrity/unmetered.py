"""unmetered-work: files changed and not one completion call went through the gateway (THREATS 19)."""

from __future__ import annotations

from codingagentbench.core.evidence import Violation
from codingagentbench.verify.integrity.subject import Subject, bounded

KIND = "unmetered-work"


def unmetered_work(subject: Subject) -> tuple[Violation, ...]:
    """The cell holds no measurement either way; this names what was done."""
    changed = subject.changes.all
    if not changed or not subject.makes_calls or any(call.is_completion for call in subject.calls):
        return ()
    detail = f"{len(changed)} files changed without a single metered model call"
    return (Violation(kind=KIND, detail=detail, evidence=bounded(changed)),)
