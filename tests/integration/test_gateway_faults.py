"""Endpoints that fail, stall, cut off and lie; agents that leave; what the record says of each."""

import asyncio
import json
import time

import aiohttp
import pytest
from aiohttp import web

from codingagentbench.core.errors import UsageError
from codingagentbench.core.outcome import InvalidCause
from codingagentbench.gateway import (
    Gateway,
    HttpUpstream,
    NoteKind,
    UpstreamRequest,
    UpstreamResponse,
    UpstreamUnavailable,
)
from codingagentbench.gateway.intake import Intake
from support.gateway_kit import MODEL, REAL_KEY, TOKEN, listening_socket, serving
from support.openai_server import Fault, OpenAIServer, Reply

CAUSES = InvalidCause


@pytest.fixture
async def server():
    async with OpenAIServer(key=REAL_KEY) as running:
        yield running


def upstream(server: OpenAIServer, **options) -> HttpUpstream:
    return HttpUpstream(server.url, REAL_KEY, **{"first_wait_s": 0.01, **options})


async def until_stopped(cell) -> str:
    return await asyncio.wait_for(cell.gateway.wait(), 2)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_failing_try_is_made_again(server, status):
    server.faults = [Fault(status), Fault(status)]
    async with serving(upstream(server)) as cell:
        assert (await cell.chat()).status == 200
        (call,) = cell.gateway.calls
    assert call.retries == 2 and call.succeeded and 0 < call.wait_ms <= call.latency_ms
    assert len(server.completions) == 3


async def test_retry_after_is_honoured_and_capped(server):
    server.faults = [Fault(429, {"Retry-After": "0.3"}), Fault(503, {"Retry-After": "3600"})]
    async with serving(upstream(server, longest_wait_s=0.4)) as cell:
        began = time.monotonic()
        assert (await cell.chat()).status == 200
        assert 0.65 <= time.monotonic() - began < 3
        (call,) = cell.gateway.calls
    assert 650 <= call.wait_ms <= call.latency_ms and call.ttft_ms >= 650


async def test_client_errors_are_not_tried_again(server):
    server.faults = [Fault(400, message="too long")]
    async with serving(upstream(server)) as cell:
        answer = await cell.chat()
        assert (await cell.chat()).status == 200
        first, _ = cell.gateway.calls
    assert answer.json["error"]["message"] == "too long" and first.error == "too long"
    assert (first.status, first.retries, first.tokens_source) == (400, 0, "none")
    assert cell.gateway.invalid_cause() is None


@pytest.mark.parametrize(
    ("status", "calls", "cause"),
    [
        (500, 4, CAUSES.ENDPOINT_UNAVAILABLE),
        (429, 4, CAUSES.RATE_LIMITED),
        (401, 1, CAUSES.HANDSHAKE_FAILED),
        (403, 1, CAUSES.HANDSHAKE_FAILED),
        (404, 4, CAUSES.HANDSHAKE_FAILED),
    ],
)
async def test_constant_failure_ends_the_cell(server, status, calls, cause):
    server.always = Fault(status, {"Retry-After": "0"})
    async with serving(upstream(server, attempts=2)) as cell:
        for number in range(calls):
            assert cell.gateway.stop is None, number
            assert (await cell.chat()).status == status
        assert "failed" in await until_stopped(cell)
        assert cell.gateway.stop.cause is cause and cell.gateway.stop.limit is None
        after = await cell.chat()
        assert (after.status, after.code) == (503, "cab_cell_ended")
    assert cell.gateway.invalid_cause()[0] is cause
    assert len(server.completions) == calls * (2 if status in (500, 429) else 1)
    assert all(call.total_tokens is None and call.tokens_source == "none" for call in cell.gateway.calls)


async def test_a_success_between_failures_keeps_the_cell_alive(server):
    async with serving(upstream(server, attempts=1), max_failures=2) as cell:
        for _ in range(3):
            server.faults = [Fault(500)]
            assert (await cell.chat()).status == 500
            assert (await cell.chat()).status == 200
        assert cell.gateway.stop is None and cell.gateway.invalid_cause() is None
        server.faults = [Fault(429)]
        await cell.chat()
    assert cell.gateway.stop is None
    assert cell.gateway.invalid_cause()[0] is CAUSES.RATE_LIMITED


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("clean", [False, True])
async def test_a_cut_stream_is_passed_on_as_cut(server, api, clean):
    server.cut_after, server.clean_cut = 4, clean
    server.replies = [Reply("one two three four five")]
    async with serving(upstream(server), max_failures=1) as cell:
        body = {"model": MODEL, "stream": True, "messages": [], "input": "x"}
        path = "/v1/chat/completions" if api == "chat" else "/v1/responses"
        got = b""
        async with cell.session.post(
            cell.url + path, json=body, headers={"Authorization": f"Bearer {TOKEN}"}
        ) as answer:
            assert answer.status == 200
            try:
                async for chunk in answer.content.iter_any():
                    got += chunk
            except aiohttp.ClientPayloadError:
                assert not clean
            else:
                assert clean
        await until_stopped(cell)
        (call,) = cell.gateway.calls
    assert got == server.sent[0]
    assert call.status == 200 and call.error.startswith("stream cut") and not call.succeeded
    assert call.tokens_source == "none" and call.total_tokens is None
    assert cell.gateway.stop.cause is CAUSES.ENDPOINT_UNAVAILABLE and "stream cut" in cell.gateway.stop.detail
    assert cell.gateway.tool_steps() == [] and cell.gateway.texts() == {}


