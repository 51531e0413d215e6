"""Any endpoint that speaks the OpenAI API: real agents against a real HTTP server, well-behaved and not."""

import gzip
import json
import shlex
import socket

import pytest

from codingagentbench.tasks import get_task, solution_edits
from support.cab import attempt_of, cab, need_agent
from support.in_thread import in_thread
from support.openai_server import Fault, OpenAIServer, Reply

pytestmark = pytest.mark.agents
KEY = "sk-real-key-that-must-stay-outside-0123456789"
TASK = "mutations/python-comparator-swap"
TOOLS = {"pi": ("bash", "command"), "codex": ("exec_command", "cmd"), "opencode": ("bash", "command")}


def solving_replies(agent):
    """A model that solves the task by the agent's own shell tool, or says the edit where there is none."""
    edits = solution_edits(get_task(TASK))
    if agent == "aider":
        before = {edit.path: (get_task(TASK).workdir / edit.path).read_text() for edit in edits}
        blocks = [
            f"{edit.path}\n```\n<<<<<<< SEARCH\n{before[edit.path]}=======\n{edit.content}>>>>>>> REPLACE\n```"
            for edit in edits
        ]
        return [Reply("\n".join(blocks))]
    command = " && ".join(f"printf %s {shlex.quote(edit.content)} > {shlex.quote(edit.path)}" for edit in edits)
    tool, argument = TOOLS[agent]
    arguments = {argument: command} | ({"description": "fix"} if agent == "opencode" else {})
    return [Reply(tool_calls=[("call_1", tool, json.dumps(arguments))]), Reply("Fixed.")]


def run(server_url, agent, results, key=KEY, *more):
    need_agent(agent)
    words = ("--tui", agent, "--model", "vendor/model-x", "--task", TASK, "--out", results, "--json", *more)
    return cab("run", *words, env={"CAB_ENDPOINT": server_url, "CAB_KEY": key})


def every_text(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield path, gzip.decompress(data) if path.suffix == ".gz" else data


@pytest.mark.parametrize("agent", ["pi", "codex", "opencode", "aider"])
def test_a_key_checking_streaming_endpoint(agent, tmp_path):
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.replies = solving_replies(agent)
        ran = run(server.url, agent, tmp_path)
        received = list(server.completions)
    record = ran.json
    assert (ran.code, record["outcome"]) == (0, "solved")
    assert record["reference"] is False
    # The responses API has no system_fingerprint.
    assert record["model_build_id"] == ("vendor/model-x" if agent == "codex" else "vendor/model-x@fp_test")
    assert record["tokens"]["source"] == "provider"
    assert record["tokens"]["total_tokens"] == 120 * record["tokens"]["calls"]
    assert {request.headers["Authorization"] for request in received} == {f"Bearer {KEY}"}
    assert [path for path, text in every_text(tmp_path) if KEY.encode() in text] == []
    assert KEY not in ran.out + ran.err


def test_a_wrong_key_is_no_measurement_and_says_so(tmp_path):
    with in_thread(OpenAIServer(key="sk-another-key-altogether")) as server:
        ran = run(server.url, "pi", tmp_path)
    assert (ran.code, ran.json["outcome"], ran.json["cause"]) == (3, "invalid", "handshake_failed")
    assert "HTTP 401" in ran.err
    assert "CAB_KEY" in ran.err
    assert KEY not in ran.out + ran.err


def test_a_slow_endpoint_is_waited_for_and_its_time_is_the_models(tmp_path):
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.replies = solving_replies("pi")
        server.first_delay, server.chunk_delay = 0.6, 0.03
        record = run(server.url, "pi", tmp_path).json
    assert record["outcome"] == "solved"
    assert record["latency"]["prefill"] >= 2 * 600 - 50
    assert record["latency"]["decode"] > 60
    calls = [
        json.loads(line) for line in (attempt_of(record, tmp_path) / "model_calls.jsonl").read_text().splitlines()
    ]
    assert all(call["ttft_ms"] >= 550 for call in calls if call["api"] == "chat")


def test_an_endpoint_that_fails_once_is_tried_again(tmp_path):
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.replies = solving_replies("pi")
        server.faults = [Fault(429, {"Retry-After": "1"}), Fault(503)]
        record = run(server.url, "pi", tmp_path).json
    assert record["outcome"] == "solved"
    calls = [
        json.loads(line) for line in (attempt_of(record, tmp_path) / "model_calls.jsonl").read_text().splitlines()
    ]
    assert calls[0]["retries"] == 2
    assert record["latency"]["rate_limit_wait"] >= 1000


def test_an_endpoint_that_always_fails(tmp_path):
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.always = Fault(500)
        ran = run(server.url, "codex", tmp_path)
    assert (ran.code, ran.json["cause"], ran.json["scores"]) == (3, "endpoint_unavailable", {})


def test_an_endpoint_that_cuts_off(tmp_path):
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.replies = solving_replies("codex")
        server.cut_after = 2
        ran = run(server.url, "codex", tmp_path)
    assert (ran.code, ran.json["cause"]) == (3, "endpoint_unavailable")


def test_nobody_at_the_endpoint(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = run(f"http://127.0.0.1:{port}", "codex", tmp_path)
    assert (ran.code, ran.json["cause"]) == (3, "endpoint_unavailable")
    assert "127.0.0.1" in ran.err


def test_a_call_limit_ends_the_cell_as_a_limit(tmp_path):
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.replies = [Reply(tool_calls=[("c", "bash", '{"command": "true"}')])]
        ran = run(server.url, "pi", tmp_path, KEY, "--max-calls", "3")
    assert (ran.code, ran.json["outcome"], ran.json["limit_hit"]) == (0, "limit", "calls")
    assert ran.json["tokens"]["calls"] >= 3
