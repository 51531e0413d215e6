"""Spans nest: cell > adapter_run > model_call > tool_call, with OpenTelemetry ids."""

import json
import re

import pytest

from codingagentbench.core.evidence import ModelCall, ToolStep
from codingagentbench.trace import Tracer, act_spans, write_spans


def test_model_calls_and_tool_steps_nest(tmp_path):
    tracer = Tracer(started=0.0)
    act = tracer.add("adapter_run", "opencode", 10, 100)
    model = ModelCall(
        index=3, started_at="", start_ms=20, api="chat", model="v/m", request_hash="h", status=500, latency_ms=30
    )
    step = ToolStep(call_id="c1", name="bash", arguments='{"command": "ls"}', start_ms=50, model_call=3)
    act_spans(tracer, act, [model], [step])
    tracer.add("cell", "x", 0, 120, span_id=tracer.root)
    write_spans(tmp_path / "trace.jsonl", tracer.spans)
    spans = {span["kind"]: span for span in map(json.loads, (tmp_path / "trace.jsonl").read_text().splitlines())}
    assert spans["cell"]["parent"] is None
    assert spans["adapter_run"]["parent"] == spans["cell"]["id"]
    assert spans["model_call"]["parent"] == spans["adapter_run"]["id"]
    assert spans["model_call"]["error"] == "HTTP 500"
    assert spans["tool_call"]["parent"] == spans["model_call"]["id"]
    assert spans["tool_call"]["attrs"]["gen_ai.tool.call.arguments"] == '{"command": "ls"}'
    assert spans["tool_call"]["attrs"]["answered"] is False
    assert all(re.fullmatch("[0-9a-f]{32}", span["trace_id"]) for span in spans.values())
    assert all(re.fullmatch("[0-9a-f]{16}", span["id"]) for span in spans.values())


def test_a_block_that_fails_leaves_a_span_with_its_error():
    tracer = Tracer(started=0.0)
    with pytest.raises(RuntimeError), tracer.span("verify", "v") as attrs:
        attrs["checks"] = 2
        raise RuntimeError("broken")
    (span,) = tracer.spans
    assert span.error == "RuntimeError: broken"
    assert span.attrs == {"checks": 2}
    assert span.end >= span.start
