"""The chat-completions wire: reading answers (streamed or whole) and the tool results in requests."""

from __future__ import annotations

from typing import Any

from codingagentbench.gateway.answer import (
    Answer,
    ToolCall,
    Usage,
    count_of,
    dict_of,
    failure_of,
    list_of,
    text_of,
    utf8_size,
)

_REASONING_FIELDS = ("reasoning_content", "reasoning")
DONE = b"[DONE]"


class ChatReader:
    """Folds chunks into an `Answer`. Tool calls come in pieces that name an index."""

    def __init__(self) -> None:
        self.answer = Answer()
        self._slots: dict[object, ToolCall] = {}
        self._last: ToolCall | None = None

    def event(self, data: Any) -> None:
        """One streamed chunk."""
        chunk = dict_of(data)
        self._envelope(chunk)
        for choice in list_of(chunk.get("choices")):
            self._choice(dict_of(choice), "delta")

    def body(self, data: Any) -> None:
        """A whole answer."""
        body = dict_of(data)
        self._envelope(body)
        for choice in list_of(body.get("choices")):
            self._choice(dict_of(choice), "message")
        self.answer.ended = self.answer.finished = bool(body)

    def done(self) -> None:
        """The stream's end mark."""
        self.answer.ended = self.answer.finished = True

    def _envelope(self, source: dict[str, Any]) -> None:
        answer = self.answer
        answer.identify(source)
        answer.usage = chat_usage(source.get("usage")) or answer.usage
        answer.failure = failure_of(source.get("error")) or answer.failure

    def _choice(self, choice: dict[str, Any], key: str) -> None:
        message = dict_of(choice.get(key))
        first = choice.get("index", 0) == 0
        for piece in _texts(message.get("content")):
            self.answer.add_text(piece, visible=first)
        for name in _REASONING_FIELDS:
            if piece := text_of(message.get(name)):
                self.answer.add_text(piece, visible=False)
                break
        for call in list_of(message.get("tool_calls")):
            self._tool_call(dict_of(call))
        if reason := text_of(choice.get("finish_reason")):
            self.answer.finish_reason = reason[:64]
            self.answer.finished = True

    def _tool_call(self, delta: dict[str, Any]) -> None:
        function = dict_of(delta.get("function") or delta.get("custom"))
        name = text_of(function.get("name"))
        arguments = text_of(function.get("arguments")) or text_of(function.get("input"))
        call = self._slot(delta.get("index"), text_of(delta.get("id")), name)
        call.arguments += arguments
        self.answer.output_bytes += utf8_size(arguments)

    def _slot(self, index: object, identity: str, name: str) -> ToolCall:
        known = self._last if index is None else self._slots.get(_key(index))
        # Some servers send every whole call under index 0 or none: another id starts another call.
        if known is None or (identity and known.id and identity != known.id):
            known = ToolCall(identity, name)
            self.answer.add_tool_call(known)
        elif name and not known.name:
            known.name = name
        known.id = known.id or identity
        if index is not None:
            self._slots[_key(index)] = known
        self._last = known
        return known


def _key(index: object) -> object:
    return index if isinstance(index, int | str) else repr(index)[:64]


def _texts(content: object) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [text_of(dict_of(part).get("text")) for part in list_of(content)]


def chat_usage(value: object) -> Usage | None:
    """The `usage` member; None when it is absent, malformed or all zero (no request has no prompt)."""
    usage = dict_of(value)
    prompt, completion = count_of(usage.get("prompt_tokens")), count_of(usage.get("completion_tokens"))
    if not prompt or completion is None:
        return None
    cached = count_of(dict_of(usage.get("prompt_tokens_details")).get("cached_tokens"))
    if cached is None:
        cached = count_of(usage.get("prompt_cache_hit_tokens"))
    reasoning = count_of(dict_of(usage.get("completion_tokens_details")).get("reasoning_tokens"))
    return Usage(prompt, completion, cached, reasoning)


def chat_results(body: dict[str, Any]) -> list[tuple[str, str]]:
    """(call id, result text) of every tool message in a request, in order."""
    messages = (dict_of(message) for message in list_of(body.get("messages")))
    return [
        (text_of(message.get("tool_call_id")), "".join(_texts(message.get("content"))))
        for message in messages
        if message.get("role") == "tool"
    ]
