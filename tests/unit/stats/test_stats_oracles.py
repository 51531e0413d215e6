"""Our formulas against scipy's and statsmodels'."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as oracle
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

from codingagentbench.stats import holm, needed, paired_bootstrap, wilson
from codingagentbench.stats.bootstrap import hierarchical_bootstrap, paired_p
from codingagentbench.stats.compare import mcnemar_p
from codingagentbench.stats.joint import joint_bootstrap


@given(st.floats(0, 1), st.integers(1, 400), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_statsmodels_wilson_for_fractions_too(rate: float, trials: int, confidence: float) -> None:
    theirs = proportion_confint(rate * trials, trials, alpha=1 - confidence, method="wilson")
    assert wilson(rate * trials, trials, confidence) == pytest.approx(theirs, abs=1e-9)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_the_exact_test_of_scipy_and_statsmodels(a_only: int, b_only: int) -> None:
    ours = mcnemar_p(a_only, b_only)
    if a_only + b_only:
        assert ours == pytest.approx(oracle.binomtest(a_only, a_only + b_only, 0.5).pvalue, rel=1e-9)
        assert ours == pytest.approx(mcnemar([[5, a_only], [b_only, 7]], exact=True).pvalue, rel=1e-9)
    else:
        assert ours == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist(), abs=1e-12)


def test_holm_of_nothing() -> None:
    assert holm([]) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=12, max_size=40), st.floats(-0.3, 0.3), st.integers(0, 2**32 - 1))
def test_the_paired_bootstrap_agrees_with_the_paired_t_test(values: list[float], shift: float, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(shift, 0.2, len(values))
    before, after = (
        [[value] for value in values],
        [[value + off] for value, off in zip(values, noise, strict=True)],
    )
    found = paired_bootstrap(before, after)
    theirs = oracle.ttest_rel([run[0] for run in after], [run[0] for run in before])
    assert found.delta == pytest.approx(float(np.mean(noise)))
    assert found.error == pytest.approx(float(noise.std() / np.sqrt(len(noise))), rel=0.05)
    if 1e-3 < theirs.pvalue < 0.5:
        assert found.p == pytest.approx(theirs.pvalue, rel=0.35, abs=0.01)


def test_a_few_tasks_that_agree_prove_no_more_than_a_sign_test() -> None:
    for tasks in (1, 2, 5):
        p = paired_p(np.array([0.5]), np.array([0.0]), np.array([tasks]))[0]
        assert p == pytest.approx(oracle.binomtest(tasks, tasks, 0.5).pvalue)


def test_the_interval_is_that_of_scipys_bootstrap_for_single_runs() -> None:
    values = np.random.default_rng(3).random(40)
    theirs = oracle.bootstrap((values,), np.mean, n_resamples=10_000, method="percentile", random_state=1)
    ours = hierarchical_bootstrap([[float(value)] for value in values])
    interval = theirs.confidence_interval
    assert ours == pytest.approx((float(interval.low), float(interval.high)), abs=0.006)


def test_the_tasks_needed_are_those_of_statsmodels_t_power() -> None:
    rng = np.random.default_rng(5)
    before = [[float(value)] for value in rng.random(60)]
    after = [[run[0] + float(off)] for run, off in zip(before, rng.normal(0.1, 0.3, 60), strict=True)]
    differences = np.array([b[0] - a[0] for a, b in zip(before, after, strict=True)])
    effect = differences.mean() / differences.std(ddof=1)
    theirs = TTestPower().solve_power(effect_size=effect, alpha=0.05, power=0.8)
    found = needed(before, after)
    # A t test needs about two more than the normal approximation says.
    assert found.tasks is not None and found.tasks == pytest.approx(theirs, abs=3)


def _resampled(tasks: list[list[float]], rng: np.random.Generator) -> float:
    """One draw of the hierarchical bootstrap, written out: tasks, then the runs of each drawn task."""
    drawn = [tasks[index] for index in rng.integers(0, len(tasks), len(tasks))]
    return float(np.mean([np.mean(rng.choice(runs, len(runs))) for runs in drawn]))


@pytest.mark.parametrize("most", [2, 3, 4, 7])
def test_tables_of_resampled_means_give_what_resampling_runs_gives(most: int) -> None:
    rng = np.random.default_rng(most)
    tasks = [rng.random(1 + index % most).tolist() for index in range(12)]
    naive = [_resampled(tasks, rng) for _ in range(4000)]
    low, high = np.quantile(naive, [0.025, 0.975])
    ours = hierarchical_bootstrap(tasks)
    assert ours == pytest.approx((low, high), abs=0.06 * (high - low))


def test_the_error_of_a_difference_is_what_resampling_both_sides_gives() -> None:
    rng = np.random.default_rng(8)
    before, after = ([rng.random(1 + index % 4).tolist() for index in range(15)] for _ in range(2))
    naive = []
    for _ in range(4000):
        tasks = rng.integers(0, 15, 15)
        sides = [[np.mean(rng.choice(side[task], len(side[task]))) for task in tasks] for side in (before, after)]
        naive.append(np.mean(sides[1]) - np.mean(sides[0]))
    assert paired_bootstrap(before, after).error == pytest.approx(float(np.std(naive)), rel=0.04)


def test_a_leaderboard_and_a_comparison_give_two_rows_the_same_p() -> None:
    rng = np.random.default_rng(9)
    before, after = ({f"t{n}": rng.random(1 + n % 3).tolist() for n in range(14)} for _ in range(2))
    table = joint_bootstrap([before, after | {"other": [1.0]}]).p
    alone = paired_bootstrap(list(before.values()), [after[task] for task in before])
    assert table[0, 1] == pytest.approx(alone.p, rel=1e-9) == pytest.approx(table[1, 0], rel=1e-9)
