"""Redaction, the store of bodies, hosted tools, budget, endpoint health, steps: each by itself."""

import base64
import gzip
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.digest import digest_of, sha256_hex
from codingagentbench.core.errors import UsageError
from codingagentbench.core.outcome import InvalidCause, LimitKind
from codingagentbench.core.spec import Limits
from codingagentbench.gateway.answer import Answer, Failure, ToolCall, Usage
from codingagentbench.gateway.bodies import BodyStore
from codingagentbench.gateway.budget import Budget
from codingagentbench.gateway.endpoint import base_url, retry_after_s
from codingagentbench.gateway.estimate import estimate_usage
from codingagentbench.gateway.health import EndpointHealth, Verdict, verdict_of_failure, verdict_of_status
from codingagentbench.gateway.hosted import strip_hosted_tools
from codingagentbench.gateway.jsontext import parse, parse_or_none, request_digest
from codingagentbench.gateway.notes import NoteKind, Notes
from codingagentbench.gateway.redact import KeyGuard, Redactor
from codingagentbench.gateway.request import agent_request, outgoing
from codingagentbench.gateway.transcript import Transcript

KEY = 'sk-live/abc+DEF=123"xyz'


@pytest.mark.parametrize("shift", range(4))
def test_redacts_every_form(shift):
    redactor = Redactor([KEY])
    inside = ("u" * shift + KEY + ":tail").encode()
    percent = quote(KEY, safe="")
    forms = [
        KEY, json.dumps(KEY), json.dumps(KEY).replace("/", "\\/"), KEY.encode().hex(), KEY.encode().hex().upper(),
        percent, re.sub("%..", lambda match: match[0].lower(), percent),
        base64.b64encode(inside).decode(), base64.urlsafe_b64encode(inside).decode(),
    ]  # fmt: skip
    for form in forms:
        clean = redactor.text(f"before {form} after")
        assert "[redacted]" in clean and clean.startswith("before ") and clean.endswith(" after"), form
        assert redactor.finds(form.encode())
    assert redactor.text("nothing to see") == "nothing to see"


def test_placeholders_are_no_secrets():
    assert Redactor(["none", "", "dummy"]).text("none of the dummy keys") == "none of the dummy keys"


def test_a_text_fit_for_a_record_has_no_lone_surrogates():
    assert Redactor([]).text("a\ud800b").encode()


@given(
    st.lists(
        st.sampled_from([b"a", b"key-", b"key-secret-1", b"secret", b"-1", b"key-secret-", b"\n"]), max_size=12
    )
)
@settings(max_examples=200, deadline=None)
def test_guard_masks_for_any_chunking_and_keeps_lengths(chunks):
    guard = KeyGuard(["key-secret-1"])
    out = b"".join([guard.feed(chunk) for chunk in chunks]) + guard.finish()
    whole = b"".join(chunks)
    assert out == whole.replace(b"key-secret-1", b"*" * 12)
    assert len(out) == len(whole)


def test_guard_passes_a_harmless_chunk_at_once():
    guard = KeyGuard(["key-secret-1"])
    assert guard.feed(b'data: {"x":1}\n\n') == b'data: {"x":1}\n\n'


def test_bodies_are_redacted_content_addressed_and_deterministic(tmp_path):
    store = BodyStore(Redactor([KEY]))
    body = json.dumps({"key": KEY, "n": 1}).encode()
    names = {store.put(body), store.put(body)}
    big = store.put(b"y" * (9 * 1024 * 1024))  # spills to disk
    assert len(names) == 1 and store.put(b"") == ""
    for place in ("a", "b"):
        store.write(tmp_path / place)
    name = names.pop()
    packed = (tmp_path / "a" / f"{name}.json.gz").read_bytes()
    assert packed == (tmp_path / "b" / f"{name}.json.gz").read_bytes()
    assert sha256_hex(gzip.decompress(packed)) == name
    assert b"[redacted]" in gzip.decompress(packed)
    assert len(gzip.decompress((tmp_path / "a" / f"{big}.json.gz").read_bytes())) == 9 * 1024 * 1024
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(
        [f"{name}.json.gz", f"{big}.json.gz"]
    )


