"""The responses wire: reading answers (streamed or whole) and the tool results in requests."""

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
)
from codingagentbench.gateway.jsontext import compact

_ENDS = ("response.completed", "response.incomplete", "response.failed")


class ResponsesReader:
    """Folds events into an `Answer`; finished items count, the closing event fills what was not streamed."""

    def __init__(self) -> None:
        self.answer = Answer()

    def event(self, data: Any) -> None:
        """One streamed event."""
        event = dict_of(data)
        kind = text_of(event.get("type"))
        if kind.endswith(".delta"):
            self._delta(kind, text_of(event.get("delta")))
        elif kind == "response.output_item.added":
            self.answer.has_content |= _is_tool_call(dict_of(event.get("item")))
        elif kind == "response.output_item.done":
            self._item(dict_of(event.get("item")), streamed=True)
        elif kind in _ENDS:
            self._close(dict_of(event.get("response")))
        elif kind == "error" or (not kind and event.get("error")):
            self.answer.failure = failure_of(event.get("error") or event)
        else:
            self.answer.identify(dict_of(event.get("response")))

    def body(self, data: Any) -> None:
        """A whole answer."""
        body = dict_of(data)
        self._close(body)
        self.answer.ended = self.answer.finished = bool(body)

    def done(self) -> None:
        """`[DONE]`, which some servers send after the closing event; it ends nothing here."""

    def _delta(self, kind: str, piece: str) -> None:
        if kind == "response.output_text.delta":
            self.answer.add_text(piece)
        elif "tool_call" not in kind and "function_call" not in kind:
            self.answer.add_text(piece, visible=False)
        else:
            # Counted with the finished item.
            self.answer.has_content |= bool(piece)

    def _item(self, item: dict[str, Any], *, streamed: bool) -> None:
        if _is_tool_call(item):
            self.answer.add_tool_call(_tool_call(item))
        elif item.get("type") == "message" and not (streamed or self.answer.text_parts):
            for part in list_of(item.get("content")):
                self.answer.add_text(text_of(dict_of(part).get("text")))

    def _close(self, response: dict[str, Any]) -> None:
        answer = self.answer
        answer.identify(response)
        answer.usage = responses_usage(response.get("usage")) or answer.usage
        answer.failure = failure_of(response.get("error")) or answer.failure
        reason = text_of(dict_of(response.get("incomplete_details")).get("reason"))
        answer.finish_reason = (reason or text_of(response.get("status")))[:64]
        seen = {call.id for call in answer.tool_calls}
        for item in map(dict_of, list_of(response.get("output"))):
            if text_of(item.get("call_id")) not in seen or not _is_tool_call(item):
                self._item(item, streamed=False)
        answer.ended = answer.finished = True


def _is_tool_call(item: dict[str, Any]) -> bool:
    # Tools the agent runs carry a call_id; those the provider runs do not.
    return text_of(item.get("type")).endswith("_call") and bool(text_of(item.get("call_id")))


def _tool_call(item: dict[str, Any]) -> ToolCall:
    arguments = item.get("arguments", item.get("input", item.get("action", "")))
    name = text_of(item.get("name")) or text_of(item.get("type")).removesuffix("_call")
    return ToolCall(text_of(item.get("call_id")), name, _as_text(arguments))


def _as_text(value: object) -> str:
    try:
        return value if isinstance(value, str) else compact(value)
    except ValueError:
        return ""


def responses_usage(value: object) -> Usage | None:
    """The `usage` member; None when it is absent, malformed or all zero."""
    usage = dict_of(value)
    prompt, completion = count_of(usage.get("input_tokens")), count_of(usage.get("output_tokens"))
    if not prompt or completion is None:
        return None
    return Usage(
        prompt,
        completion,
        count_of(dict_of(usage.get("input_tokens_details")).get("cached_tokens")),
        count_of(dict_of(usage.get("output_tokens_details")).get("reasoning_tokens")),
    )


def responses_results(body: dict[str, Any]) -> list[tuple[str, str]]:
    """(call id, result text) of every `*_call_output` item in a request, in order."""
    items = map(dict_of, list_of(body.get("input")))
    return [
        (text_of(item.get("call_id")), _output_text(item.get("output")))
        for item in items
        if text_of(item.get("type")).endswith("_call_output")
    ]


def _output_text(output: object) -> str:
    if isinstance(output, list):
        return "".join(text_of(dict_of(part).get("text")) for part in output)
    return _as_text(output)
