"""Ranks as intervals, and which rows cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codingagentbench.stats.bootstrap import BOOTSTRAP_DRAWS, BOOTSTRAP_SEED
from codingagentbench.stats.joint import TaskRuns, joint_bootstrap

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a row stands: 1 = best, equal values share a rank. `tied_with`: rows whose difference from it is not
    significant. `group`: 1 for the first group of tied rows, and so on."""

    rank: int
    interval: tuple[int, int]
    tied_with: tuple[int, ...]
    group: int


def standings(
    rows: Sequence[TaskRuns], values: Sequence[float], *, draws: int = BOOTSTRAP_DRAWS, seed: int = BOOTSTRAP_SEED
) -> list[Standing]:
    """Standings of measured rows, the best first.

    Every two rows are compared by paired bootstrap over their common tasks; Holm's correction takes all these
    comparisons as one table. Two rows without a common task cannot be told apart.

    Args:
        rows: composites of valid runs by task.
        values: their PBS, descending.
    """
    if not rows:
        return []
    ranks = [1 + sum(other > value for other in values) for value in values]
    if len(rows) == 1:
        return [Standing(1, (1, 1), (), 1)]
    joint = joint_bootstrap(rows, draws=draws, seed=seed)
    ties = _ties(joint.p)
    groups = group_ties(ties)
    return [
        Standing(rank, (min(rank, low), max(rank, high)), ties[row], groups[row])
        for row, (rank, low, high) in enumerate(zip(ranks, joint.rank_low, joint.rank_high, strict=True))
    ]


def holm(p_values: Sequence[float]) -> list[float]:
    """P values corrected for as many comparisons, by Holm's step-down method.

    Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6
    (1979), 65-70. Equal to statsmodels' `multipletests(method="holm")`, which a test proves and whose import takes
    longer than most leaderboards (decision 0008).
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected, least = [0.0] * len(order), 0.0
    for place, index in enumerate(order):
        least = max(least, min(1.0, p_values[index] * (len(order) - place)))
        corrected[index] = least
    return corrected


def _ties(p: Any) -> list[tuple[int, ...]]:
    """For each row the others that it is not significantly different from."""
    rows = len(p)
    pairs = [(a, b) for a in range(rows) for b in range(a + 1, rows)]
    corrected = dict(zip(pairs, holm([float(p[pair]) for pair in pairs]), strict=True))
    tied = {pair for pair, value in corrected.items() if value > ALPHA}
    return [tuple(b for b in range(rows) if b != a and (min(a, b), max(a, b)) in tied) for a in range(rows)]


def group_ties(ties: Sequence[Sequence[int]]) -> list[int]:
    """Groups from the top: the first row without a group leads one; later rows tied with that leader join it."""
    groups = [0] * len(ties)
    last = 0
    for leader, others in enumerate(ties):
        if groups[leader]:
            continue
        last += 1
        groups[leader] = last
        for row in others:
            if row > leader and not groups[row]:
                groups[row] = last
    return groups
