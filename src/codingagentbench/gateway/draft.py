"""One call while it is under way, and its line in the record when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from codingagentbench.core.evidence import ModelCall
from codingagentbench.gateway.answer import Answer, Usage
from codingagentbench.gateway.estimate import estimate_usage
from codingagentbench.gateway.health import Verdict, verdict_of_failure, verdict_of_status
from codingagentbench.gateway.redact import Redactor
from codingagentbench.gateway.request import AgentRequest

CLIENT_CLOSED = "client closed"
STREAM_CUT = "stream cut"


@dataclass(slots=True)
class CallDraft:
    """Filled in as the call goes on. Times are seconds on the monotonic clock."""

    index: int
    request: AgentRequest
    started_at: datetime
    started: float
    status: int = 0
    error: str = ""
    sent_on: bool = False
    """Whether it reached the upstream: only such calls say something about it."""
    cut: bool = False
    left: bool = False
    """The agent closed before the end."""
    retries: int = 0
    wait_ms: float = 0.0
    first_content: float | None = None
    answer: Answer | None = None
    request_body: str = ""
    response_body: str = ""
    response_bytes: int = 0

    def usage(self) -> tuple[Usage | None, str]:
        """Tokens and their source; a call that failed has none, one the agent left early is estimated."""
        if self.answer is None or not self.sent_on:
            return None, "none"
        if self.answer.usage is not None:
            return self.answer.usage, "provider"
        if 200 <= self.status < 300 and (self.left or not self.error):
            return estimate_usage(self.request.json, self.answer), "estimated"
        return None, "none"

    def verdict(self) -> Verdict:
        """How the call ended, as far as the endpoint is concerned."""
        if self.left:
            return Verdict.LEFT_EARLY if self.first_content is not None else Verdict.LEFT_WAITING
        if not 200 <= self.status < 300:
            return verdict_of_status(self.status)
        if self.answer is not None and self.answer.failure is not None:
            return verdict_of_failure(self.answer.failure)
        return Verdict.UNAVAILABLE if self.error else Verdict.OK

    def line(self, cell_started: float, ended: float, redactor: Redactor) -> ModelCall:
        """The record's line; every text in it is redacted."""
        answer = self.answer or Answer()
        usage, source = self.usage()
        clean = redactor.text
        return ModelCall.model_validate({
            "index": self.index,
            "started_at": self.started_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "start_ms": _ms(self.started - cell_started),
            "api": self.request.api,
            "model": clean(self.request.model),
            "request_hash": self.request.digest,
            "stream": self.request.streams,
            "status": self.status,
            "error": clean(self.error),
            "finish_reason": clean(answer.finish_reason),
            "prompt_tokens": usage and usage.prompt,
            "completion_tokens": usage and usage.completion,
            "cached_tokens": usage and usage.cached,
            "reasoning_tokens": usage and usage.reasoning,
            "tokens_source": source,
            "ttft_ms": None if self.first_content is None else _ms(self.first_content - self.started),
            "latency_ms": _ms(ended - self.started),
            "wait_ms": round(self.wait_ms, 3),
            "retries": self.retries,
            "tool_calls": len(answer.tool_calls),
            "echoed_model": clean(answer.model),
            "system_fingerprint": clean(answer.fingerprint),
            "request_bytes": len(self.request.body),
            "response_bytes": self.response_bytes,
            "request_body": self.request_body,
            "response_body": self.response_body,
        })  # fmt: skip


def _ms(seconds: float) -> float:
    return round(max(0.0, seconds) * 1000, 3)
