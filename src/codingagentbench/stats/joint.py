"""Rows resampled together: a draw takes the same tasks for all rows, so that ranks and differences are paired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal

from codingagentbench.stats.bootstrap import (
    BOOTSTRAP_DRAWS,
    BOOTSTRAP_SEED,
    chunks,
    generator,
    paired_p,
    resampling_variance,
    table_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TaskRuns = Mapping[str, Sequence[float]]
"""The composites of a row's valid runs, by task."""
_DIGITS = 12
"""Decimals of a drawn mean: rows that are equal stay so, in whatever order their values were added up."""


@dataclass(frozen=True, slots=True)
class Joint:
    """`rank_low[r]`, `rank_high[r]`: 95 % interval of each row's rank, 1 = best. `p[i, j]`: of no difference."""

    rank_low: list[int]
    rank_high: list[int]
    p: Floats


def joint_bootstrap(
    rows: Sequence[TaskRuns], *, confidence: float = 0.95, draws: int = BOOTSTRAP_DRAWS, seed: int = BOOTSTRAP_SEED
) -> Joint:
    """Rank intervals of rows from one bootstrap over the union of their tasks, and the p of every two rows.

    A draw takes as many tasks as the union has, then runs within each task for each row. A row's mean is over
    those of its tasks that were drawn. The p of two rows is that of the paired bootstrap on their common tasks,
    whose standard error needs no draws.

    Source: ranks as in P. Hall and H. Miller, Using the bootstrap to quantify the authority of an empirical
    ranking, Annals of Statistics 37 (2009); the pairs as `bootstrap.paired_p` and `resampling_variance` say.

    Raises:
        ValueError: a row without a task, or a task without runs.
    """
    import numpy as np

    if not all(rows) or not all(len(runs) for row in rows for runs in row.values()):
        raise ValueError("every row needs a task, and every task a run")
    frame = _frame(rows)
    ranks = [_ranks(means) for means in _means_drawn(frame, draws, seed)]
    tail = (1 - confidence) / 2
    return Joint(
        rank_low=_rank_ends(np.concatenate([low for low, _ in ranks]), tail, "lower"),
        rank_high=_rank_ends(np.concatenate([high for _, high in ranks]), 1 - tail, "higher"),
        p=_p_values(frame),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Rows over the union of tasks, 0 where a row lacks one.

    `has[r, t]`: whether the row has the task; `means[r, t]`, `variances[r, t]`: of its runs, and of their
    resampled mean. `runs[r]`: of its tasks, whose places are `columns[r]`.
    """

    has: Floats
    means: Floats
    variances: Floats
    runs: list[list[Sequence[float]]]
    columns: list[list[int]]

    def table(self, row: int) -> Floats:
        """(task, width), as `table_of` lays them out. Not kept: those of all rows may not fit in memory."""
        import numpy as np

        own = table_of(self.runs[row])
        table = np.zeros((self.has.shape[1], own.shape[1]))
        table[self.columns[row]] = own
        return table


def _frame(rows: Sequence[TaskRuns]) -> _Frame:
    import numpy as np

    tasks = sorted(set().union(*rows))
    place = {task: index for index, task in enumerate(tasks)}
    has, means, variances = (np.zeros((len(rows), len(tasks))) for _ in range(3))
    columns = [[place[task] for task in row] for row in rows]
    for index, row in enumerate(rows):
        has[index, columns[index]] = 1.0
        means[index, columns[index]] = [fmean(runs) for runs in row.values()]
        variances[index, columns[index]] = [resampling_variance(runs) for runs in row.values()]
    return _Frame(has, means, variances, [list(row.values()) for row in rows], columns)


def _means_drawn(frame: _Frame, draws: int, seed: int) -> Iterator[Floats]:
    """Means (draw, row) over the drawn tasks that each row has, 0 where there are none; as many draws at a time as
    fit in memory."""
    import numpy as np

    rows, tasks = frame.has.shape
    certain = ~frame.variances.any(axis=1)
    rng = generator(seed)
    for count in chunks(draws, max(rows, tasks)):
        picks = rng.integers(0, tasks, (count, tasks))
        slots = (np.arange(count)[:, None] * tasks + picks).ravel()
        drawn = np.bincount(slots, minlength=count * tasks).reshape(count, tasks).astype(np.float64)
        sums = np.empty((count, rows))
        sums[:, certain] = drawn @ frame.means[certain].T
        for row in np.flatnonzero(~certain).tolist():
            table = frame.table(row)
            chosen = rng.integers(0, table.shape[1], picks.shape, dtype=np.uint16)
            sums[:, row] = table.ravel().take(picks * table.shape[1] + chosen).sum(axis=1)
        yield np.round(sums / np.maximum(drawn @ frame.has.T, 1), _DIGITS)


def _ranks(means: Floats) -> tuple[Any, Any]:
    """Lowest and highest rank (draw, row) that each mean can have among those of its draw."""
    import numpy as np

    by_row = np.ascontiguousarray(means.T)
    low, high = np.ones(by_row.shape, np.int32), np.zeros(by_row.shape, np.int32)
    for other in by_row:
        low += other > by_row
        high += other >= by_row
    return low.T, high.T


def _p_values(frame: _Frame) -> Floats:
    """The p of every two rows (row, row)."""
    import numpy as np

    many = frame.has @ frame.has.T
    shared = np.maximum(many, 1)
    delta, between = np.empty(many.shape), np.empty(many.shape)
    for row, (has, means) in enumerate(zip(frame.has, frame.means, strict=True)):
        common = frame.has * has
        off = (frame.means - means) * common
        delta[row] = off.sum(axis=1) / shared[row]
        between[row] = (((off - delta[row][:, None]) * common) ** 2).sum(axis=1) / shared[row]
    own = frame.variances @ frame.has.T
    error = np.sqrt((between + (own + own.T) / shared) / shared)
    return paired_p(delta, error, many.astype(np.int64))


def _rank_ends(ranks: Any, share: float, method: Literal["lower", "higher"]) -> list[int]:
    import numpy as np

    ends: list[int] = np.quantile(ranks, share, axis=0, method=method).astype(int).tolist()
    return ends