def test_a_full_store_says_so():
    store = BodyStore(Redactor([]), max_stored=10)
    assert store.put(b"123456789") and store.put(b"abc") is None and store.put(b"123456789")


FUNCTION = {"type": "function", "name": "f", "parameters": {}}


def test_hosted_tools_go_and_local_ones_stay():
    local = [FUNCTION, {"type": "custom", "name": "apply_patch"}, {"type": "local_shell"}, {"type": "shell"},
             {"type": "tool_search", "execution": "client"}]  # fmt: skip
    hosted = [{"type": "web_search_preview_2025_03_11"}, {"type": "mcp", "server_url": "https://x"}, "junk",
              {"type": "code_interpreter", "container": {"type": "auto"}}, {"type": "tool_search"},
              {"type": "shell", "environment": {"type": "container_auto"}}, {"name": "no type"}]  # fmt: skip
    body = {
        "tools": [local[0], *hosted, *local[1:], {"type": "namespace", "tools": [FUNCTION, {"type": "mcp"}]}],
        "tool_choice": {"type": "web_search"}, "web_search_options": {}, "plugins": [{"id": "web"}], "keep": 1,
    }  # fmt: skip
    before = json.dumps(body)
    clean, removed = strip_hosted_tools(body)
    assert json.dumps(body) == before
    kinds = [tool["type"] for tool in clean["tools"]]
    assert kinds == ["function", "custom", "local_shell", "shell", "tool_search", "namespace"]
    assert clean["tools"][-1]["tools"] == [FUNCTION]
    assert clean["tool_choice"] == "auto" and clean["keep"] == 1
    assert "web_search_options" not in clean and "plugins" not in clean
    assert {"web_search_options", "plugins", "mcp", "code_interpreter", "(no type)"} <= set(removed)


def test_nothing_to_strip_is_the_same_object():
    body = {"tools": [FUNCTION], "tool_choice": {"type": "function", "name": "f"}}
    assert strip_hosted_tools(body) == (body, ()) and strip_hosted_tools(body)[0] is body


def test_a_tool_choice_without_tools_goes_too():
    body = {
        "tools": [{"type": "web_search"}],
        "tool_choice": "required",
        "parallel_tool_calls": True,
        "model": "m",
    }
    assert strip_hosted_tools(body) == ({"model": "m"}, ("web_search",))


def outgoing_body(body: dict, path: str = "/v1/chat/completions") -> tuple[bytes, bytes]:
    raw = json.dumps(body).encode()
    return raw, outgoing(agent_request("POST", path, {}, raw)).request.body


def test_usage_is_asked_for_only_where_it_is_not():
    raw, sent = outgoing_body({"stream": True, "stream_options": {"include_usage": True}})
    assert sent == raw
    _, sent = outgoing_body({"stream": True, "stream_options": {"x": 1, "include_usage": False}})
    assert json.loads(sent)["stream_options"] == {"x": 1, "include_usage": True}
    raw, sent = outgoing_body({"stream": False})
    assert sent == raw
    raw, sent = outgoing_body({"stream": True}, "/v1/responses")
    assert sent == raw


def test_only_harmless_headers_are_sent_on():
    headers = {"Authorization": "Bearer t", "Cookie": "a=b", "OpenAI-Organization": "org", "Accept": "*/*"}
    sent = outgoing(agent_request("POST", "/v1/responses", headers, b"{}")).request
    assert dict(sent.headers) == {"Accept": "*/*"} and sent.path == "/responses"


def test_request_hash_ignores_key_order_and_survives_anything():
    assert request_digest({"b": 1, "a": 2}, b"") == digest_of({"a": 2, "b": 1})
    assert request_digest(parse(b'"\\ud800"'), b"").startswith("sha256:")
    assert request_digest(None, b"junk") == f"sha256:{sha256_hex(b'junk')}"
    for bad in (b"NaN", b"1e999", b"[" * 100_000, b"\xff", b"", b'{"a":-Infinity}', b"9" * 5000):
        with pytest.raises(ValueError):
            parse(bad)


