"""What a request tells, on either wire, in the few terms a policy needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from codingagentbench.gateway.reference.tools import Tool

Wire = Literal["chat", "responses"]

_EDIT_FORMAT = "SEARCH/REPLACE"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its role, its text, and how many tools it calls."""

    role: str
    text: str
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One request. All a policy's state is in it, so that the same request gets the same answer."""

    wire: Wire
    stream: bool
    include_usage: bool
    tools: tuple[Tool, ...]
    messages: tuple[Message, ...]

    @property
    def steps_done(self) -> int:
        """How many times the model has called a tool so far."""
        return sum(1 for message in self.messages if message.calls)

    @property
    def wants_edit_blocks(self) -> bool:
        """Whether the agent has no tools and asked for edits as SEARCH/REPLACE blocks, as aider does."""
        told = (m.text for m in self.messages if m.role in {"system", "developer"})
        return not self.tools and any(_EDIT_FORMAT in text for text in told)

    @property
    def last_user_text(self) -> str:
        """What was said to the model last."""
        return next((m.text for m in reversed(self.messages) if m.role == "user"), "")


def read_dialogue(wire: Wire, body: Any) -> Dialogue:
    """Read a parsed request body.

    Raises:
        ValueError: it is no request of that wire; says what is missing.
    """
    if not isinstance(body, Mapping):
        raise ValueError("the request body is not a JSON object")
    messages = _chat_messages(body) if wire == "chat" else _response_messages(body)
    options = body.get("stream_options")
    return Dialogue(
        wire=wire,
        stream=body.get("stream") is True,
        include_usage=isinstance(options, Mapping) and options.get("include_usage") is True,
        tools=tuple(_tools(body.get("tools"))),
        messages=tuple(messages),
    )


def _chat_messages(body: Mapping[str, Any]) -> Iterator[Message]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValueError("`messages` must be a list with at least one message")
    for message in _mappings(messages):
        calls = message.get("tool_calls")
        count = len(calls) if isinstance(calls, list) else 0
        yield Message(str(message.get("role")), _text(message.get("content")), count)


def _response_messages(body: Mapping[str, Any]) -> Iterator[Message]:
    given = body.get("input")
    if not isinstance(given, str | list) or not given:
        raise ValueError("`input` must be a text or a list with at least one item")
    yield Message("system", _text(body.get("instructions")))
    if isinstance(given, str):
        yield Message("user", given)
        return
    for item in _mappings(given):
        if item.get("type") == "function_call":
            yield Message("assistant", "", 1)
        elif item.get("type", "message") == "message":
            yield Message(str(item.get("role")), _text(item.get("content")))


def _text(content: Any) -> str:
    """A message's text, whether it is given plainly or in parts."""
    if isinstance(content, str):
        return content
    parts = _mappings(content if isinstance(content, list) else ())
    return "\n".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def _tools(offered: Any) -> Iterator[Tool]:
    for entry in _mappings(offered if isinstance(offered, list) else ()):
        # chat nests name and schema under `function`, responses does not
        function = entry.get("function", entry)
        if entry.get("type") == "function" and isinstance(function, Mapping):
            schema = function.get("parameters")
            yield Tool(str(function.get("name")), schema if isinstance(schema, Mapping) else {})


def _mappings(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    return (value for value in values if isinstance(value, Mapping))
