"""The latency stack: parts add up, overlap is counted once, each instant has one name."""

from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.evidence import ModelCall
from codingagentbench.trace import ActPhase, latency_stack


def call(index, start, latency, ttft=None, status=200, tool_calls=0, wait=0.0, api="chat"):
    return ModelCall(
        index=index,
        started_at="2026-01-01T00:00:00Z",
        start_ms=start,
        api=api,
        request_hash="0" * 64,
        status=status,
        ttft_ms=ttft,
        latency_ms=latency,
        tool_calls=tool_calls,
        wait_ms=wait,
    )


def test_each_part_of_a_plain_two_call_act():
    calls = [call(0, 100, 50, ttft=20, tool_calls=1), call(1, 200, 40, ttft=10)]
    stack = latency_stack(ActPhase(50, 300), calls, setup=30, verify=7)
    assert stack.prefill == 30
    assert stack.decode == 60
    assert stack.tool == 50
    assert stack.idle == 50 + 60
    assert stack.wall_clock_ms == 250 + 37


def test_a_pause_after_an_answer_without_tool_calls_is_idle():
    stack = latency_stack(ActPhase(0, 100), [call(0, 0, 10, ttft=5), call(1, 60, 10, ttft=5)])
    assert stack.tool == 0
    assert stack.idle == 50 + 30


def test_retries_and_failed_calls_are_waiting_not_model_time():
    calls = [call(0, 0, 100, ttft=90, wait=60), call(1, 150, 30, status=429)]
    stack = latency_stack(ActPhase(0, 200), calls)
    assert stack.rate_limit_wait == 60 + 30
    assert stack.prefill == 30
    assert stack.decode == 10


def test_listing_models_is_not_model_time():
    assert latency_stack(ActPhase(0, 100), [call(0, 10, 50, ttft=1, api="models")]).idle == 100


times = st.floats(0, 10_000, allow_nan=False)


@given(
    st.lists(st.tuples(times, times, st.none() | times, st.sampled_from([200, 429, 500]), st.booleans(), times)),
    times,
    times,
)
def test_parts_add_up_for_any_calls(rows, start, length):
    calls = [
        call(i, s, lat, ttft, status, int(tools), wait)
        for i, (s, lat, ttft, status, tools, wait) in enumerate(rows)
    ]
    stack = latency_stack(ActPhase(start, start + length), calls, setup=5.0)
    assert abs(stack.wall_clock_ms - (length + 5.0)) < 1e-3
    assert all(part >= 0 for part in stack.model_dump().values())
