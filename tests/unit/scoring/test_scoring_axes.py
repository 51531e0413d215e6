"""Single axes: tokens, cost, latency; group ratios; prices."""

import pytest
from scoring_cases import call, evidence

from codingagentbench.core.values import Measured, NotMeasured
from codingagentbench.scoring.axes import cost, latency, tokens
from codingagentbench.scoring.group import AbsentTokens, FiniteTokens, InfiniteTokens, tokens_per_correct
from codingagentbench.scoring.prices import price_for, price_table_date


def test_tokens_sum_over_completions_only():
    calls = (call(cached_tokens=300), call(1, reasoning_tokens=7), call(2, api="models", prompt_tokens=None))
    result = tokens.score(evidence(calls=calls))
    assert result.value.value == 2000
    assert result.keys["model_calls"] == 2
    assert (result.keys["prompt_tokens"], result.keys["completion_tokens"]) == (1800, 200)
    assert (result.keys["cached"], result.keys["reasoning"], result.keys["source"]) == (300, 7, "provider")


def test_a_failed_call_used_no_tokens_and_a_cut_one_an_unknown_number():
    failed = call(1, status=500, prompt_tokens=None, completion_tokens=None, tokens_source="none")
    cut = call(1, error="cut", prompt_tokens=None, completion_tokens=None, tokens_source="none")
    assert tokens.score(evidence(calls=(call(), failed))).value == Measured(
        value=1000, unit="tokens", evidence=("model_calls.jsonl",)
    )
    unknown = tokens.score(evidence(calls=(call(), cut)))
    assert isinstance(unknown.value, NotMeasured) and unknown.value.low == 1000
    assert unknown.keys["total_tokens"] is None and unknown.keys["tokens_per_correct_task"] is None


def test_an_estimate_taints_the_source():
    assert tokens.source_of((call(), call(tokens_source="estimated"))) == "estimated"
    assert tokens.source_of(()) == "none"


def test_cost_is_null_without_a_price_and_zero_is_a_price():
    assert isinstance(cost.score(evidence()).value, NotMeasured)
    assert cost.score(evidence(usd=0.0)).value.value == 0


def test_the_latency_stack_adds_up():
    keys = latency.score(evidence()).keys
    assert keys["wall_clock_ms"] == 420
    assert keys["active_ms"] == 375


def test_infinite_absent_and_zero_are_three_things():
    assert tokens_per_correct([(Measured(value=10), True), (Measured(value=20), False)]) == FiniteTokens(tokens=30)
    assert tokens_per_correct([(Measured(value=10), False)]) == InfiniteTokens(spent=10)
    assert tokens_per_correct([(Measured(value=0), True)]) == FiniteTokens(tokens=0)
    assert isinstance(tokens_per_correct([]), AbsentTokens)
    assert isinstance(tokens_per_correct([(Measured(value=1), True), (NotMeasured(why="?"), True)]), AbsentTokens)


def test_prices_come_from_the_vendor_or_not_at_all():
    price = price_for("openai/gpt-4o")
    assert price is not None
    assert price(1000, 100, 0) == pytest.approx(0.0035)
    assert price(1000, 100, 500) < price(1000, 100, 0)
    assert price(10, 1, 500) is not None
    assert price_for("reference/oracle") is None
    assert price_for("meta/llama-3.3-70b-instruct") is None
    assert price_for("no-such-vendor/model") is None
    assert "genai-prices" in price_table_date()
