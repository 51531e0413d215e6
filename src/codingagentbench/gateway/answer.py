"""What the gateway learns from one answer while its bytes pass: content, tool calls, usage, how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

CompletionApi = Literal["chat", "responses"]

MAX_TEXT_BYTES = 32 * 1024 * 1024
"""Kept per answer; the rest is counted only."""
MAX_TOOL_CALLS = 1024
MAX_NAME = 200
_MAX_TOKENS = 10**12


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counts them; `cached` and `reasoning` are parts of `prompt` and `completion`."""

    prompt: int
    completion: int
    cached: int | None = None
    reasoning: int | None = None


@dataclass(slots=True)
class ToolCall:
    """One tool call the model asked for. `arguments` is its JSON (or free) text, as sent."""

    id: str
    name: str
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error object inside an answer."""

    code: str
    message: str


@dataclass(slots=True)
class Answer:
    """The state of one answer. `finished` = the wire's own end mark, or a finish reason, was seen."""

    model: str = ""
    fingerprint: str = ""
    finish_reason: str = ""
    usage: Usage | None = None
    failure: Failure | None = None
    text_parts: list[str] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    output_bytes: int = 0
    """UTF-8 bytes of text, reasoning and tool calls, for the estimate."""
    has_content: bool = False
    finished: bool = False
    ended: bool = False
    """The end mark itself ([DONE], response.completed): nothing that follows matters."""

    @property
    def text(self) -> str:
        """The assistant's text, reasoning left out."""
        return "".join(self.text_parts)

    def add_text(self, piece: str, *, visible: bool = True) -> None:
        """Count a piece of output; keep it when it is the assistant's text."""
        size = utf8_size(piece)
        if visible and self.output_bytes + size <= MAX_TEXT_BYTES:
            self.text_parts.append(piece)
        self.output_bytes += size
        self.has_content = self.has_content or bool(piece)

    def add_tool_call(self, call: ToolCall) -> None:
        """Keep a tool call (bounded in number)."""
        self.output_bytes += utf8_size(call.name) + utf8_size(call.arguments)
        self.has_content = True
        if len(self.tool_calls) < MAX_TOOL_CALLS:
            self.tool_calls.append(call)

    def identify(self, source: dict[str, Any]) -> None:
        """Take the echoed model and the fingerprint from a chunk or body."""
        self.model = text_of(source.get("model"))[:MAX_NAME] or self.model
        self.fingerprint = text_of(source.get("system_fingerprint"))[:MAX_NAME] or self.fingerprint


def utf8_size(text: str) -> int:
    """Bytes in UTF-8; lone surrogates, which hostile JSON can hold, count three each."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def text_of(value: object) -> str:
    """`value` when it is text, else empty."""
    return value if isinstance(value, str) else ""


def dict_of(value: object) -> dict[str, Any]:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """`value` when it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def count_of(value: object) -> int | None:
    """`value` when it is a believable token count, else None (bool, float, negative and absurd are not)."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_TOKENS:
        return value
    return None


def failure_of(value: object) -> Failure | None:
    """An `error` member as a failure; None when there is none."""
    if not value:
        return None
    error = dict_of(value)
    code = error.get("code") or error.get("type") or ""
    return Failure(str(code)[:MAX_NAME], (text_of(error.get("message")) or str(value))[:300])
