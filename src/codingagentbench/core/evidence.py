"""Everything a scorer may read about one cell. Pure data; each part is also a file in the cell directory."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.task import CheckKind, Constraint


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Changes(_Data):
    """What differs between the tree before and after the agent, as sorted posix paths in the workdir."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    litter: tuple[str, ...] = Field((), description="the agent's declared housekeeping files, set aside")
    home: tuple[str, ...] = Field((), description="files left in HOME beyond the agent's own folders")
    unsafe: tuple[str, ...] = Field((), description="links, devices, sockets: listed, never followed nor graded")
    extra_git_dir: bool = Field(False, description="a .git folder beside the workdir's own")
    truncated: bool = Field(False, description="more was left than a scan lists; counts as the disk limit")
    lines_added: int = 0
    lines_removed: int = 0

    @property
    def all(self) -> tuple[str, ...]:
        """Added, removed and modified paths, litter left out."""
        return tuple(sorted({*self.added, *self.removed, *self.modified}))


CheckStatus = Literal["pass", "fail", "skip", "error"]
"""As test runners and JUnit XML know them. Only `pass` is a pass; what was not reported is an `error`."""


class CheckResult(_Data):
    """One hidden check: `answered` tells a wrong answer from none."""

    id: str
    kind: CheckKind
    passed: bool
    answered: bool
    detail: str = ""
    status: CheckStatus | None = Field(None, description="None in reports made before it was kept")
    seconds: float | None = Field(None, description="as the test runner measured it, inside the sandbox")


class RefusalFinding(_Data):
    """The one refusal oracle's verdict, used by verifier and scorer alike."""

    document: str
    produced: bool
    established: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    fabricated_fix: bool = False
    correct: Literal["true", "partial", "false"] = "false"
    declined_in_text: bool = Field(
        False, description="the model's last words decline, no file was changed and no document written"
    )

    @property
    def refused(self) -> bool:
        """By the document, or in so many words and without any work."""
        return self.produced or self.declined_in_text


class VisibleRun(_Data):
    """The visible tests over the graded tree, pristine again where they are protected. No verdict rests on it."""

    passed: bool
    exit_code: int | None = None
    timed_out: bool = False
    output_tail: str = ""


class VerifyReport(_Data):
    """The verifier's findings over the allowed changes in a fresh sandbox. Written as `verify.json`."""

    checks: tuple[CheckResult, ...] = ()
    refusal: RefusalFinding | None = None
    exit_code: int | None = Field(None, description="of the driver, or of the build step that failed")
    timed_out: bool = False
    stdout_tail: str = ""
    stderr_tail: str = ""
    graded: tuple[str, ...] = Field((), description="changed paths that were laid over the pristine tree")
    ignored: tuple[str, ...] = Field((), description="changed paths that were not allowed")
    visible: VisibleRun | None = Field(None, description="only where something was graded and does not pass")
    tampering: tuple[str, ...] = Field((), description="signs that graded code reached for its test runner")
    overhead_ms: float | None = Field(
        None, description="verification time beside the sandboxed commands themselves"
    )

    @property
    def passed(self) -> bool:
        """Every check reported once and passing; no check at all is not a pass."""
        return bool(self.checks) and all(check.passed for check in self.checks)


class IntegrityFact(_Data):
    """Something worth knowing about how a result came about, with the places it was seen at."""

    kind: str
    detail: str
    evidence: tuple[str, ...] = ()


class Violation(IntegrityFact):
    """A fact that breaks integrity. One that could have bought the verdict makes the cell `cheated`."""

    could_buy_verdict: bool = False


