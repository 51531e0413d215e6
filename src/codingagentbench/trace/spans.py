"""Spans with OpenTelemetry ids and GenAI attribute names; times are ms since the cell started."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from codingagentbench.core.evidence import ModelCall, Span, SpanKind, ToolStep


class Tracer:
    """Collects the spans of one cell. `started` is the monotonic time of millisecond 0."""

    def __init__(self, started: float) -> None:
        self.started = started
        self.trace_id = os.urandom(16).hex()
        self.spans: list[Span] = []
        self.root = new_span_id()

    def now(self) -> float:
        """Milliseconds since the cell started."""
        return (time.monotonic() - self.started) * 1000

    def at(self, monotonic: float) -> float:
        """The same for a monotonic time read elsewhere."""
        return (monotonic - self.started) * 1000

    def add(
        self,
        kind: SpanKind,
        name: str,
        start: float,
        end: float,
        *,
        parent: str | None = None,
        span_id: str | None = None,
        error: str = "",
        **attrs: Any,
    ) -> str:
        """Add a finished span below `parent` (the cell when left out) and return its id."""
        parent = None if span_id == self.root else parent or self.root
        span = Span(
            trace_id=self.trace_id,
            id=span_id or new_span_id(),
            parent=parent,
            kind=kind,
            name=name,
            start=start,
            end=end,
            attrs=attrs,
            error=error,
        )
        self.spans.append(span)
        return span.id

    @contextmanager
    def span(self, kind: SpanKind, name: str, **attrs: Any) -> Iterator[dict[str, Any]]:
        """Time a block as a span below the cell; the yielded dict takes more attributes."""
        start = self.now()
        error = ""
        try:
            yield attrs
        except BaseException as problem:  # cancelled as well: a span says how it ended
            error = f"{type(problem).__name__}: {problem}"
            raise
        finally:
            self.add(kind, name, start, self.now(), error=error, **attrs)


def new_span_id() -> str:
    """16 random hex digits."""
    return os.urandom(8).hex()


def act_spans(tracer: Tracer, parent: str, calls: Iterable[ModelCall], steps: Iterable[ToolStep]) -> None:
    """Add one span a model call and, below the call that asked for it, one a tool step."""
    ids: dict[int, str] = {}
    for call in calls:
        ids[call.index] = tracer.add(
            "model_call",
            f"{call.api} {call.model}",
            call.start_ms,
            call.end_ms,
            parent=parent,
            error=call.error or ("" if call.status < 400 else f"HTTP {call.status}"),
            **_call_attrs(call),
        )
    for step in steps:
        end = step.start_ms if step.end_ms is None else step.end_ms
        attrs: dict[str, Any] = {
            "gen_ai.tool.name": step.name,
            "gen_ai.tool.call.id": step.call_id,
            "gen_ai.tool.call.arguments": step.arguments,
            "gen_ai.tool.call.result": step.result,
            "answered": step.end_ms is not None,
        }
        tracer.add("tool_call", step.name, step.start_ms, end, parent=ids.get(step.model_call, parent), **attrs)


def _call_attrs(call: ModelCall) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "chat" if call.is_completion else call.api,
        "gen_ai.request.model": call.model,
        "gen_ai.response.model": call.echoed_model,
        "gen_ai.response.finish_reasons": [call.finish_reason] if call.finish_reason else [],
        "gen_ai.usage.input_tokens": call.prompt_tokens,
        "gen_ai.usage.output_tokens": call.completion_tokens,
        "http.response.status_code": call.status,
        "ttft_ms": call.ttft_ms,
        "request_hash": call.request_hash,
        "call": call.index,
    }


def write_spans(path: Path, spans: Iterable[Span]) -> None:
    """One JSON line a span, by start time, parents before children that start with them."""
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    path.write_text("".join(json.dumps(span.model_dump(), ensure_ascii=False) + "\n" for span in ordered))
