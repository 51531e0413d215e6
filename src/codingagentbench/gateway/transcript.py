"""The agent's steps, read off the wire: a tool call in an answer, its result in a later request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from codingagentbench.core.evidence import ToolStep
from codingagentbench.gateway.answer import ToolCall
from codingagentbench.gateway.redact import Redactor

_MAX_STEPS = 20_000


@dataclass(slots=True)
class _Step:
    call: ToolCall
    nth: int
    """How many earlier calls had the same id: some servers number them anew in every answer."""
    model_call: int
    start_ms: float
    result: str | None = None
    end_ms: float | None = None


class Transcript:
    """Requests and answers in the order they pass; steps come out redacted."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._steps: list[_Step] = []
        self._open: dict[tuple[str, int], _Step] = {}
        self._uses: Counter[str] = Counter()
        self._texts: dict[int, str] = {}

    def saw_request(self, results: Iterable[tuple[str, str]], start_ms: float) -> None:
        """The tool results a request carries, its whole history included, in order."""
        seen: Counter[str] = Counter()
        for identity, text in results:
            step = self._open.pop((identity, seen[identity]), None)
            seen[identity] += 1
            if step is not None:
                step.result, step.end_ms = text, start_ms

    def saw_answer(self, model_call: int, text: str, calls: Iterable[ToolCall], end_ms: float) -> None:
        """What one complete answer said and asked for."""
        if text:
            self._texts[model_call] = text
        for call in calls:
            if len(self._steps) >= _MAX_STEPS:
                return
            step = _Step(call, self._uses[call.id], model_call, end_ms)
            self._uses[call.id] += 1
            self._steps.append(step)
            if call.id:
                self._open[(call.id, step.nth)] = step

    def steps(self) -> list[ToolStep]:
        """In the order they were asked for."""
        return [self._public(number, step) for number, step in enumerate(self._steps)]

    def texts(self) -> dict[int, str]:
        """Index of the model call -> the assistant's text."""
        return {index: self._redactor.text(text) for index, text in sorted(self._texts.items())}

    def _public(self, number: int, step: _Step) -> ToolStep:
        clean = self._redactor.text
        return ToolStep(
            call_id=clean(step.call.id) or f"step-{number}",
            name=clean(step.call.name),
            arguments=clean(step.call.arguments),
            result=None if step.result is None else clean(step.result),
            start_ms=step.start_ms,
            end_ms=step.end_ms,
            model_call=step.model_call,
        )
