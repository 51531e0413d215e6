"""A call as the agent made it, and the form in which it is sent on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from codingagentbench.gateway.answer import MAX_NAME, CompletionApi, dict_of, text_of
from codingagentbench.gateway.chat import chat_results
from codingagentbench.gateway.hosted import strip_hosted_tools
from codingagentbench.gateway.jsontext import compact, parse_or_none, request_digest
from codingagentbench.gateway.responses import responses_results
from codingagentbench.gateway.upstream import UpstreamRequest

PREFIX = "/v1"
COMPLETION_PATHS: dict[str, CompletionApi] = {"/v1/chat/completions": "chat", "/v1/responses": "responses"}
MODELS_PATH = "/v1/models"
_SENT_ON = ("Accept", "Content-Type", "OpenAI-Beta", "User-Agent")
"""Headers that reach the endpoint. Credentials, cookies and accounts of the agent's choosing never do."""


@dataclass(frozen=True, slots=True)
class AgentRequest:
    """One HTTP request of the agent, its body read and parsed (`json` is None when it is not JSON)."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    json: Any

    @property
    def api(self) -> Literal["chat", "responses", "models", "other"]:
        """Which wire it speaks."""
        if self.method == "POST" and self.path in COMPLETION_PATHS:
            return COMPLETION_PATHS[self.path]
        return "models" if self.method == "GET" and self._is_models_path else "other"

    @property
    def _is_models_path(self) -> bool:
        return self.path == MODELS_PATH or self.path.startswith(f"{MODELS_PATH}/")

    @property
    def model(self) -> str:
        """The model it asks for, cut to a sane length."""
        return text_of(dict_of(self.json).get("model"))[: MAX_NAME + 1]

    @property
    def streams(self) -> bool:
        """Whether it asks for a streamed answer."""
        return dict_of(self.json).get("stream") is True

    @property
    def digest(self) -> str:
        """`sha256:<hex>` of the canonical JSON, before anything was added or removed."""
        return request_digest(self.json, self.body)

    def tool_results(self) -> list[tuple[str, str]]:
        """(call id, result) for every tool result it carries."""
        body = dict_of(self.json)
        return chat_results(body) if self.api == "chat" else responses_results(body)


def agent_request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> AgentRequest:
    """Parse the body once."""
    return AgentRequest(method, path, headers, body, parse_or_none(body, unambiguous=True) if body else None)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is sent on, with what was changed in it."""

    request: UpstreamRequest
    hosted_removed: tuple[str, ...]
    usage_injected: bool


def outgoing(call: AgentRequest) -> Outgoing:
    """The request for the endpoint: hosted tools taken out, usage asked for; the agent's own bytes otherwise.

    Raises:
        ValueError: nested too deep to be written again.
    """
    body, removed = strip_hosted_tools(call.json)
    injected = call.api == "chat" and call.streams and not _asks_for_usage(body)
    if injected:
        body = {**body, "stream_options": {**dict_of(body.get("stream_options")), "include_usage": True}}
    data = call.body if body is call.json else compact(body).encode()
    headers = {name: call.headers[name] for name in _SENT_ON if name in call.headers}
    request = UpstreamRequest(call.method, call.path.removeprefix(PREFIX), headers, data, body)
    return Outgoing(request, removed, injected)


def _asks_for_usage(body: dict[str, Any]) -> bool:
    return dict_of(body.get("stream_options")).get("include_usage") is True
