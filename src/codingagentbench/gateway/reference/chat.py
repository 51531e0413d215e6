"""An answer on the chat-completions wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codingagentbench.gateway.reference.wire import CREATED, FINGERPRINT, Envelope, encode, pieces


def chat_body(envelope: Envelope) -> bytes:
    """The whole answer as one JSON document."""
    reply = envelope.reply
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.call:
        message["tool_calls"] = [_tool_call(envelope, reply.call.arguments)]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(envelope)}
    return encode({**_head(envelope, "chat.completion"), "choices": [choice], "usage": _usage(envelope)})


def chat_stream(envelope: Envelope, include_usage: bool) -> Iterator[bytes]:
    """The answer as server-sent events, one a piece."""
    for delta in _deltas(envelope):
        yield _chunk(envelope, [_choice(delta, None)])
    yield _chunk(envelope, [_choice({}, _finish(envelope))])
    if include_usage:
        yield _chunk(envelope, [], usage=_usage(envelope))
    yield b"data: [DONE]\n\n"


def _deltas(envelope: Envelope) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    for piece in pieces(envelope.reply.text):
        yield {"content": piece}
    if envelope.reply.call:
        yield {"tool_calls": [{"index": 0, **_tool_call(envelope, "")}]}
        for piece in pieces(envelope.reply.call.arguments):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _tool_call(envelope: Envelope, arguments: str) -> dict[str, Any]:
    name = envelope.reply.call.name if envelope.reply.call else ""
    return {"id": envelope.call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _choice(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _chunk(envelope: Envelope, choices: list[dict[str, Any]], **more: Any) -> bytes:
    return b"data: " + encode({**_head(envelope, "chat.completion.chunk"), "choices": choices, **more}) + b"\n\n"


def _head(envelope: Envelope, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{envelope.key[:24]}",
        "object": kind,
        "created": CREATED,
        "model": envelope.model,
        "system_fingerprint": FINGERPRINT,
    }


def _finish(envelope: Envelope) -> str:
    return "tool_calls" if envelope.reply.call else "stop"


def _usage(envelope: Envelope) -> dict[str, Any]:
    return {
        "prompt_tokens": envelope.prompt_tokens,
        "completion_tokens": envelope.completion_tokens,
        "total_tokens": envelope.prompt_tokens + envelope.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }
