"""The bootstrap over tasks and their runs, vectorised; memory stays bounded whatever the numbers.

A task with n runs is a pool of the means that resampling its runs can give: all n^n of them, equally likely, up to
four runs, else 500 drawn ones. A draw of a task and of its runs is then one choice from that task's pool.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING, Any

from codingagentbench.stats.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BOOTSTRAP_DRAWS = 10_000
BOOTSTRAP_SEED = 20_260_101
_EXACT_POOL = 4
_SAMPLED_POOL = 500
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools of several tasks laid end to end: `size[t]` values from `start[t]` on."""

    values: Floats
    start: Ints
    size: Ints

    @property
    def certain(self) -> bool:
        """Whether resampling runs changes nothing: one run each, or equal ones."""
        return len(self.values) == len(self.size)

    def choose(self, tasks: Ints, rng: np.random.Generator) -> Floats:
        """One resampled mean for each task index given."""
        if self.certain:
            return self.values[tasks]
        import numpy as np

        size = self.size[tasks]
        return self.values[self.start[tasks] + (rng.random(tasks.shape) * size).astype(np.int64)]


def _pool(runs: Sequence[float], rng: np.random.Generator) -> list[float]:
    if min(runs) == max(runs):
        return [runs[0]]
    import numpy as np

    if len(runs) <= _EXACT_POOL:
        exact: list[float] = np.asarray(runs)[_resamples(len(runs))].mean(axis=1).tolist()
        return exact
    picks = rng.integers(0, len(runs), (_SAMPLED_POOL, len(runs)))
    means: list[float] = np.asarray(runs)[picks].mean(axis=1).tolist()
    return means


@cache
def _resamples(runs: int) -> Ints:
    """Every way to draw as many runs as there are, one a row."""
    import numpy as np

    return np.array(list(product(range(runs), repeat=runs)))


def pools_of(tasks: Sequence[Sequence[float]], rng: np.random.Generator) -> Pools:
    """Pools of tasks in the order given; the order of a task's runs makes no difference."""
    import numpy as np

    pools = [_pool(sorted(runs), rng) for runs in tasks]
    size = np.array([len(pool) for pool in pools], dtype=np.int64)
    values = np.array([value for pool in pools for value in pool], dtype=np.float64)
    return Pools(values, np.concatenate([np.zeros(1, np.int64), np.cumsum(size)[:-1]]), size)


def chunks(draws: int, width: int) -> Iterator[int]:
    """Sizes that add up to `draws`, so that `width` values a draw stay within a few megabytes."""
    step = max(1, _CHUNK // max(1, width))
    for done in range(0, draws, step):
        yield min(step, draws - done)


def generator(seed: int, *more: int) -> np.random.Generator:
    """A stream of random numbers that the seed and the numbers after it decide."""
    import numpy as np

    return np.random.default_rng([seed, *more])


def quantile_pair(values: Any, confidence: float) -> Interval:
    """The two ends of a percentile interval (Hyndman and Fan's type 7)."""
    import numpy as np

    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return (float(low), float(high))


def hierarchical_bootstrap(
    tasks: Sequence[Sequence[float]],
    *,
    confidence: float = 0.95,
    draws: int = BOOTSTRAP_DRAWS,
    seed: int = BOOTSTRAP_SEED,
) -> Interval:
    """Percentile interval of the mean over tasks of the mean over runs: tasks are resampled, then their runs.

    Neither the order of the tasks nor that of a task's runs makes a difference. 0.02 s at 100 tasks of 3 runs.

    Source: B. Efron and R. Tibshirani, An introduction to the bootstrap (1993), ch. 13; two levels as in
    V. Saravanan, G. Berman and S. Sober, Application of the hierarchical bootstrap to multi-level data in
    neuroscience (2020).

    Args:
        tasks: for each task the values of its runs, at least one each.

    Raises:
        ValueError: no task, or a task without runs.
    """
    if not tasks or not all(len(runs) for runs in tasks):
        raise ValueError("every task needs at least one run")
    import numpy as np

    rng = generator(seed)
    pools = pools_of(sorted(sorted(runs) for runs in tasks), rng)
    size = len(tasks)
    means = [pools.choose(rng.integers(0, size, (count, size)), rng).mean(axis=1) for count in chunks(draws, size)]
    return quantile_pair(np.concatenate(means), confidence)


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference b - a of two rows over their common tasks.

    `error`: the bootstrap's standard error. `p`: two-sided (see `paired_p`). `interval`: percentiles, 95 %.
    """

    delta: float
    interval: Interval
    error: float
    p: float


def paired_bootstrap(
    before: Sequence[Sequence[float]],
    after: Sequence[Sequence[float]],
    *,
    confidence: float = 0.95,
    draws: int = BOOTSTRAP_DRAWS,
    seed: int = BOOTSTRAP_SEED,
) -> Paired:
    """Difference of two means over the same tasks: each draw takes the same tasks for both, and runs of its own.

    Source: B. Efron and R. Tibshirani (1993), ch. 13 and 15; pairing by task as in E. Miller, Adding error bars
    to evals (2024), arXiv:2411.00640, section 4.

    Args:
        before, after: for each common task, in the same order, the values of its runs.

    Raises:
        ValueError: no task, or lengths that differ.
    """
    if not before or len(before) != len(after):
        raise ValueError("both sides need the same tasks, at least one")
    import numpy as np

    rng = generator(seed)
    order = sorted(range(len(before)), key=lambda task: (sorted(before[task]), sorted(after[task])))
    first, second = (pools_of([side[task] for task in order], rng) for side in (before, after))
    size, found = len(before), []
    for count in chunks(draws, size):
        tasks = rng.integers(0, size, (count, size))
        found.append((second.choose(tasks, rng) - first.choose(tasks, rng)).mean(axis=1))
    means = np.concatenate(found)
    delta = fmean(fmean(b) - fmean(a) for a, b in zip(before, after, strict=True))
    error = float(means.std())
    low, high = quantile_pair(means, confidence)
    p = float(paired_p(np.array([delta]), np.array([error]), np.array([size]))[0])
    return Paired(delta, (min(low, delta), max(high, delta)), error, p)


def paired_p(delta: Floats, error: Floats, tasks: Ints) -> Floats:
    """Two-sided p of differences with a bootstrap standard error over n tasks: Student's t with n - 1 degrees.

    A count of draws beyond zero could not go under 1/10,000, which Holm's correction over a long table needs; the
    t tail of the bootstrap's own standard error can. The error is scaled by n/(n-1), since resampling n tasks has
    that much less variance, and p is never under 2/2^n, which n tasks that all agree give in a sign test: a few
    tasks prove nothing however alike they are. 1 where there is no task or no difference.

    Source: B. Efron and R. Tibshirani (1993), ch. 5.3 (the scale) and 12.4 (t intervals with a bootstrap error).
    """
    import numpy as np
    from scipy.special import stdtr

    many = np.maximum(tasks, 2).astype(np.float64)
    scaled = error * np.sqrt(many / (many - 1))
    sure = scaled <= 1e-12 * np.maximum(1.0, np.abs(delta))
    ratio = np.abs(delta) / np.where(sure, 1.0, scaled)
    p = np.where(sure, 0.0, 2 * stdtr(many - 1, -ratio))
    least = np.exp2(1.0 - np.minimum(tasks, 1000))
    nothing = (tasks < 1) | (np.abs(delta) <= 1e-12)
    result: Floats = np.where(nothing, 1.0, np.minimum(1.0, np.maximum(p, least)))
    return result
