"""The reader of server-sent events, and what is learnt from a stream, do not depend on how it is cut up."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.gateway.answer import Usage
from codingagentbench.gateway.follow import MAX_KEPT, Follower
from codingagentbench.gateway.sse import Event, SseReader


def read(data: bytes, cuts: list[int], **options) -> list[Event]:
    reader, events, start = SseReader(**options), [], 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        events += reader.feed(data[start:cut])
        start = cut
    return events + reader.finish()


def follow(api: str, data: bytes, cuts: list[int]) -> Follower:
    follower, start = Follower(api, streamed=True), 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        follower.feed(data[start:cut], float(cut))
        start = cut
    follower.finish()
    return follower


def test_line_ends_comments_and_multi_line_data():
    data = b": ping\r\n\r\nevent: a\r\ndata: 1\r\ndata: 2\r\n\r\nid: 7\ndata:3\n\n\n\ndata: [DONE]"
    assert read(data, []) == [Event(b"1\n2", b"a"), Event(b"3"), Event(b"[DONE]")]


def test_a_line_beyond_the_cap_is_dropped_and_the_next_one_read():
    data = b"data: " + b"x" * 100 + b"\n\ndata: ok\n\n"
    assert read(data, [], max_bytes=50) == [Event(b"ok")]


LINES = st.lists(
    st.sampled_from(
        [b"data: a", b"data:", b"data", b"", b":c", b"event: e", b"\r", b"junk: \xff", b"\x00", b"data: \r"]
    )
)


@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.lists(st.integers(0, 500)), st.booleans())
@settings(max_examples=150, deadline=None)
def test_events_are_the_same_for_any_chunking(lines, newline, cuts, ended):
    data = newline.join(lines) + (newline * 2 if ended else b"")
    assert read(data, cuts, max_bytes=20) == read(data, [], max_bytes=20)


@given(
    st.binary(max_size=400), st.sampled_from(["chat", "responses"]), st.booleans(), st.lists(st.integers(0, 400))
)
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_a_follower_raise(data, api, streamed, cuts):
    follower = Follower(api, streamed=streamed)
    follower.feed(b"data: " + data, 0.0)
    follower.finish()
    assert bytes(follower.kept) == b"data: " + data
    assert follow(api, data, cuts).answer == follow(api, data, []).answer


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([
            "choices", "delta", "message", "tool_calls", "function", "index", "id", "usage", "type", "item",
            "response", "output", "error", "content", "prompt_tokens", "arguments", "name", "finish_reason",
        ]),
        inner, max_size=4,
    ),
    max_leaves=15,
)  # fmt: skip


@given(JSON, st.sampled_from(["chat", "responses"]))
@settings(max_examples=200, deadline=None)
def test_no_json_makes_a_follower_raise(value, api):
    data = json.dumps(value).encode()
    for kind in ("response.completed", "response.output_item.done", "error", "response.output_text.delta"):
        wrapped = json.dumps(
            {**(value if isinstance(value, dict) else {}), "type": kind, "response": value, "item": value}
        )
        stream = b"data: " + data + b"\n\ndata: " + wrapped.encode() + b"\n\n"
        follow(api, stream, [])
    whole = Follower(api, streamed=False)
    whole.feed(data, 0.0)
    whole.finish()


def chat_stream(newline: str = "\n") -> bytes:
    def chunk(delta, finish=None, **more):
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return f"data: {json.dumps({'model': 'm-1', 'system_fingerprint': 'fp', 'choices': choices, **more})}"

    def call(index, arguments, **more):
        return {
            "tool_calls": [{"index": index, "function": {"arguments": arguments, **more.pop("fn", {})}, **more}]
        }

    lines = [
        chunk({"role": "assistant", "content": ""}),
        ": keep-alive",
        chunk({"reasoning_content": "hm"}),
        chunk({"content": "Grüße "}),
        "data: {not json",
        chunk({"content": "dir"}),
        chunk(call(0, "", id="call_a", fn={"name": "bash"})),
        chunk(call(1, '{"x"', id="call_b", fn={"name": "edit"})),
        chunk(call(0, '{"command":')),
        chunk(call(1, ":1}")),
        chunk(call(0, '"ls"}')),
        chunk({}, "tool_calls"),
        'data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,'
        '"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}}}',
        "data: [DONE]",
    ]
    return (newline * 2).join([*lines, ""]).encode()


@given(st.lists(st.integers(0, 5000), max_size=40), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=100, deadline=None)
def test_chat_answer_for_any_chunking(cuts, newline):
    answer = follow("chat", chat_stream(newline), cuts).answer
    assert answer == follow("chat", chat_stream(newline), []).answer
    assert answer.text == "Grüße dir"
    assert [(call.id, call.name, call.arguments) for call in answer.tool_calls] == [
        ("call_a", "bash", '{"command":"ls"}'),
        ("call_b", "edit", '{"x":1}'),
    ]
    assert answer.usage == Usage(11, 5, 3, 2)
    assert (answer.model, answer.fingerprint, answer.finish_reason) == ("m-1", "fp", "tool_calls")
    assert answer.ended
    assert answer.output_bytes == len("hmGrüße dir".encode()) + len('bash{"command":"ls"}edit{"x":1}')


def test_first_content_is_not_the_role_nor_a_created_event():
    stream = chat_stream()
    role_end = stream.index(b"\n\n") + 2
    reasoning_end = stream.index(b"hm") + stream[stream.index(b"hm") :].index(b"\n\n") + 2
    assert follow("chat", stream, [role_end, reasoning_end]).first_content == float(reasoning_end)
    created = b'data: {"type":"response.created","response":{"model":"m"}}\n\n'
    delta = b'data: {"type":"response.output_text.delta","delta":"x"}\n\n'
    assert follow("responses", created + delta, [len(created)]).first_content == float(len(created + delta))


def test_whole_calls_under_one_index_stay_apart():
    calls = [{"index": 0, "id": f"c{n}", "function": {"name": "t", "arguments": "{}"}} for n in range(3)]
    bare = [{key: value for key, value in call.items() if key != "index"} for call in calls]
    for sent in (calls, bare):
        data = "".join(
            f"data: {json.dumps({'choices': [{'delta': {'tool_calls': [call]}}]})}\n\n" for call in sent
        )
        assert [call.id for call in follow("chat", data.encode(), []).answer.tool_calls] == ["c0", "c1", "c2"]


@pytest.mark.parametrize(
    "usage",
    [None, [], {}, {"prompt_tokens": 0, "completion_tokens": 0}, {"prompt_tokens": True, "completion_tokens": 1},
     {"prompt_tokens": -5, "completion_tokens": 1}, {"prompt_tokens": 10**30, "completion_tokens": 1},
     {"prompt_tokens": 5.5, "completion_tokens": 1}, {"prompt_tokens": "5", "completion_tokens": 1}],
)  # fmt: skip
def test_unbelievable_usage_is_no_usage(usage):
    data = f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n".encode()
    assert follow("chat", data, []).answer.usage is None


def test_responses_items_errors_and_incomplete():
    item = {"type": "function_call", "call_id": "c1", "name": "exec_command", "arguments": '{"cmd":"ls"}'}
    search = {"type": "web_search_call", "id": "ws_1"}
    final = {
        "model": "m", "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"},
        "usage": {"input_tokens": 9, "output_tokens": 4}, "output": [search, item, {**item, "call_id": "c2"}],
    }  # fmt: skip
    events = [
        {"type": "response.output_item.done", "item": item},
        {"type": "response.incomplete", "response": final},
    ]
    data = "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()
    answer = follow("responses", data, []).answer
    assert [call.id for call in answer.tool_calls] == ["c1", "c2"]
    assert (answer.finish_reason, answer.usage) == ("max_output_tokens", Usage(9, 4))
    failed = b'data: {"type":"response.failed","response":{"error":{"code":"server_error","message":"boom"}}}\n\n'
    failure = follow("responses", failed, []).answer.failure
    assert failure is not None and (failure.code, failure.message) == ("server_error", "boom")


def test_a_huge_answer_is_kept_in_part_and_followed_to_its_end():
    follower = Follower("chat", streamed=True)
    chunk = b'data: {"choices":[{"delta":{"content":"' + b"x" * 1_000_000 + b'"}}]}\n\n'
    for _ in range(36):
        follower.feed(chunk, 0.0)
    follower.feed(
        b'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\ndata: [DONE]\n\n', 0.0
    )
    follower.finish()
    assert follower.truncated and len(follower.kept) == MAX_KEPT
    assert follower.answer.usage == Usage(1, 2)
    assert len(follower.answer.text) <= MAX_KEPT