class ModelCall(_Data):
    """One line of `model_calls.jsonl`. Times: ms since the cell started, ISO 8601 for `started_at`."""

    index: int
    started_at: str
    start_ms: float
    api: Literal["chat", "responses", "models", "other"]
    model: str = ""
    request_hash: str
    stream: bool = False
    status: int
    error: str = ""
    finish_reason: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    tokens_source: Literal["provider", "estimated", "none"] = "none"
    ttft_ms: float | None = Field(None, description="to the first content byte of the answer")
    latency_ms: float = Field(description="request received to last byte sent on, waits included")
    wait_ms: float = Field(0.0, description="spent between retries towards the endpoint")
    retries: int = Field(0, description="tries towards the endpoint after the first")
    tool_calls: int = 0
    echoed_model: str = ""
    system_fingerprint: str = ""
    request_bytes: int = 0
    response_bytes: int = 0
    request_body: str = Field("", description="sha256 name under bodies/, redacted")
    response_body: str = ""

    @property
    def total_tokens(self) -> int | None:
        """Prompt plus completion, None unless both are known."""
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return self.prompt_tokens + self.completion_tokens

    @property
    def end_ms(self) -> float:
        """When the last byte was sent on."""
        return self.start_ms + self.latency_ms

    @property
    def is_completion(self) -> bool:
        """A call that asks the model for tokens."""
        return self.api in ("chat", "responses")

    @property
    def succeeded(self) -> bool:
        """Answered in full with a 2xx."""
        return 200 <= self.status < 300 and not self.error


class ToolStep(_Data):
    """A tool call seen in a model's answer and its result in the agent's next request."""

    call_id: str
    name: str
    arguments: str
    result: str | None = None
    start_ms: float
    end_ms: float | None = None
    model_call: int = Field(description="index of the call that asked for it")


SpanKind = Literal[
    "cell", "queue", "task_setup", "applied_plugins", "sandbox", "adapter_run", "model_call", "tool_call",
    "snapshot", "verify", "cleanup",
]  # fmt: skip


class Span(_Data):
    """One line of `trace.jsonl`. OpenTelemetry ids (32 and 16 hex digits); ms since the cell started."""

    trace_id: str
    id: str
    parent: str | None
    kind: SpanKind
    name: str
    start: float
    end: float
    attrs: dict[str, Any] = {}
    error: str = ""


class LatencyStack(_Data):
    """Where the wall clock went, in ms. The parts add up to `wall_clock_ms` by construction."""

    ACTIVE: ClassVar[tuple[str, ...]] = ("prefill", "decode", "tool", "idle")
    """The parts of the active time, which efficiency is computed from."""

    queue: float = 0.0
    setup: float = 0.0
    sandbox: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0
    rate_limit_wait: float = 0.0
    tool: float = 0.0
    idle: float = 0.0
    snapshot: float = 0.0
    verify: float = 0.0
    teardown: float = 0.0

    @property
    def wall_clock_ms(self) -> float:
        """The sum of the parts."""
        return float(sum(self.model_dump().values()))

    @property
    def active_ms(self) -> float:
        """Model, tool and idle time."""
        return float(sum(getattr(self, name) for name in self.ACTIVE))


class Source(_Data):
    """One file's text before and after the agent. None: no such file, or `problem` says why it was not kept."""

    before: str | None = None
    after: str | None = None
    problem: str = ""


class Evidence(_Data):
    """What is known of a finished cell before scoring."""

    task_id: str
    expected_refusal: bool
    expected_changes: tuple[str, ...]
    protected: tuple[str, ...]
    constraints: tuple[Constraint, ...] = ()
    patch: str = ""
    changes: Changes
    verify: VerifyReport | None
    sources: dict[str, Source] = Field({}, description="by path: the texts that a declared constraint is about")
    tree: tuple[str, ...] = Field((), description="paths before the agent, where a declared constraint needs them")
    tool_steps: tuple[ToolStep, ...] = Field((), description="where a declared constraint needs them")
    calls: tuple[ModelCall, ...]
    latency: LatencyStack
    violations: tuple[Violation, ...] = ()
    notes: tuple[IntegrityFact, ...] = Field((), description="integrity facts that break nothing")
    decoys: dict[str, str] = Field({}, description="path under HOME -> the made-up secret planted there")
    agent_exit_code: int | None = None
    makes_calls: bool = True
    limit: LimitKind | None = None
    invalid: InvalidCause | None = Field(None, description="a cause the harness already knows")
    usd: float | None = None
    outcome: Outcome | None = Field(None, description="filled by `decide_outcome` before the axes are scored")