async def test_a_plain_answer_that_is_cut(server):
    server.cut_after = 30
    async with serving(upstream(server)) as cell:
        with pytest.raises(aiohttp.ClientError):
            await cell.chat(stream=False)
        (call,) = cell.gateway.calls
    assert call.error.startswith("stream cut") and call.response_bytes == 30


async def test_a_stream_without_end_mark_but_with_a_finish_reason_is_whole(server):
    server.end_mark = False
    async with serving(upstream(server)) as cell:
        await cell.chat()
        await cell.responses()
        chat, responses = cell.gateway.calls
    assert chat.succeeded and chat.prompt_tokens == 100
    assert responses.error == "stream cut"


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("text/html", b"<html>Gateway login</html>", "no JSON object"),
        ("application/json", b'{"error":{"code":"server_error","message":"overloaded"}}', "overloaded"),
        ("text/event-stream", b'data: {"error":{"code":429,"message":"slow down"}}\n\n', "slow down"),
        ("text/event-stream", b"", "stream cut"),
        ("application/json", b"", "no JSON object"),
    ],
)
async def test_a_200_that_is_no_answer(server, kind, body, error):
    server.raw_answer = (kind, body)
    async with serving(upstream(server)) as cell:
        answer = await cell.chat(stream="event-stream" in kind)
        (call,) = cell.gateway.calls
    assert answer.body == body
    assert call.status == 200 and error in call.error and call.tokens_source == "none"
    expected = CAUSES.RATE_LIMITED if "slow" in error else CAUSES.ENDPOINT_UNAVAILABLE
    assert cell.gateway.invalid_cause()[0] is expected


async def test_no_endpoint_at_all():
    sock = listening_socket()
    host = "{}:{}".format(*sock.getsockname())
    sock.close()
    async with serving(HttpUpstream(f"http://{host}", REAL_KEY, first_wait_s=0.01)) as cell:
        answer = await cell.chat()
        (call,) = cell.gateway.calls
    assert (answer.status, answer.code) == (502, "cab_endpoint_unavailable")
    assert host in call.error and REAL_KEY not in call.error
    assert (call.status, call.retries) == (502, 2) and call.wait_ms > 0
    assert cell.gateway.invalid_cause()[0] is CAUSES.ENDPOINT_UNAVAILABLE


async def test_an_endpoint_that_accepts_and_says_nothing():
    async def silent(reader, writer):
        await reader.read(100)
        await asyncio.sleep(30)

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = "http://{}:{}".format(*listener.sockets[0].getsockname())
    async with serving(HttpUpstream(url, REAL_KEY, idle_timeout_s=0.2)) as cell:
        answer = await cell.chat()
        (call,) = cell.gateway.calls
    listener.close()
    assert answer.status == 502 and "silent for 0.2 s" in call.error and call.retries == 0


@pytest.mark.parametrize("location", ["http://elsewhere.test/v1/chat/completions", "/v2"])
async def test_redirects_are_not_followed(location):
    seen = []

    async def redirect(request):
        seen.append(request.headers.get("Authorization"))
        return web.Response(status=307, headers={"Location": location})

    runner = web.ServerRunner(web.Server(redirect))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with serving(HttpUpstream("http://{}:{}".format(*runner.addresses[0]), REAL_KEY)) as cell:
        answer = await cell.chat()
        (call,) = cell.gateway.calls
    await runner.cleanup()
    assert len(seen) == 1 and answer.status == 502
    assert "redirects to" in call.error and "Location" not in answer.headers


async def leave(cell, *, after: int, **body) -> None:
    """Start a call and close the connection after so many bytes."""
    host, port = cell.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    data = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "hi"}], **body}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
    got = b""
    while len(got) < after:
        got += await reader.read(1000)
    if not after:
        await asyncio.sleep(0.1)
    writer.close()


async def recorded(cell, count: int):
    for _ in range(200):
        if len(cell.gateway.calls) >= count:
            return cell.gateway.calls
        await asyncio.sleep(0.01)
    raise AssertionError("not recorded")


