"""An answer on the responses wire, the only one codex speaks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from codingagentbench.gateway.reference.reply import ToolCall
from codingagentbench.gateway.reference.wire import CREATED, FINGERPRINT, Envelope, encode, pieces

_Event = tuple[str, dict[str, Any]]


def response_body(envelope: Envelope) -> bytes:
    """The whole answer as one JSON document."""
    return encode(_response(envelope, "completed"))


def response_stream(envelope: Envelope) -> Iterator[bytes]:
    """The answer as named server-sent events with running sequence numbers."""
    number = count()
    for kind, fields in _events(envelope):
        data = encode({"type": kind, "sequence_number": next(number), **fields})
        yield b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


def _events(envelope: Envelope) -> Iterator[_Event]:
    started = _response(envelope, "in_progress")
    yield "response.created", {"response": started}
    yield "response.in_progress", {"response": started}
    index = count()
    if envelope.reply.text:
        yield from _message_events(envelope, next(index))
    if envelope.reply.call:
        yield from _call_events(envelope, envelope.reply.call, next(index))
    yield "response.completed", {"response": _response(envelope, "completed")}


def _message_events(envelope: Envelope, index: int) -> Iterator[_Event]:
    text, where = envelope.reply.text, {"item_id": _item_id("msg", envelope), "output_index": index}
    opened = {**_message(envelope, ""), "status": "in_progress", "content": []}
    yield "response.output_item.added", {"output_index": index, "item": opened}
    where_part = {**where, "content_index": 0}
    yield "response.content_part.added", {**where_part, "part": _part("")}
    for piece in pieces(text):
        yield "response.output_text.delta", {**where_part, "delta": piece, "logprobs": []}
    yield "response.output_text.done", {**where_part, "text": text, "logprobs": []}
    yield "response.content_part.done", {**where_part, "part": _part(text)}
    yield "response.output_item.done", {"output_index": index, "item": _message(envelope, text)}


def _call_events(envelope: Envelope, call: ToolCall, index: int) -> Iterator[_Event]:
    where = {"item_id": _item_id("fc", envelope), "output_index": index}
    opened = {**_function_call(envelope, call), "status": "in_progress", "arguments": ""}
    yield "response.output_item.added", {"output_index": index, "item": opened}
    for piece in pieces(call.arguments):
        yield "response.function_call_arguments.delta", {**where, "delta": piece}
    done = {**where, "name": call.name, "arguments": call.arguments}
    yield "response.function_call_arguments.done", done
    yield "response.output_item.done", {"output_index": index, "item": _function_call(envelope, call)}


def _item_id(kind: str, envelope: Envelope) -> str:
    return f"{kind}_{envelope.key[:24]}"


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _message(envelope: Envelope, text: str) -> dict[str, Any]:
    head = {"type": "message", "id": _item_id("msg", envelope), "status": "completed", "role": "assistant"}
    return {**head, "content": [_part(text)]}


def _function_call(envelope: Envelope, call: ToolCall) -> dict[str, Any]:
    head = {"type": "function_call", "id": _item_id("fc", envelope), "status": "completed"}
    return {**head, "call_id": envelope.call_id, "name": call.name, "arguments": call.arguments}


def _response(envelope: Envelope, status: str) -> dict[str, Any]:
    done, reply = status == "completed", envelope.reply
    output = [_message(envelope, reply.text)] if reply.text else []
    output += [_function_call(envelope, reply.call)] if reply.call else []
    return {
        "id": f"resp_{envelope.key[:24]}",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": envelope.model,
        "output": output if done else [],
        "parallel_tool_calls": False,
        "system_fingerprint": FINGERPRINT,
        "usage": _usage(envelope) if done else None,
    }


def _usage(envelope: Envelope) -> dict[str, Any]:
    return {
        "input_tokens": envelope.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": envelope.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": envelope.prompt_tokens + envelope.completion_tokens,
    }