def test_estimate_is_a_quarter_of_the_text():
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 1000}}
    body = {
        "model": "not counted",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "é" * 20}, image]}],
    }
    answer = Answer()
    answer.add_text("x" * 10)
    # 40 bytes of text, "user", "text", "image_url".
    assert estimate_usage(body, answer) == Usage(-(-(40 + 4 + 4 + 9) // 4), 3)


def test_budget():
    with pytest.raises(UsageError, match="price table"):
        Budget(Limits(usd=1), None)
    budget = Budget(Limits(calls=2, tokens=100, usd=1), lambda prompt, completion, cached: prompt / 100)
    assert budget.exhausted() is None
    budget.spend(Usage(50, 49))
    assert budget.exhausted() is None and budget.usd == 0.5
    budget.spend(Usage(1, 0))
    assert budget.exhausted()[0] is LimitKind.TOKENS
    budget.calls = 2
    assert budget.exhausted()[0] is LimitKind.CALLS
    dear = Budget(Limits(usd=1), lambda *_: 1.0)
    dear.spend(Usage(1, 1))
    assert dear.exhausted()[0] is LimitKind.COST
    unknown = Budget(Limits(usd=1), lambda *_: None)
    assert not unknown.spend(Usage(1, 1)) and unknown.usd is None and unknown.exhausted() is None


V = Verdict
CAUSES = InvalidCause


@pytest.mark.parametrize(
    ("seen", "stopped", "concluded"),
    [
        ([], None, CAUSES.HANDSHAKE_FAILED),
        ([V.OK], None, None),
        ([V.KEY_REFUSED], CAUSES.HANDSHAKE_FAILED, CAUSES.HANDSHAKE_FAILED),
        ([V.OK, V.KEY_REFUSED], None, CAUSES.ENDPOINT_UNAVAILABLE),
        ([V.NOT_FOUND], None, CAUSES.HANDSHAKE_FAILED),
        ([V.NOT_FOUND] * 3, CAUSES.HANDSHAKE_FAILED, CAUSES.HANDSHAKE_FAILED),
        ([V.BAD_REQUEST] * 2, None, CAUSES.HANDSHAKE_FAILED),
        ([V.OK] + [V.BAD_REQUEST] * 9, None, None),
        ([V.RATE_LIMITED] * 3, CAUSES.RATE_LIMITED, CAUSES.RATE_LIMITED),
        ([V.UNAVAILABLE] * 3, CAUSES.ENDPOINT_UNAVAILABLE, CAUSES.ENDPOINT_UNAVAILABLE),
        ([V.UNAVAILABLE, V.RATE_LIMITED, V.RATE_LIMITED], CAUSES.RATE_LIMITED, CAUSES.RATE_LIMITED),
        ([V.UNAVAILABLE, V.UNAVAILABLE, V.OK], None, None),
        ([V.OK, V.UNAVAILABLE], None, CAUSES.ENDPOINT_UNAVAILABLE),
        ([V.OK, V.RATE_LIMITED, V.LEFT_WAITING], None, CAUSES.RATE_LIMITED),
        ([V.LEFT_WAITING], None, CAUSES.ENDPOINT_UNAVAILABLE),
        ([V.LEFT_EARLY], None, None),
        ([V.UNAVAILABLE, V.OK, V.UNAVAILABLE, V.OK, V.UNAVAILABLE, V.OK], None, None),
    ],
)
def test_health(seen, stopped, concluded):
    health = EndpointHealth(3)
    causes = [found[0] for found in (health.record(verdict, "why") for verdict in seen) if found]
    assert causes == ([stopped] if stopped else [])
    found = health.conclusion()
    assert (found and found[0]) == concluded


def test_verdicts():
    statuses = {400: V.BAD_REQUEST, 401: V.KEY_REFUSED, 403: V.KEY_REFUSED, 404: V.NOT_FOUND, 422: V.BAD_REQUEST,
                429: V.RATE_LIMITED, 500: V.UNAVAILABLE, 503: V.UNAVAILABLE, 302: V.UNAVAILABLE}  # fmt: skip
    assert {status: verdict_of_status(status) for status in statuses} == statuses
    assert verdict_of_failure(Failure("rate_limit_exceeded", "")) is V.RATE_LIMITED
    assert verdict_of_failure(Failure("context_length_exceeded", "")) is V.BAD_REQUEST
    assert verdict_of_failure(Failure("server_error", "")) is V.UNAVAILABLE


def test_steps_with_ids_used_again():
    transcript = Transcript(Redactor([KEY]))
    transcript.saw_answer(0, "first", [ToolCall("call_0", "bash", "{}"), ToolCall("call_1", "bash", KEY)], 10.0)
    transcript.saw_request([("call_0", "one")], 20.0)
    transcript.saw_request([("call_0", "one"), ("call_1", "two")], 25.0)
    transcript.saw_answer(1, "", [ToolCall("call_0", "edit", "")], 30.0)
    transcript.saw_request([("call_0", "one"), ("call_1", "two"), ("call_0", "three"), ("other", "x")], 40.0)
    transcript.saw_answer(2, "bye", [ToolCall("", "odd", "")], 50.0)
    steps = transcript.steps()
    assert [(step.name, step.result, step.start_ms, step.end_ms, step.model_call) for step in steps] == [
        ("bash", "one", 10.0, 20.0, 0), ("bash", "two", 10.0, 25.0, 0), ("edit", "three", 30.0, 40.0, 1),
        ("odd", None, 50.0, None, 2),
    ]  # fmt: skip
    assert steps[1].arguments == "[redacted]" and steps[3].call_id == "step-3"
    assert transcript.texts() == {0: "first", 2: "bye"}


def test_notes_are_counted_and_bounded():
    notes = Notes()
    for number in range(1000):
        notes.add(NoteKind.UNKNOWN_ROUTE, f"/{number}", number)
        notes.add(NoteKind.UNLISTED_MODEL, "asked for 'x'", number)
    assert len(notes.all()) < 250
    assert sum(note.count for note in notes.all()) == 2000
    (violation,) = notes.violations()
    assert violation.kind == "unlisted-model" and "1000 times" in violation.detail
    assert violation.evidence == ("model_calls.jsonl#0",)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://api.host.test", "https://api.host.test/v1"),
        ("https://api.host.test/v1/", "https://api.host.test/v1"),
        (" http://127.0.0.1:8080/openai ", "http://127.0.0.1:8080/openai/v1"),
        ("https://host.test/api/v3", "https://host.test/api/v3"),
        ("https://host.test/v1beta/openai/", "https://host.test/v1beta/openai"),
    ],
)
def test_endpoint_with_or_without_its_version(given, used):
    assert base_url(given) == used


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "host",
        "ftp://host",
        "http://",
        "http://host:99999",
        "https://u:pw@host/v1",
        "https://host/v1?k=1",
        "http://[x",
    ],
)
def test_a_bad_endpoint_is_a_usage_error(bad):
    with pytest.raises(UsageError) as error:
        base_url(bad)
    assert error.value.remedy


def test_retry_after():
    def asked(text):
        return retry_after_s({"Retry-After": text}, longest=20)

    assert [asked(text) for text in ("3", "0.5", "999", "", "soon", "-1", "nan")] == [
        3,
        0.5,
        20,
        None,
        None,
        None,
        None,
    ]
    assert asked("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert asked("Wed, 21 Oct 2099 07:28:00 GMT") == 20


@pytest.mark.parametrize("body", [b'{"a":1,"a":2}', b'[{"a":{"b":1,"b":1}}]', b'{"a":1,"\\u0061":2}'])
def test_a_key_that_stands_twice_is_refused_where_two_parsers_could_differ(body):
    assert parse_or_none(body) is not None
    assert parse_or_none(body, unambiguous=True) is None


@pytest.mark.parametrize("name", ["Tools", "MODEL", "tool\u017f", "background", "prompt"])
def test_a_name_that_another_parser_reads_otherwise_is_taken_out(name):
    kept, removed = strip_hosted_tools({"model": "m", name: [{"type": "web_search"}]})
    assert (kept, removed) == ({"model": "m"}, (name,))
