"""Two traces compared step by step: model calls and tool calls in order, alike steps beside each other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from codingagentbench.core.evidence import Span

MAX_STEPS = 500
SHORT = 160
"""Characters of a step's arguments that are shown."""
_KEYED = 2_000
_COMMANDS = ("command", "cmd", "commands")

Mark = Literal["same", "only A", "only B"]


@dataclass(frozen=True, slots=True)
class Step:
    """A model call or a tool call. `key` is what makes two steps alike; times in ms since the cell started."""

    kind: str
    name: str
    short: str
    key: str
    start: float
    ms: float
    error: str


@dataclass(frozen=True, slots=True)
class StepPair:
    """A line of the comparison; `one` or `other` is None where only one side took the step."""

    mark: Mark
    one: Step | None
    other: Step | None


@dataclass(frozen=True, slots=True)
class TraceDiff:
    """All lines. `counts`: steps of each side; `left_out`: steps of each that are beyond the bound."""

    pairs: tuple[StepPair, ...]
    counts: tuple[int, int]
    left_out: tuple[int, int]

    def marked(self, mark: Mark) -> int:
        """How many lines have a mark."""
        return sum(pair.mark == mark for pair in self.pairs)


def compare_traces(one: Iterable[Span], other: Iterable[Span]) -> TraceDiff:
    """How two traces differ, of the first `MAX_STEPS` steps of each."""
    sides = [steps_of(spans) for spans in (one, other)]
    ours, theirs = (side[:MAX_STEPS] for side in sides)
    matcher = SequenceMatcher(None, [step.key for step in ours], [step.key for step in theirs], autojunk=False)
    pairs: list[StepPair] = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            pairs += [StepPair("same", a, b) for a, b in zip(ours[a0:a1], theirs[b0:b1], strict=True)]
        else:
            pairs += [StepPair("only A", step, None) for step in ours[a0:a1]]
            pairs += [StepPair("only B", None, step) for step in theirs[b0:b1]]
    counts = (len(sides[0]), len(sides[1]))
    return TraceDiff(tuple(pairs), counts, (max(0, counts[0] - MAX_STEPS), max(0, counts[1] - MAX_STEPS)))


def steps_of(spans: Iterable[Span]) -> list[Step]:
    """The steps of a trace in the order in which they started."""
    found = [_step(span) for span in spans if span.kind in ("model_call", "tool_call")]
    return sorted(found, key=lambda step: step.start)


def _step(span: Span) -> Step:
    ms = max(0.0, span.end - span.start)
    if span.kind == "model_call":
        reasons = span.attrs.get("gen_ai.response.finish_reasons")
        short = ", ".join(map(str, reasons)) if isinstance(reasons, list) else ""
        return Step("model call", span.name, _shortened(short), "model call", span.start, ms, span.error)
    text, is_command = _arguments(span.attrs.get("gen_ai.tool.call.arguments"))
    key = f"command {' '.join(text.split())}" if is_command else f"{span.name} {text}"
    return Step("tool call", span.name, _shortened(text), key[:_KEYED], span.start, ms, span.error)


def _arguments(given: Any) -> tuple[str, bool]:
    """A call's arguments as text, and whether they are a shell command: agents name their shells differently."""
    text = given if isinstance(given, str) else "" if given is None else json.dumps(given, default=str)
    if len(text) > 100_000:
        return text, False
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text, False
    for name in _COMMANDS:
        command = data.get(name) if isinstance(data, dict) else None
        if isinstance(command, str):
            return command, True
        if isinstance(command, list):
            return " ".join(map(str, command)), True
    return text, False


def _shortened(text: str) -> str:
    line = " ".join(text[: SHORT * 4].split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"
