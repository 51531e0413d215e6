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
