"""Which call first carried a value, looked up in the stored bodies after the run."""

import base64
import json
import time

from codingagentbench.core.spec import Limits
from codingagentbench.gateway.cell import CellLog
from codingagentbench.gateway.request import agent_request

SECRET = "Zx9" * 12


def log_of(*texts):
    log = CellLog(
        limits=Limits(), started=time.monotonic(), secrets=("token-of-the-cell",), price=None, max_failures=4
    )
    for text in texts:
        body = json.dumps({"model": "v/m", "messages": [{"role": "user", "content": text}]}).encode()
        log.end(log.begin(agent_request("POST", "/v1/chat/completions", {}, body), time.monotonic()))
    return log


def test_the_first_call_is_named_and_other_values_are_left_out():
    log = log_of("hello", f"cat gave {SECRET}", f"again {SECRET}")
    assert log.first_seen((SECRET, "never-in-any-call")) == {SECRET: 1}


def test_encoded_values_are_found():
    for form in (base64.b64encode(f"xy{SECRET}z".encode()).decode(), SECRET.encode().hex()):
        assert log_of("a", "b", form).first_seen((SECRET,)) == {SECRET: 2}


def test_nothing_is_found_without_calls_or_values_and_short_values_never_are():
    assert log_of().first_seen((SECRET,)) == {}
    assert log_of(SECRET).first_seen(()) == {}
    assert log_of("short").first_seen(("short",)) == {}
