"""Intervals and estimators against published values and first principles."""

from __future__ import annotations

import time
from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.stats import hierarchical_bootstrap, pass_at_k, pass_pow_k, percentile, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # R. Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score, no continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_wilson_holds_the_rate_and_is_symmetric(successes: int, failures: int, confidence: float) -> None:
    trials = successes + failures
    low, high = wilson(successes, trials, confidence)
    assert 0 <= low <= high <= 1
    if trials:
        assert low <= successes / trials <= high
    mirrored = wilson(failures, trials, confidence)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)


def test_wilson_refuses_what_is_no_proportion() -> None:
    for successes, trials in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="successes"):
            wilson(successes, trials)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_estimators_are_the_mean_over_all_choices_of_k(runs: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(runs)))
    chosen = list(combinations(runs, k))
    assert pass_at_k(len(runs), sum(runs), k) == pytest.approx(fmean(any(c) for c in chosen))
    assert pass_pow_k(len(runs), sum(runs), k) == pytest.approx(fmean(all(c) for c in chosen))


def test_pass_estimators_refuse_more_runs_than_there_are() -> None:
    for estimator in (pass_at_k, pass_pow_k):
        with pytest.raises(ValueError, match="k=3"):
            estimator(2, 1, 3)


def test_percentiles_interpolate() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    assert percentile([7.0], 0.975) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_the_bootstrap_is_reproducible_and_agrees_with_theory() -> None:
    tasks = [[float(index % 2)] for index in range(100)]
    low, high = hierarchical_bootstrap(tasks)
    assert (low, high) == hierarchical_bootstrap(tasks)
    # The normal approximation of a mean of 100 coin flips: 0.5 +- 1.96 * 0.05.
    assert (low, high) == pytest.approx((0.402, 0.598), abs=0.012)


def test_runs_within_a_task_widen_the_interval_whether_means_are_all_or_drawn() -> None:
    firm = hierarchical_bootstrap([[0.5] * 3 for _ in range(20)])
    exact = hierarchical_bootstrap([[0.0, 0.5, 1.0] for _ in range(20)])
    drawn = hierarchical_bootstrap([[0.0, 0.5, 1.0] for _ in range(19)] + [[0.0, 0.25, 0.75, 1.0]])
    assert firm == (0.5, 0.5)
    assert exact[0] < 0.45 < 0.55 < exact[1]
    assert drawn == pytest.approx(exact, abs=0.02)


@given(st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=6), min_size=1, max_size=6))
def test_the_bootstrap_stays_within_the_values(tasks: list[list[float]]) -> None:
    low, high = hierarchical_bootstrap(tasks, draws=200)
    values = [value for runs in tasks for value in runs]
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_the_bootstrap_is_quick_and_refuses_nothing_to_draw_from() -> None:
    started = time.process_time()
    hierarchical_bootstrap([[0.1 * (index % 7), 0.5, 1.0] for index in range(100)])
    print(f"100 tasks x 3 runs: {time.process_time() - started:.3f} s CPU")
    for tasks in ([], [[1.0], []]):
        with pytest.raises(ValueError, match="at least one"):
            hierarchical_bootstrap(tasks)
