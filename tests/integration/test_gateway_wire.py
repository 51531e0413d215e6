"""The gateway between a real HTTP client and a real HTTP endpoint: bytes, metering, doors, limits, steps."""

import asyncio
import gzip
import json
import time

import aiohttp
import pytest

from codingagentbench.core.digest import digest_of, sha256_hex
from codingagentbench.core.outcome import InvalidCause, LimitKind
from codingagentbench.core.spec import Limits
from codingagentbench.gateway import HttpUpstream, NoteKind
from codingagentbench.gateway.server import MAX_CONNECTIONS
from support.gateway_kit import MODEL, REAL_KEY, TOKEN, serving
from support.openai_server import OpenAIServer, Reply

APIS = ("chat", "responses")


@pytest.fixture
async def server():
    async with OpenAIServer(key=REAL_KEY) as running:
        yield running


def upstream(server: OpenAIServer, **options) -> HttpUpstream:
    return HttpUpstream(server.url, REAL_KEY, first_wait_s=0.01, **options)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
async def test_bytes_are_the_same_and_tokens_are_metered(server, api, stream, newline):
    server.newline = newline
    server.replies = [Reply("Hello wörld.", [("c1", "bash", '{"command":"ls -l"}')], reasoning="Let me see.")]
    async with serving(upstream(server)) as cell:
        answer = await getattr(cell, api)(stream=stream)
        assert answer.status == 200 and answer.body == server.sent[0]
        (call,) = cell.gateway.calls
    assert call.succeeded and call.api == api and call.model == MODEL and call.stream is stream
    assert (call.prompt_tokens, call.completion_tokens, call.cached_tokens, call.reasoning_tokens) == (
        100,
        20,
        7,
        3,
    )
    assert call.tokens_source == "provider" and call.tool_calls == 1 and call.echoed_model == MODEL
    assert call.finish_reason == ("completed" if api == "responses" else "tool_calls")
    assert call.response_bytes == len(server.sent[0]) and call.request_bytes > 0
    assert call.ttft_ms is not None and 0 < call.ttft_ms <= call.latency_ms
    assert call.started_at.endswith("Z") and call.retries == 0
    assert cell.gateway.texts() == {0: "Hello wörld."}
    assert cell.gateway.model_build_id() == (f"{MODEL}@fp_test" if api == "chat" else MODEL)
    assert cell.gateway.invalid_cause() is None and cell.gateway.stop is None


@pytest.mark.parametrize("api", APIS)
async def test_chunks_pass_while_the_answer_is_still_coming(server, api):
    server.chunk_delay = 0.05
    server.replies = [Reply("one two three four", reasoning="thinking")]
    async with serving(upstream(server)) as cell:
        body = {"model": MODEL, "stream": True, "messages": [], "input": "hello"}
        path = "/v1/chat/completions" if api == "chat" else "/v1/responses"
        arrivals = []
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with cell.session.post(cell.url + path, json=body, headers=headers) as answer:
            async for _ in answer.content.iter_any():
                arrivals.append(asyncio.get_running_loop().time())
        (call,) = cell.gateway.calls
    assert len(arrivals) > 5
    assert arrivals[0] < server.last_chunk_at[0] - 0.2
    # The role chunk, or the created events, come before the first content.
    assert 40 <= call.ttft_ms <= call.latency_ms - 150


async def test_a_slow_call_does_not_hold_up_another(server):
    server.chunk_delay = 0.1
    async with serving(upstream(server)) as cell:
        slow = asyncio.create_task(cell.chat())
        await asyncio.sleep(0.05)
        began = time.monotonic()
        assert (await cell.chat(stream=False)).status == 200
        assert time.monotonic() - began < 0.3 and not slow.done()
        await slow
        calls = cell.gateway.calls
    assert [call.index for call in calls] == [0, 1]
    assert calls[0].start_ms < calls[1].start_ms and calls[0].end_ms > calls[1].end_ms