async def test_an_agent_that_leaves_in_mid_answer(server):
    server.chunk_delay = 0.05
    server.replies = [Reply("one two three four")]
    async with serving(upstream(server), max_failures=1) as cell:
        await leave(cell, after=900, stream=True)
        (call,) = await recorded(cell, 1)
    assert (call.status, call.error, call.succeeded) == (200, "client closed", False)
    # Closing before the usage comes must not make a call free.
    assert call.tokens_source == "estimated" and call.total_tokens > 0
    assert cell.gateway.stop is None and cell.gateway.invalid_cause() is None


async def test_an_agent_that_leaves_before_the_answer(server):
    server.first_delay = 5
    async with serving(upstream(server)) as cell:
        await leave(cell, after=0)
        (call,) = await recorded(cell, 1)
    assert (call.status, call.error) == (499, "client closed")
    assert cell.gateway.invalid_cause()[0] is CAUSES.ENDPOINT_UNAVAILABLE


async def test_closing_the_gateway_records_what_is_under_way(server):
    server.chunk_delay = 0.2
    async with serving(upstream(server)) as cell:
        pending = asyncio.create_task(cell.chat())
        await asyncio.sleep(0.5)
        began = time.monotonic()
        await cell.gateway.close()
        await cell.gateway.close()
        assert time.monotonic() - began < 0.5
        (call,) = cell.gateway.calls
        with pytest.raises(aiohttp.ClientError):
            await pending
    assert (call.status, call.error) == (200, "cell ended")


async def test_a_huge_answer_passes_whole(server, tmp_path):
    server.replies = [Reply("x" * (34 * 1024 * 1024))]
    async with serving(upstream(server)) as cell:
        answer = await cell.chat(stream=False)
        (call,) = cell.gateway.calls
        cell.gateway.write_calls(tmp_path)
    assert answer.body == server.sent[0]
    assert call.response_bytes == len(answer.body) and call.succeeded and call.tokens_source == "estimated"
    assert [note.kind for note in cell.gateway.notes] == [NoteKind.ANSWER_TRUNCATED]


async def test_a_huge_request_is_refused_before_it_is_read(server):
    async with serving(upstream(server)) as cell:
        cell.gateway._intake = Intake(max_request=100_000)
        answer = await cell.post("/v1/responses", b"x" * 200_000)
        assert (answer.status, answer.code) == (413, "too_large")
        assert (await cell.chat()).status == 200
    assert [call.status for call in cell.gateway.calls] == [413, 200]


class Scripted:
    """An upstream of the tests' own behind the same waist."""

    def __init__(self, error: Exception | None = None, chunks: tuple[bytes | Exception, ...] = ()) -> None:
        self.error, self.chunks, self.closed = error, chunks, 0

    async def send(self, request: UpstreamRequest) -> UpstreamResponse:
        if self.error is not None:
            raise self.error

        async def stream():
            for chunk in self.chunks:
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk

        async def close() -> None:
            self.closed += 1

        return UpstreamResponse(200, {"Content-Type": "text/event-stream"}, stream(), close=close)

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("error", [UpstreamUnavailable("gone"), RuntimeError("bug"), KeyError("x")])
async def test_an_upstream_that_raises_ends_in_the_record(error):
    async with serving(Scripted(error)) as cell:
        answer = await cell.chat()
        (call,) = cell.gateway.calls
    assert answer.status == call.status == 502 and call.error


async def test_an_upstream_that_breaks_in_mid_answer_is_closed():
    broken = Scripted(chunks=(b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n', RuntimeError("bug")))
    async with serving(broken) as cell:
        with pytest.raises(aiohttp.ClientError):
            await cell.chat()
        (call,) = await recorded(cell, 1)
    assert broken.closed == 1 and "bug" in call.error and not call.succeeded


async def test_a_key_split_over_chunks_is_masked():
    parts = (
        b'data: {"choices":[{"delta":{"content":"' + REAL_KEY[:9].encode(),
        REAL_KEY[9:].encode() + b'"}}]}\n\n',
    )
    async with serving(Scripted(chunks=(*parts, b"data: [DONE]\n\n"))) as cell:
        answer = await cell.chat()
    assert REAL_KEY.encode() not in answer.body and b"*" * len(REAL_KEY) in answer.body
    assert len(answer.body) == sum(map(len, parts)) + len(b"data: [DONE]\n\n")


def test_bad_keys_are_usage_errors():
    for key in ("sk\n", " sk", "schlüssel", "a\tb"):
        with pytest.raises(UsageError) as error:
            HttpUpstream("http://127.0.0.1", key)
        assert key not in str(error.value)


async def test_an_unused_gateway_costs_little():
    from codingagentbench.core.spec import Limits

    async def once() -> None:
        gateway = Gateway(Scripted(), model=MODEL, token=TOKEN, limits=Limits(), started=0.0, secrets=(REAL_KEY,))
        await gateway.serve(listening_socket())
        await gateway.close()

    await once()
    began = time.process_time()
    for _ in range(100):
        await once()
    assert (time.process_time() - began) / 100 < 0.002
