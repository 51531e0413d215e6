"""How much more would have to be run to tell two pairs apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, fsum
from statistics import NormalDist, fmean, variance

from pydantic import BaseModel, ConfigDict

ALPHA = 0.05
POWER = 0.80
SOURCE = (
    "normal approximation for paired means: E. Miller, Adding error bars to evals (2024), arXiv:2411.00640, "
    "section 5; two-sided 5 %, power 80 %"
)


class Needed(BaseModel):
    """What would be needed to find a difference as large as the observed one, in 8 of 10 repetitions.

    `tasks`: common tasks at the present number of runs. `runs_per_task`: runs of each side on each of the present
    tasks. None where no number would do or none can be said, and `why` says which.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tasks: int | None
    runs_per_task: int | None
    why: str
    source: str = SOURCE


def needed(before: Sequence[Sequence[float]], after: Sequence[Sequence[float]]) -> Needed:
    """Tasks, or runs per task, for the observed difference to be significant with a power of 80 %.

    The variance of a task's difference is that between tasks plus the runs' own: var(task) + var(run) / k on each
    side. More tasks divide all of it, more runs the second part only.

    Args:
        before, after: for each common task, in the same order, the values of its runs.
    """
    if len(before) < 2:
        return _nothing("with fewer than two common tasks the spread between tasks is unknown")
    differences = [fmean(b) - fmean(a) for a, b in zip(before, after, strict=True)]
    delta = fmean(differences)
    if abs(delta) < 1e-12:
        return _nothing("the observed difference is 0: no number of runs would tell the two apart")
    spread = variance(differences)
    tasks = max(2, ceil(_square() * spread / delta**2))
    return _runs(before, after, tasks, delta, spread)


def _square() -> float:
    normal = NormalDist()
    return (normal.inv_cdf(1 - ALPHA / 2) + normal.inv_cdf(POWER)) ** 2


def _nothing(why: str) -> Needed:
    return Needed(tasks=None, runs_per_task=None, why=why)


def _runs(
    before: Sequence[Sequence[float]], after: Sequence[Sequence[float]], tasks: int, delta: float, spread: float
) -> Needed:
    sides = [_run_variance(side) for side in (before, after)]
    if sides[0] is None or sides[1] is None:
        return Needed(
            tasks=tasks,
            runs_per_task=None,
            why="no runs per task can be said: a side has no task with two runs",
        )
    first, second = (fmean(1 / len(runs) for runs in side) for side in (before, after))
    present = sides[0] * first + sides[1] * second
    between = max(0.0, spread - present)
    room = delta**2 * len(before) / _square() - between
    if room <= 0:
        return Needed(
            tasks=tasks,
            runs_per_task=None,
            why="no number of runs on these tasks would do: the tasks differ too much; more tasks would",
        )
    return Needed(tasks=tasks, runs_per_task=max(1, ceil((sides[0] + sides[1]) / room)), why="")


def _run_variance(tasks: Sequence[Sequence[float]]) -> float | None:
    """The pooled variance between runs of one task; None where no task was repeated."""
    repeated = [runs for runs in tasks if len(runs) > 1]
    freedom = sum(len(runs) - 1 for runs in repeated)
    if not freedom:
        return None
    return fsum(_squares(runs) for runs in repeated) / freedom


def _squares(runs: Sequence[float]) -> float:
    mean = fmean(runs)
    return fsum((value - mean) ** 2 for value in runs)