async def test_usage_is_injected_once_and_noted(server):
    async with serving(upstream(server)) as cell:
        await cell.chat()
        await cell.chat(stream_options={"include_usage": True})
        calls, notes = cell.gateway.calls, cell.gateway.notes
    assert [request.body["stream_options"] for request in server.completions] == [{"include_usage": True}] * 2
    assert [note.first_call for note in notes if note.kind is NoteKind.USAGE_INJECTED] == [0]
    sent = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "Please say hello."}]}
    assert calls[0].request_hash == digest_of(sent)
    assert all(call.tokens_source == "provider" for call in calls)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("stream", [True, False])
async def test_tokens_are_estimated_where_the_provider_gives_none(server, api, stream):
    server.usage = False
    server.replies = [Reply("x" * 40)]
    async with serving(upstream(server)) as cell:
        await getattr(cell, api)(stream=stream)
        (call,) = cell.gateway.calls
    assert call.tokens_source == "estimated" and call.completion_tokens == 10
    assert call.prompt_tokens >= len("Please say hello.") // 4
    assert call.cached_tokens is None and call.succeeded


async def test_the_agent_never_sees_the_key_and_the_endpoint_never_the_token(server, tmp_path):
    server.replies = [Reply(f"Your key is {REAL_KEY} and {TOKEN}")]
    async with serving(upstream(server)) as cell:
        answers = [await cell.chat(messages=[{"role": "user", "content": f"env: {REAL_KEY} {TOKEN}"}], user=TOKEN)]
        answers.append(await cell.responses(stream=False))
        cell.gateway.write_calls(tmp_path)
        steps = (cell.gateway.texts(), cell.gateway.violations, cell.gateway.notes)
    assert all(REAL_KEY.encode() not in answer.body for answer in answers)
    assert all(request.headers["Authorization"] == f"Bearer {REAL_KEY}" for request in server.received)
    assert all(TOKEN not in str(request.headers) for request in server.received)
    assert len(answers[1].body) == len(server.sent[1])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    texts = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    assert len(files) == 5
    for text in [*texts, repr(steps).encode()]:
        assert REAL_KEY.encode() not in text and TOKEN.encode() not in text
        assert json.dumps(REAL_KEY)[1:-1].encode() not in text
    assert [violation.kind for violation in cell.gateway.violations] == ["secret-leaked"]


async def test_an_endpoint_that_echoes_the_key_in_an_error_is_masked(server):
    async with serving(HttpUpstream(server.url, "sk-wrong-key-000000")) as cell:
        server.key = "sk-other-key-11111111"
        answer = await cell.chat()
    assert answer.status == 401 and cell.gateway.stop.cause is InvalidCause.HANDSHAKE_FAILED
    async with serving(HttpUpstream(server.url, "wrong"), secrets=(server.key,)) as cell:
        answer = await cell.chat()
        (call,) = cell.gateway.calls
    assert server.key.encode() not in answer.body and server.key not in call.model_dump_json()


async def test_record_files(server, tmp_path):
    async with serving(upstream(server)) as cell:
        for _ in range(2):
            await cell.chat()
        await cell.get("/v1/models")
        cell.gateway.write_calls(tmp_path)
        calls = cell.gateway.calls
    lines = [json.loads(line) for line in (tmp_path / "model_calls.jsonl").read_text().splitlines()]
    assert lines == [call.model_dump(mode="json") for call in calls] and len(lines) == 3
    for line, sent in zip(lines[:2], server.sent, strict=True):
        request = gzip.decompress((tmp_path / "bodies" / f"{line['request_body']}.json.gz").read_bytes())
        response = gzip.decompress((tmp_path / "bodies" / f"{line['response_body']}.json.gz").read_bytes())
        assert sha256_hex(request) == line["request_body"] and "stream_options" not in json.loads(request)
        assert response == sent
    assert len(list((tmp_path / "bodies").iterdir())) == 2


