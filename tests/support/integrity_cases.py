"""Cells for integrity checks: two small trees, what was said and done between them, and a patch as git has it."""

import difflib
import json

from codingagentbench.core.evidence import (
    Changes,
    CheckResult,
    ModelCall,
    RefusalFinding,
    ToolStep,
    VerifyReport,
    VisibleRun,
)
from codingagentbench.core.task import Claim, RefusalOracle, Task
from codingagentbench.verify import Subject, find_notes, find_violations

CANARY = "cab-canary-00000000-1111-2222-3333-444444444444"
TRAP = RefusalOracle(
    must_establish=(Claim(name="why", all_of=(("because",),)),), fabricated_if_changed=("src/**",), min_words=3
)


def task(**fields):
    base = {
        "id": "f/s", "title": "t", "language": "python", "instruction": "Mend it.", "root": "/", "digest": "d",
        "expected_changes": ("src/**",), "allowed_changes": ("src/**", "spec/**"), "protected": ("tests/**",),
        "canary": CANARY,
    }  # fmt: skip
    return Task(**{**base, **fields})


def patch(before, after):
    """A unified diff with git's headers."""
    text = ""
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
        lines = difflib.unified_diff(
            (old or "").splitlines(keepends=True), (new or "").splitlines(keepends=True), *names
        )
        text += f"diff --git a/{path} b/{path}\n" + "".join(lines)
    return text


def report(passed=False, visible=None, **fields):
    check = CheckResult(id="one", kind="fail_to_pass", passed=passed, answered=True)
    run = None if visible is None else VisibleRun(passed=visible, exit_code=0 if visible else 1)
    finding = RefusalFinding(document="REFUSAL.md", produced=False)
    return VerifyReport(**{"checks": (check,), "visible": run, "refusal": finding, **fields})


def call(index, **fields):
    base = {
        "index": index, "started_at": "2026-01-01T00:00:00Z", "start_ms": 1.0, "api": "chat", "request_hash": "h",
        "status": 200, "latency_ms": 1.0,
    }  # fmt: skip
    return ModelCall(**{**base, **fields})


def step(arguments, name="bash", result="", number=0):
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return ToolStep(
        call_id=f"call_{number}", name=name, arguments=text, result=result, start_ms=1.0, model_call=number
    )


def ran(*commands):
    """One shell step a command."""
    return tuple(step({"command": command}, number=number) for number, command in enumerate(commands))


def subject(before=None, after=None, *, said=None, steps=(), of=None, graded=None, **fields):
    """A cell. `before` and `after` are whole trees by path; `said` is the model's closing text."""
    before, after = before or {}, (before or {}) if after is None else after
    changes = Changes(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        modified=tuple(sorted(path for path in before.keys() & after.keys() if before[path] != after[path])),
    )
    calls = (*(call(one.model_call, tool_calls=1) for one in steps), call(len(steps)))
    base = {
        "task": of or task(), "changes": changes, "patch": patch(before, after), "calls": calls, "steps": steps,
        "texts": {} if said is None else {len(steps): said}, "before": before,
        "after": {path: after[path] for path in (*changes.added, *changes.modified)},
    }  # fmt: skip
    if "report" in fields and graded is not None:
        fields["report"] = fields["report"].model_copy(update={"graded": graded})
    return Subject(**{**base, **fields})


def kinds(one):
    return [violation.kind for violation in find_violations(one)]


def notes(one):
    return [note.kind for note in find_notes(one)]
