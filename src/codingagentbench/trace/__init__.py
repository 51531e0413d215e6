"""What happened when: spans, the terminal recording, and where the wall clock went."""

from codingagentbench.trace.cast import CastWriter
from codingagentbench.trace.latency import ActPhase, latency_stack
from codingagentbench.trace.spans import Tracer, act_spans, write_spans
from codingagentbench.trace.text import plain_text

__all__ = ["ActPhase", "CastWriter", "Tracer", "act_spans", "latency_stack", "plain_text", "write_spans"]
