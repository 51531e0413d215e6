"""Intervals and estimators in closed form. Standard library only; every formula names its source."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, floor, sqrt
from statistics import NormalDist

Interval = tuple[float, float]


def wilson(successes: float, trials: float, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a proportion; (0, 1) when there were no trials.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927),
    p. 209-212, without continuity correction. `successes` need not be whole, so that a mean rate over independent
    units can be given as rate * units. The same as statsmodels' `proportion_confint(method="wilson")`, fractions
    included (a test proves it), which takes a second to import.

    Raises:
        ValueError: successes outside 0..trials, or a confidence outside 0..1.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return (0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = successes / trials
    centre = rate + z * z / (2 * trials)
    spread = z * sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    # Rounding must not push the ends past what is possible, or past the rate itself.
    low = min(rate, max(0.0, (centre - spread) / scale))
    high = max(rate, min(1.0, (centre + spread) / scale))
    return (low, high)


def _check_k(n: int, correct: int, k: int) -> None:
    if not (1 <= k <= n and 0 <= correct <= n):
        raise ValueError(f"k={k} with {correct} correct of {n}")


def pass_at_k(n: int, correct: int, k: int) -> float:
    """Chance that at least one of k runs passes, unbiased from n runs: 1 - C(n-c, k) / C(n, k).

    Source: Chen et al., Evaluating large language models trained on code (2021), eq. 1.

    Raises:
        ValueError: k outside 1..n or correct outside 0..n.
    """
    _check_k(n, correct, k)
    return 1 - comb(n - correct, k) / comb(n, k)


def pass_pow_k(n: int, correct: int, k: int) -> float:
    """Chance that all of k runs pass (pass^k), unbiased from n runs: C(c, k) / C(n, k).

    Source: Yao et al., tau-bench (2024), section 4.

    Raises:
        ValueError: k outside 1..n or correct outside 0..n.
    """
    _check_k(n, correct, k)
    return comb(correct, k) / comb(n, k)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value at a share (0..1) of an ascending sequence, interpolated linearly (Hyndman and Fan's type 7).

    Raises:
        ValueError: nothing given.
    """
    if not ordered:
        raise ValueError("no values")
    place = (len(ordered) - 1) * share
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