async def test_the_door(server):
    async with serving(upstream(server)) as cell:
        bad = [
            await cell.post("/v1/responses", {}, token="x"),
            await cell.get("/v1/models", token=TOKEN + "x"),
            await cell.post("/v1/chat/completions", {}, Authorization=f"Basic {TOKEN}"),
        ]
        assert [(reply.status, reply.code) for reply in bad] == [(401, "invalid_api_key")] * 3
        other = await cell.post("/v1/chat/completions", {"model": "gpt-9", "messages": []})
        assert (other.status, other.code) == (404, "model_not_found")
        for path in ("/chat/completions", "/v1/embeddings", "/v1//chat/completions", "/"):
            unknown = await cell.post(path, {"model": MODEL})
            assert (unknown.status, unknown.code) == (404, "unknown_url") and "/v1/chat" in unknown.body.decode()
        for junk in (b"{", b"[1]", b"", b"\xff", b"[" * 50_000, b'{"a":NaN}'):
            assert (await cell.post("/v1/responses", junk)).code == "invalid_json"
        assert (await cell.get("/v1/models")).json["data"] == [
            {"id": MODEL, "object": "model", "created": 0, "owned_by": "vendor"}
        ]
        assert (await cell.get(f"/v1/models/{MODEL}")).json["id"] == MODEL
        assert (await cell.get("/v1/models/vendor%2Fmodel-x")).json["id"] == MODEL
        assert (await cell.get("/v1/models/gpt-9")).code == "model_not_found"
        gateway = cell.gateway
    assert server.received == []
    kinds = {note.kind: note.count for note in gateway.notes}
    assert kinds[NoteKind.UNLISTED_MODEL] == 2 and kinds[NoteKind.BAD_REQUEST] == 6
    assert [violation.kind for violation in gateway.violations] == ["unlisted-model"]
    assert {call.status for call in gateway.calls} == {200, 400, 401, 404}
    assert [call.api for call in gateway.calls][:3] == ["responses", "models", "chat"]
    assert all(call.tokens_source == "none" for call in gateway.calls)
    assert gateway.stop is None
    assert gateway.invalid_cause() == (InvalidCause.HANDSHAKE_FAILED, "no model call reached the endpoint")


async def test_hosted_tools_do_not_reach_the_endpoint(server):
    tools = [{"type": "function", "name": "exec_command"}, {"type": "web_search"}]
    async with serving(upstream(server)) as cell:
        await cell.responses(tools=tools)
        notes = cell.gateway.notes
    assert server.completions[0].body["tools"] == tools[:1]
    assert [(note.kind, note.detail) for note in notes] == [(NoteKind.HOSTED_TOOLS_REMOVED, "web_search")]


@pytest.mark.parametrize(
    ("limits", "limit", "allowed"),
    [
        (Limits(calls=2), LimitKind.CALLS, 2),
        (Limits(tokens=121), LimitKind.TOKENS, 2),
        (Limits(tokens=120), LimitKind.TOKENS, 1),
        (Limits(usd=0.5), LimitKind.COST, 3),
    ],
)
async def test_limits(server, limits, limit, allowed):
    async with serving(upstream(server), limits=limits, price=lambda *_: 0.2) as cell:
        waiting = asyncio.create_task(cell.gateway.wait())
        for _ in range(allowed):
            assert (await cell.chat()).status == 200
        await cell.get("/v1/models")
        await asyncio.sleep(0)
        assert not waiting.done() and cell.gateway.stop is None
        refused = await cell.chat()
        assert (refused.status, refused.code) == (429, "cab_limit_reached")
        reason = await asyncio.wait_for(waiting, 1)
        stop = cell.gateway.stop
    assert len(server.completions) == allowed
    assert (stop.limit, stop.cause, stop.detail) == (limit, None, reason)
    assert cell.gateway.invalid_cause() is None
    assert cell.gateway.cost_usd == pytest.approx(0.2 * allowed)


