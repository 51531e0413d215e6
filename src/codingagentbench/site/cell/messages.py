"""Requests and answers of both wires as people read them. Nothing in a body is trusted to have its shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Api = Literal["chat", "responses"]

SHOWN = 4_000
"""Characters of one text; the whole body is linked."""
_TOOL_CALLS = 20


class Cut(NamedTuple):
    """The beginning of a text; `hidden` counts the characters that follow."""

    text: str
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A tool call: its name and its arguments as sent."""

    name: str
    arguments: Cut


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who, what, and the tool calls in it."""

    role: str
    text: Cut
    calls: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a request holds: its messages as data, in order, and how many tools it offers."""

    messages: tuple[Any, ...]
    tools: int


def cut(text: str, limit: int = SHOWN) -> Cut:
    """The first characters of a text."""
    return Cut(text[:limit], max(0, len(text) - limit))


def read_request(api: Api, data: Any) -> Request:
    """The messages of a request; the instructions of the responses wire come first, as a system message."""
    body = data if isinstance(data, dict) else {}
    tools = body.get("tools")
    count = len(tools) if isinstance(tools, list) else 0
    if api == "chat":
        return Request(tuple(_list(body.get("messages"))), count)
    given = body.get("input")
    messages = [{"role": "user", "content": given}] if isinstance(given, str) else _list(given)
    instructions = body.get("instructions")
    first = [{"role": "system", "content": instructions}] if isinstance(instructions, str) else []
    return Request((*first, *messages), count)


def shared(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many messages both begin with."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def said(message: Any) -> Said:
    """A message or item of either wire."""
    if not isinstance(message, dict):
        return Said("message", cut(_text(message)))
    kind = message.get("type")
    if isinstance(kind, str) and kind.endswith("_call"):
        arguments = message.get("arguments", message.get("input", message.get("action", "")))
        return Said("assistant", Cut(""), (Asked(_short(message.get("name") or kind), cut(_text(arguments))),))
    if isinstance(kind, str) and kind.endswith("_call_output"):
        return Said("tool", cut(_content(message.get("output"))))
    if kind == "reasoning":
        return Said("reasoning", cut(_content(message.get("summary") or message.get("content"))))
    calls = tuple(_asked(call) for call in _list(message.get("tool_calls"))[:_TOOL_CALLS])
    return Said(_short(message.get("role") or kind or "message"), cut(_content(message.get("content"))), calls)


def _asked(call: Any) -> Asked:
    call = call if isinstance(call, dict) else {}
    function = call.get("function") or call.get("custom")
    function = function if isinstance(function, dict) else {}
    return Asked(_short(function.get("name")), cut(_text(function.get("arguments", function.get("input", "")))))


def _content(content: Any) -> str:
    """The text of a content that is a text, a list of parts, or anything else."""
    if not isinstance(content, list):
        return _text(content)
    return "\n".join(_part(part) for part in content[:200])


def _part(part: Any) -> str:
    if isinstance(part, dict):
        text = part.get("text")
        return text if isinstance(text, str) else f"[{_short(part.get('type') or 'part')}: see the body]"
    return _text(part)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(value: Any) -> str:
    return _text(value)[:100]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
