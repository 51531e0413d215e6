"""A real HTTP server that speaks the OpenAI API (chat and responses, streamed and not) and can misbehave.

    async with OpenAIServer(key="sk-test") as server:
        server.replies = [Reply(tool_calls=[("call_1", "bash", '{"command":"ls"}')]), Reply("done")]
        ... point something at server.url ...
        assert server.received[0].body["model"] == "vendor/model-x"

`server.sent[n]` holds the exact body bytes of the n-th answered completion.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Reply:
    """What the model says in one call."""

    text: str = ""
    tool_calls: list[tuple[str, str, str]] = field(default_factory=list)
    """(call id, name, arguments)."""
    reasoning: str = ""
    prompt_tokens: int = 100
    completion_tokens: int = 20
    cached_tokens: int = 7
    reasoning_tokens: int = 3
    custom_tools: bool = False
    """responses only: the calls are custom tool calls (free text input)."""


@dataclass
class Fault:
    """An error answer instead of a completion."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "scripted failure"


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    body: Any


class OpenAIServer:
    """Bind with `async with`. Attributes may be changed between calls."""

    def __init__(self, *, key: str = "") -> None:
        self.key = key
        self.replies: list[Reply] = [Reply("Hello there.")]
        """One per completion; the last one repeats."""
        self.faults: list[Fault] = []
        """Used up first, one per completion."""
        self.always: Fault | None = None
        self.chunk_delay = 0.0
        self.first_delay = 0.0
        self.cut_after: int | None = None
        """Drop the connection after so many chunks of a stream (or bytes of a plain answer)."""
        self.clean_cut = False
        """End such a stream properly, only too early."""
        self.usage = True
        self.always_usage = False
        """Send usage even when it was not asked for."""
        self.fingerprint = "fp_test"
        self.echo_model: str | None = None
        self.newline = "\n"
        self.end_mark = True
        self.raw_answer: tuple[str, bytes] | None = None
        """(content type, body) sent instead of a completion."""
        self.received: list[Received] = []
        self.sent: list[bytes] = []
        self.last_chunk_at: list[float] = []
        """Loop time at which the last chunk of each stream was written."""
        self.url = ""
        self._runner: web.AppRunner | None = None

    @property
    def completions(self) -> list[Received]:
        """Requests other than models."""
        return [request for request in self.received if request.method == "POST"]

    async def __aenter__(self) -> OpenAIServer:
        app = web.Application(client_max_size=256 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw else None
        self.received.append(Received(request.method, request.path, dict(request.headers), raw, body))
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return _error(Fault(401, message=f"Incorrect API key provided, expected {self.key}"))
        if request.path == "/v1/models":
            return web.json_response({"object": "list", "data": []})
        fault = self.faults.pop(0) if self.faults else self.always
        if fault is not None:
            return _error(fault)
        if request.path not in ("/v1/chat/completions", "/v1/responses"):
            return _error(Fault(404, message="no such route"))
        await asyncio.sleep(self.first_delay)
        if self.raw_answer is not None:
            kind, data = self.raw_answer
            self.sent.append(data)
            return web.Response(body=data, headers={"Content-Type": kind})
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        chat = request.path.endswith("completions")
        if body.get("stream"):
            return await self._stream(
                request, self._chat_chunks(reply, body) if chat else self._events(reply, body)
            )
        return await self._plain(request, self._chat_body(reply, body) if chat else self._response(reply, body))

    async def _stream(self, request: web.Request, chunks: Iterator[str]) -> web.StreamResponse:
        out = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await out.prepare(request)
        sent = b""
        for number, chunk in enumerate(chunks):
            if self.cut_after is not None and number >= self.cut_after:
                self.sent.append(sent)
                if not self.clean_cut:
                    await asyncio.sleep(0.05)  # An abort at once would throw away what is under way.
                    request.transport.abort()
                return out
            data = chunk.replace("\n", self.newline).encode()
            await out.write(data)
            sent += data
            if self.chunk_delay:
                await asyncio.sleep(self.chunk_delay)
        self.last_chunk_at.append(asyncio.get_running_loop().time())
        self.sent.append(sent)
        return out

    async def _plain(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        data = json.dumps(body).encode()
        if self.cut_after is None:
            self.sent.append(data)
            return web.Response(body=data, content_type="application/json")
        out = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(data))})
        await out.prepare(request)
        await out.write(data[: self.cut_after])
        await asyncio.sleep(0.05)
        request.transport.abort()
        return out

    def _echo(self, body: dict[str, Any]) -> str:
        return self.echo_model or body["model"]

    def _chat_usage(self, reply: Reply) -> dict[str, Any]:
        return {
            "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.completion_tokens,
            "total_tokens": reply.prompt_tokens + reply.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": reply.cached_tokens},
            "completion_tokens_details": {"reasoning_tokens": reply.reasoning_tokens},
        }

    def _chat_chunks(self, reply: Reply, body: dict[str, Any]) -> Iterator[str]:
        head = {
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": self._echo(body),
            "system_fingerprint": self.fingerprint,
        }  # fmt: skip

        def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
            choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
            return f"data: {json.dumps({**head, 'choices': choices})}\n\n"

        yield chunk({"role": "assistant", "content": ""})
        for piece in _pieces(reply.reasoning):
            yield chunk({"reasoning_content": piece})
        for piece in _pieces(reply.text):
            yield chunk({"content": piece})
        for index, (identity, name, arguments) in enumerate(reply.tool_calls):
            function = {"name": name, "arguments": ""}
            yield chunk(
                {"tool_calls": [{"index": index, "id": identity, "type": "function", "function": function}]}
            )
            for piece in _pieces(arguments):
                yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        yield chunk({}, "tool_calls" if reply.tool_calls else "stop")
        asked = (body.get("stream_options") or {}).get("include_usage")
        if self.usage and (asked or self.always_usage):
            yield f"data: {json.dumps({**head, 'choices': [], 'usage': self._chat_usage(reply)})}\n\n"
        if self.end_mark:
            yield "data: [DONE]\n\n"

    def _chat_body(self, reply: Reply, body: dict[str, Any]) -> dict[str, Any]:
        calls = [
            {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}
            for identity, name, arguments in reply.tool_calls
        ]
        message = {"role": "assistant", "content": reply.text, **({"tool_calls": calls} if calls else {})}
        finish = "tool_calls" if calls else "stop"
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": self._echo(body),
            "system_fingerprint": self.fingerprint,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            **({"usage": self._chat_usage(reply)} if self.usage else {}),
        }  # fmt: skip

    def _items(self, reply: Reply) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        if reply.text:
            content = [{"type": "output_text", "text": reply.text, "annotations": []}]
            items.append({"id": "msg_1", "type": "message", "role": "assistant", "content": content})
        for identity, name, arguments in reply.tool_calls:
            if reply.custom_tools:
                items.append({"type": "custom_tool_call", "call_id": identity, "name": name, "input": arguments})
            else:
                items.append({"type": "function_call", "call_id": identity, "name": name, "arguments": arguments})
        return items

    def _response(self, reply: Reply, body: dict[str, Any]) -> dict[str, Any]:
        usage = {
            "input_tokens": reply.prompt_tokens,
            "input_tokens_details": {"cached_tokens": reply.cached_tokens},
            "output_tokens": reply.completion_tokens,
            "output_tokens_details": {"reasoning_tokens": reply.reasoning_tokens},
            "total_tokens": reply.prompt_tokens + reply.completion_tokens,
        }
        return {
            "id": "resp_1", "object": "response", "created_at": 1, "status": "completed",
            "model": self._echo(body), "output": self._items(reply), "error": None,
            "usage": usage if self.usage else None,
        }  # fmt: skip

    def _events(self, reply: Reply, body: dict[str, Any]) -> Iterator[str]:
        final = self._response(reply, body)
        number = 0

        def event(kind: str, **fields: Any) -> str:
            nonlocal number
            number += 1
            return f"event: {kind}\ndata: {json.dumps({'type': kind, 'sequence_number': number, **fields})}\n\n"

        begun = {**final, "status": "in_progress", "output": [], "usage": None}
        yield event("response.created", response=begun)
        yield event("response.in_progress", response=begun)
        for piece in _pieces(reply.reasoning):
            yield event("response.reasoning_summary_text.delta", delta=piece)
        for index, item in enumerate(final["output"]):
            yield event("response.output_item.added", output_index=index, item={**item, "content": []})
            if item["type"] == "message":
                for piece in _pieces(reply.text):
                    yield event("response.output_text.delta", output_index=index, delta=piece)
            elif item["type"] == "function_call":
                for piece in _pieces(item["arguments"]):
                    yield event("response.function_call_arguments.delta", output_index=index, delta=piece)
            else:
                yield event("response.custom_tool_call_input.delta", output_index=index, delta=item["input"])
            yield event("response.output_item.done", output_index=index, item=item)
        if self.end_mark:
            yield event("response.completed", response=final)


def _pieces(text: str) -> Iterator[str]:
    """A few deltas, whatever the length."""
    step = max(1, -(-len(text) // 4))
    for start in range(0, len(text), step):
        yield text[start : start + step]


def _error(fault: Fault) -> web.Response:
    error = {"message": fault.message, "type": "scripted", "param": None, "code": f"scripted_{fault.status}"}
    return web.json_response({"error": error}, status=fault.status, headers=fault.headers)