async def test_steps_of_a_chat(server):
    server.replies = [
        Reply("I look.", [("c1", "bash", '{"command":"ls"}'), ("c2", "read", "{}")]),
        Reply("", [("c3", "edit", "{}")]),
        Reply("Done."),
    ]
    messages = [{"role": "user", "content": "go"}]
    async with serving(upstream(server)) as cell:
        await cell.chat(messages=messages)
        await asyncio.sleep(0.1)
        asked = [{"id": n, "type": "function", "function": {"name": "x", "arguments": ""}} for n in ("c1", "c2")]
        messages += [
            {"role": "assistant", "content": "I look.", "tool_calls": asked},
            {"role": "tool", "tool_call_id": "c1", "content": "a.txt"},
            {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": f"token {TOKEN}"}]},
        ]
        await cell.chat(messages=messages)
        await cell.chat(
            messages=[*messages, {"role": "tool", "tool_call_id": "c3", "content": "ok"}], stream=False
        )
        steps, calls = cell.gateway.tool_steps(), cell.gateway.calls
    assert [(step.call_id, step.name, step.result, step.model_call) for step in steps] == [
        ("c1", "bash", "a.txt", 0), ("c2", "read", "token [redacted]", 0), ("c3", "edit", "ok", 1),
    ]  # fmt: skip
    assert steps[0].arguments == '{"command":"ls"}'
    assert steps[0].start_ms == calls[0].end_ms and steps[0].end_ms == calls[1].start_ms
    assert steps[0].end_ms - steps[0].start_ms >= 90
    assert cell.gateway.texts() == {0: "I look.", 2: "Done."}


@pytest.mark.parametrize("custom", [False, True])
async def test_steps_of_responses(server, custom):
    server.replies = [Reply("", [("c1", "exec_command", '{"cmd":"ls"}')], custom_tools=custom), Reply("Done.")]
    kind = "custom_tool_call" if custom else "function_call"
    async with serving(upstream(server)) as cell:
        await cell.responses()
        output = [{"type": "input_text", "text": "a.txt"}] if custom else "a.txt"
        items = [
            {"type": kind, "call_id": "c1", "name": "exec_command"},
            {"type": f"{kind}_output", "call_id": "c1", "output": output},
        ]
        await cell.responses(items=items)
        (step,) = cell.gateway.tool_steps()
        calls = cell.gateway.calls
    assert (step.name, step.arguments, step.result) == ("exec_command", '{"cmd":"ls"}', "a.txt")
    assert (step.start_ms, step.end_ms) == (calls[0].end_ms, calls[1].start_ms)


async def test_connections_are_capped_and_closing_is_quick(server):
    async with serving(upstream(server)) as cell:
        host, port = cell.url.removeprefix("http://").split(":")
        idle = [await asyncio.open_connection(host, int(port)) for _ in range(MAX_CONNECTIONS)]
        extra, _ = await asyncio.open_connection(host, int(port))
        assert await asyncio.wait_for(extra.read(), 2) == b""
        began = time.monotonic()
        await cell.gateway.close()
        assert time.monotonic() - began < 0.5
        for reader, writer in idle:
            assert await asyncio.wait_for(reader.read(), 2) == b""
            writer.close()
        with pytest.raises(aiohttp.ClientConnectionError):
            await cell.get("/v1/models")


POST = b"POST /v1/responses HTTP/1.1\r\nHost: x\r\n"
HOSTILE = (
    b"\x16\x03\x01\x02\x00\x01",
    b"GET /\xff\xfe HTTP/9.9\r\n\r\n",
    b"A" * 100_000 + b"\r\n\r\n",
    POST + b"Content-Length: zzz\r\n\r\n",
    POST + b"X: " + b"y" * 20_000 + b"\r\n\r\n",
    POST + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\njunk",
    POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
)


async def test_hostile_http_is_answered_or_dropped(server, capfd):
    async with serving(upstream(server)) as cell:
        host, port = cell.url.removeprefix("http://").split(":")
        for junk in HOSTILE:
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(junk)
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 3)
            assert answer == b"" or answer.split()[1] in (b"400", b"431", b"404", b"401"), junk
            writer.close()
        assert (await cell.chat()).status == 200
    assert capfd.readouterr().err == ""
