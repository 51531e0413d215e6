"""The bootstrap over tasks and their runs, vectorised; memory stays bounded whatever the numbers.

Resampling the n runs of a task gives n^n means, equally likely: all of them up to four runs, else 256 drawn ones,
are laid out as that task's row of a table, repeated to the same width for every task. One resampled task with
resampled runs is then one choice of a cell of the table. Choices depend on the table's shape alone, and are shared
by all rows of a leaderboard that have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING, Any
from zlib import crc32

from codingagentbench.stats.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BOOTSTRAP_DRAWS = 10_000
BOOTSTRAP_SEED = 20_260_101
_WIDTHS = {1: 1, 2: 4, 3: 108}
"""Columns of a table by the most runs of a task: every n^n up to it divides them."""
_WIDEST = 256
_CHUNK = 1 << 20


def table_of(tasks: Sequence[Sequence[float]]) -> Floats:
    """For each task in the order given, equally likely means of its resampled runs, whose order does not matter.

    Where tasks of three runs stand beside tasks of more, theirs are drawn as well: 27 does not divide 256.
    """
    import numpy as np

    runs = [tuple(sorted(values)) for values in tasks]
    most = max((len(values) for values in runs if values[0] != values[-1]), default=1)
    return np.stack([_means(values, _WIDTHS.get(most, _WIDEST)) for values in runs])


@lru_cache(maxsize=8192)
def _means(runs: tuple[float, ...], width: int) -> Floats:
    """Drawn ones are balanced: each run is in them equally often, so that their mean is that of the runs.

    Source: A. Davison, D. Hinkley and E. Schechtman, Efficient bootstrap simulation, Biometrika 73 (1986).
    """
    import numpy as np

    if runs[0] == runs[-1]:
        return np.full(width, runs[0])
    if width % len(runs) ** len(runs) == 0:
        exact = np.asarray(runs)[_resamples(len(runs))].mean(axis=1)
        return np.tile(exact, width // len(exact))
    values = np.asarray(runs, dtype=np.float64)
    mixed = generator(BOOTSTRAP_SEED, crc32(values.tobytes())).permutation(np.tile(values, width))
    drawn: Floats = mixed.reshape(width, -1).mean(axis=1)
    return drawn


@cache
def _resamples(runs: int) -> Ints:
    """Every way to draw as many runs as there are, one a row."""
    import numpy as np

    return np.array(list(product(range(runs), repeat=runs)))


def chunks(draws: int, width: int) -> Iterator[int]:
    """Sizes that add up to `draws`, so that `width` values a draw stay within a few megabytes."""
    step = max(1, _CHUNK // max(1, width))
    for done in range(0, draws, step):
        yield min(step, draws - done)


@lru_cache(maxsize=4)
def _choices(tasks: int, widths: tuple[int, ...], draws: int, seed: int, part: int) -> tuple[Ints, ...]:
    """For tables of these widths, `tasks` cells a draw, as places in the flat table: of the same tasks in each."""
    rng = generator(seed, tasks, part, *widths)
    drawn = rng.integers(0, tasks, (draws, tasks))
    return tuple(drawn * width + rng.integers(0, width, drawn.shape) for width in widths)


def _means_drawn(tables: Sequence[Floats], draws: int, seed: int) -> list[Floats]:
    """The mean over the tasks of every draw, for each table."""
    import numpy as np

    tasks, widths = len(tables[0]), tuple(table.shape[1] for table in tables)
    found: list[list[Floats]] = [[] for _ in tables]
    for part, count in enumerate(chunks(draws, tasks)):
        for means, table, places in zip(found, tables, _choices(tasks, widths, count, seed, part), strict=True):
            means.append(table.ravel().take(places).mean(axis=1))
    return [np.concatenate(means) for means in found]


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

    Neither the order of the tasks nor that of a task's runs makes a difference.

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
    table = table_of(sorted(sorted(runs) for runs in tasks))
    return quantile_pair(_means_drawn([table], draws, seed)[0], confidence)


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference b - a of two rows over their common tasks.

    `error`: the bootstrap's standard error (`resampling_variance`). `p`: two-sided (`paired_p`). `interval`:
    percentiles, 95 %.
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

    order = sorted(range(len(before)), key=lambda task: (sorted(before[task]), sorted(after[task])))
    tables = [table_of([side[task] for task in order]) for side in (before, after)]
    first, second = _means_drawn(tables, draws, seed)
    low, high = quantile_pair(second - first, confidence)
    each = np.array([fmean(b) - fmean(a) for a, b in zip(before, after, strict=True)])
    delta, size = fmean(each.tolist()), len(before)
    within = sum(resampling_variance(runs) for side in (before, after) for runs in side)
    error = float(np.sqrt((each.var() + within / size) / size))
    p = float(paired_p(np.array([delta]), np.array([error]), np.array([size]))[0])
    return Paired(delta, (min(low, delta), max(high, delta)), error, p)


def resampling_variance(runs: Sequence[float]) -> float:
    """The variance of the mean of resampled runs: their own, as of a population, over their number.

    With it the standard error of a difference over n tasks needs no draws: the variance between the tasks'
    differences plus the mean of both sides' variances within them, over n, and of that the root.

    Source: B. Efron and R. Tibshirani (1993), ch. 5.2 and 6.2: for means the ideal bootstrap has a closed form.
    """
    mean = fmean(runs)
    return fmean([(value - mean) ** 2 for value in runs]) / len(runs)


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
