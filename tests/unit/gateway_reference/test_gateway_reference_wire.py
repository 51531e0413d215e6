"""The wires: streams, errors, ids, counts; and that the same request gets the same bytes."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import pairwise

import pytest

from codingagentbench.gateway.reference.reply import NO_SHELL_TEXT, SIDE_TEXT, Reply, ToolCall
from codingagentbench.gateway.reference.responses import response_stream
from codingagentbench.gateway.reference.wire import Envelope, pieces
from codingagentbench.gateway.upstream import UpstreamCut, UpstreamRequest

CHAT, RESPONSES = "/chat/completions", "/responses"
HELLO = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def first_call(kit, workdir, wire="chat", stream=True):
    agent = kit.agent(workdir, wire, stream)
    return agent.path, agent.request()


@pytest.mark.parametrize("wire", ["chat", "responses"])
@pytest.mark.parametrize("stream", [True, False])
async def test_the_same_request_gets_the_same_bytes(kit, workdir, wire, stream):
    path, body = first_call(kit, workdir, wire, stream)
    upstream = kit.upstream("oracle")
    first, again = await kit.ask(upstream, path, body), await kit.ask(upstream, path, body)
    other = await kit.ask(kit.upstream("oracle"), path, body)
    seeded = await kit.ask(kit.upstream("oracle", seed=1), path, body)
    assert first.raw == again.raw == other.raw
    assert seeded.raw != first.raw
    assert seeded.calls[0][1:] == first.calls[0][1:]
    assert seeded.calls[0][0] != first.calls[0][0]


async def test_replayed_and_reordered_requests_keep_their_turn(kit, workdir):
    agent, upstream = kit.agent(workdir, "chat", True), kit.upstream("oracle")
    bodies = []
    for _ in range(3):
        bodies.append(json.loads(json.dumps(agent.request())))
        answer = await kit.ask(upstream, CHAT, bodies[-1])
        for call in answer.calls:
            agent._obey(*call)
    straight = [(await kit.ask(upstream, CHAT, body)).raw for body in bodies]
    backwards = [(await kit.ask(upstream, CHAT, body)).raw for body in reversed(bodies)]
    assert straight == backwards[::-1]
    assert len(set(straight)) == 3


async def test_streamed_and_whole_answers_say_the_same(kit, workdir):
    for wire in ("chat", "responses"):
        path, body = first_call(kit, workdir, wire)
        whole = await kit.ask(kit.upstream("oracle"), path, {**body, "stream": False})
        streamed = await kit.ask(kit.upstream("oracle"), path, body)
        assert (streamed.text, streamed.calls[0][1:]) == (whole.text, whole.calls[0][1:])
        assert streamed.finish == whole.finish == ("tool_calls" if wire == "chat" else "completed")


async def test_chat_usage_comes_when_asked_for(kit, workdir):
    path, body = first_call(kit, workdir)
    bare = await kit.ask(kit.upstream("oracle"), path, body)
    asked = await kit.ask(kit.upstream("oracle"), path, {**body, "stream_options": {"include_usage": True}})
    assert bare.usage is None
    assert asked.usage["prompt_tokens"] > 0
    assert asked.usage["completion_tokens"] > 0
    assert asked.usage["total_tokens"] == asked.usage["prompt_tokens"] + asked.usage["completion_tokens"]
    assert json.loads(kit.events(asked.raw)[-2])["choices"] == []


async def test_responses_usage_and_event_names(kit, workdir):
    path, body = first_call(kit, workdir, "responses")
    answer = await kit.ask(kit.upstream("oracle"), path, body)
    assert answer.usage["total_tokens"] == answer.usage["input_tokens"] + answer.usage["output_tokens"]
    assert answer.usage["input_tokens"] == len(json.dumps(body)) // 4
    names = [line[7:] for line in answer.raw.decode().split("\n") if line.startswith("event: ")]
    assert names == [json.loads(data)["type"] for data in kit.events(answer.raw)]
    assert names[0] == "response.created"
    assert names[-1] == "response.completed"


async def test_the_answer_names_the_model_and_its_fingerprint(kit):
    body = json.loads((await kit.ask(kit.upstream("noop"), CHAT, HELLO)).raw)
    assert body["model"] == "reference/noop"
    assert body["system_fingerprint"].startswith("reference-")


async def test_a_long_argument_is_streamed_in_pieces(kit, workdir):
    path, body = first_call(kit, workdir)
    answer = await kit.ask(kit.upstream("oracle"), path, body)
    deltas = [json.loads(data) for data in kit.events(answer.raw)[:-1]]
    assert sum("tool_calls" in (d["choices"][0]["delta"] if d["choices"] else {}) for d in deltas) > 2


def test_pieces_join_to_the_text():
    for text in ("", "a", "é" * 13, "x" * 10_000):
        assert "".join(pieces(text)) == text
        assert len(pieces(text)) <= 4


def test_a_reply_of_a_call_alone_has_no_message_item(kit):
    envelope = Envelope("reference/x", "0" * 64, Reply("", ToolCall("bash", "{}")), 8)
    data = [json.loads(text) for text in kit.events(b"".join(response_stream(envelope)))]
    assert [item["type"] for item in data[-1]["response"]["output"]] == ["function_call"]


async def test_a_side_call_gets_a_short_text_and_does_not_advance(kit, workdir):
    title = {"model": "m", "messages": [{"role": "system", "content": "Make a title"}, *HELLO["messages"]]}
    upstream = kit.upstream("oracle")
    assert (await kit.ask(upstream, CHAT, title)).text == SIDE_TEXT
    answers = await kit.agent(workdir, "chat", True).run(upstream)
    assert len(answers) == 3


async def test_tools_without_a_shell_are_answered_plainly(kit):
    tool = {"type": "function", "function": {"name": "web_fetch", "parameters": {}}}
    answer = await kit.ask(kit.upstream("oracle"), CHAT, {**HELLO, "tools": [tool]})
    assert answer.text == NO_SHELL_TEXT
    assert (await kit.ask(kit.upstream("noop"), CHAT, {**HELLO, "tools": [tool]})).text != NO_SHELL_TEXT


@pytest.mark.parametrize(("policy", "status"), [("error-500", 500), ("error-429", 429)])
@pytest.mark.parametrize("path", [CHAT, RESPONSES])
async def test_errors(kit, policy, status, path):
    answer = await kit.ask(kit.upstream(policy), path, HELLO)
    assert answer.status == status
    assert json.loads(answer.raw)["error"]["message"]
    assert answer.headers.get("Retry-After") == ("0" if status == 429 else None)


async def test_models_lists_the_one_model(kit):
    answer = await kit.ask(kit.upstream("oracle"), "/models", b"", method="GET")
    assert [model["id"] for model in json.loads(answer.raw)["data"]] == ["reference/oracle"]


@pytest.mark.parametrize(
    ("path", "body", "method", "status"),
    [
        ("/embeddings", HELLO, "POST", 404),
        (CHAT, HELLO, "GET", 405),
        (CHAT, b"not json", "POST", 400),
        (CHAT, [], "POST", 400),
        (CHAT, {"messages": []}, "POST", 400),
        (CHAT, {"messages": "hi"}, "POST", 400),
        (RESPONSES, {"model": "m"}, "POST", 400),
        (RESPONSES, {"input": 3}, "POST", 400),
    ],
)
async def test_bad_requests_are_named(kit, path, body, method, status):
    answer = await kit.ask(kit.upstream("oracle"), path, body, method)
    assert answer.status == status
    assert json.loads(answer.raw)["error"]["message"]


@pytest.mark.parametrize(
    "messages",
    [[1, None, {}], [{"role": 7, "content": {"a": 1}, "tool_calls": "x"}], [{"content": [1, {"text": 2}]}]],
)
async def test_odd_messages_do_no_harm(kit, messages):
    tools = [3, {"type": "function"}, {"type": "function", "function": 1}, {"type": "function", "parameters": []}]
    answer = await kit.ask(kit.upstream("oracle"), CHAT, {"messages": messages, "tools": tools})
    assert answer.status == 200
    assert answer.text


async def test_plain_text_input_and_content_parts(kit):
    answer = await kit.ask(kit.upstream("noop"), RESPONSES, {"input": "hi"})
    assert answer.text == SIDE_TEXT
    parts = [{"role": "system", "content": [{"type": "text", "text": "use SEARCH/REPLACE"}]}, *HELLO["messages"]]
    assert "SEARCH" in (await kit.ask(kit.upstream("oracle"), CHAT, {"messages": parts})).text


async def test_slow_waits_before_the_first_chunk_and_between_chunks(kit):
    upstream = kit.upstream("slow", delay_s=0.02)
    body = json.dumps({**HELLO, "stream": True}).encode()
    response = await upstream.send(UpstreamRequest("POST", CHAT, {}, body, json.loads(body)))
    times = [time.monotonic()]
    async for _ in response.chunks:
        times.append(time.monotonic())
    assert all(after - before >= 0.015 for before, after in pairwise(times))


async def test_slow_can_be_cancelled(kit):
    async with asyncio.timeout(5):
        task = asyncio.create_task(kit.ask(kit.upstream("slow", delay_s=60), CHAT, HELLO))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("stream", [True, False])
async def test_cut_breaks_off_after_it_began(kit, workdir, stream):
    path, body = first_call(kit, workdir, stream=stream)
    raw = json.dumps(body).encode()
    response = await kit.upstream("cut").send(UpstreamRequest("POST", path, {}, raw, body))
    seen = b""
    with pytest.raises(UpstreamCut):
        async for chunk in response.chunks:
            seen += chunk
    assert seen
    assert b"[DONE]" not in seen
