"""A reference model behind the gateway's narrow waist."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping

from codingagentbench.gateway.reference.brief import ReferenceBrief
from codingagentbench.gateway.reference.chat import chat_body, chat_stream
from codingagentbench.gateway.reference.dialogue import Dialogue, Wire, read_dialogue
from codingagentbench.gateway.reference.policies import Policy, policy_of
from codingagentbench.gateway.reference.reply import Script
from codingagentbench.gateway.reference.responses import response_body, response_stream
from codingagentbench.gateway.reference.wire import CREATED, Envelope, encode, error_body
from codingagentbench.gateway.upstream import Upstream, UpstreamCut, UpstreamRequest, UpstreamResponse

_JSON = {"Content-Type": "application/json"}
_EVENTS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
_WIRES: dict[str, Wire] = {"/chat/completions": "chat", "/responses": "responses"}


def reference_upstream(model: str, brief: ReferenceBrief, *, seed: int = 0, delay_s: float = 0.5) -> Upstream:
    """The reference model of that id, at work on that task.

    Args:
        model: one of `REFERENCE_MODELS`.
        brief: the task.
        seed: goes into the ids of the answers and into nothing else.
        delay_s: seconds `reference/slow` waits before each chunk; the others never wait.

    Raises:
        UsageError: there is no such model.
    """
    return _ReferenceUpstream(model, policy_of(model), brief, seed, delay_s)


class _ReferenceUpstream:
    """Keeps nothing between calls, so that a repeated request gets the same answer."""

    def __init__(self, model: str, policy: Policy, brief: ReferenceBrief, seed: int, delay_s: float) -> None:
        self._model = model
        self._policy = policy
        self._script = Script(policy.script(brief), brief)
        self._seed = seed
        self._delay_s = delay_s if policy.slow else 0.0

    async def send(self, request: UpstreamRequest) -> UpstreamResponse:
        """Answer one call."""
        path = request.path.partition("?")[0].rstrip("/")
        if path == "/models":
            return self._answer(200, _JSON, [encode(self._model_list())])
        wire = _WIRES.get(path)
        if wire is None:
            return self._refusal(404, f"no such endpoint: {path}", "not_found")
        if request.method != "POST":
            return self._refusal(405, f"{path} takes POST", "method_not_allowed")
        if self._policy.status != 200:
            kind = "rate_limit_exceeded" if self._policy.status == 429 else "server_error"
            message = f"{self._model} answers every call this way"
            return self._refusal(self._policy.status, message, kind, self._policy.headers)
        try:
            dialogue = read_dialogue(wire, request.json)
        except ValueError as fault:
            return self._refusal(400, str(fault), "invalid_request_error")
        return self._completion(dialogue, request.body)

    async def close(self) -> None:
        """Nothing is held."""

    def _completion(self, dialogue: Dialogue, body: bytes) -> UpstreamResponse:
        key = hashlib.sha256(f"{self._model} {self._seed} ".encode() + body).hexdigest()
        envelope = Envelope(self._model, key, self._script.answer(dialogue), len(body))
        match dialogue.wire, dialogue.stream:
            case "chat", True:
                return self._answer(200, _EVENTS, chat_stream(envelope, dialogue.include_usage))
            case "chat", False:
                return self._answer(200, _JSON, [chat_body(envelope)])
            case _, True:
                return self._answer(200, _EVENTS, response_stream(envelope))
            case _:
                return self._answer(200, _JSON, [response_body(envelope)])

    def _refusal(
        self, status: int, message: str, kind: str, headers: Mapping[str, str] | None = None
    ) -> UpstreamResponse:
        return UpstreamResponse(status, {**_JSON, **(headers or {})}, _at_once([error_body(message, kind)]))

    def _answer(self, status: int, headers: Mapping[str, str], chunks: Iterable[bytes]) -> UpstreamResponse:
        timed = _cut(list(chunks)) if self._policy.cut else _paced(chunks, self._delay_s)
        return UpstreamResponse(status, headers, timed)

    def _model_list(self) -> dict[str, object]:
        entry = {"id": self._model, "object": "model", "created": CREATED, "owned_by": "codingagentbench"}
        return {"object": "list", "data": [entry]}


async def _paced(chunks: Iterable[bytes], delay_s: float) -> AsyncIterator[bytes]:
    for chunk in chunks:
        if delay_s:
            await asyncio.sleep(delay_s)
        yield chunk


async def _at_once(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _cut(chunks: list[bytes]) -> AsyncIterator[bytes]:
    """Half of the answer, then a break."""
    if len(chunks) == 1:
        yield chunks[0][: len(chunks[0]) // 2]
    for chunk in chunks[: len(chunks) // 2]:
        yield chunk
    raise UpstreamCut("the reference model cut the answer")
