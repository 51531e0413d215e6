"""Runs of one pair on one task, and tables of them: a task's by pair, a pair's by task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from codingagentbench.core.task import is_twin
from codingagentbench.site.entities.spread import Spread, spread
from codingagentbench.stats import wilson
from codingagentbench.stats.intervals import Interval
from codingagentbench.store.line import CellLine, Pair


@dataclass(frozen=True)
class Runs:
    """Cells of one pair on one task, by sweep and run."""

    lines: Sequence[CellLine]

    @property
    def pair(self) -> Pair:
        """The pair they are of."""
        return self.lines[0].pair

    @property
    def task(self) -> str:
        """The task they are of."""
        return self.lines[0].task

    @cached_property
    def valid(self) -> list[CellLine]:
        """Those with a measurement."""
        return [line for line in self.lines if line.measured]

    @cached_property
    def solved(self) -> int:
        """How many are solved."""
        return sum(line.solved for line in self.valid)

    @property
    def rate(self) -> float | None:
        """Share of the valid ones that is solved, None when none is valid."""
        return self.solved / len(self.valid) if self.valid else None

    @property
    def disagree(self) -> bool:
        """Whether some are solved and some are not."""
        return 0 < self.solved < len(self.valid)

    @cached_property
    def tokens(self) -> Spread | None:
        """Tokens of a run."""
        return spread(float(line.total_tokens) for line in self.valid if line.total_tokens is not None)

    @cached_property
    def wall(self) -> Spread | None:
        """Wall clock of a run, ms."""
        return spread(line.wall_ms for line in self.valid)


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The mean over pairs of the share of their runs that is solved; the pair is the unit of the interval."""

    pairs: int
    rate: float
    interval: Interval


@dataclass(frozen=True)
class DigestResults:
    """A task's results under one digest of its files; empty when attempts were lost before it was known."""

    digest: str
    current: bool
    lines: Sequence[CellLine]

    @property
    def first(self) -> str:
        """When the first of the cells started."""
        return min((line.started_at for line in self.lines if line.started_at), default="")

    @property
    def last(self) -> str:
        """When the last of them started."""
        return max((line.started_at for line in self.lines), default="")

    @cached_property
    def rows(self) -> list[Runs]:
        """By pair, the most often solved first, pairs without a valid run last."""
        return sorted(by_pair(self.lines), key=lambda runs: -1.0 if runs.rate is None else runs.rate, reverse=True)

    @cached_property
    def difficulty(self) -> Difficulty | None:
        """Measured on real models, on reference models where there are no others; None without a valid run."""
        rows = [runs for runs in self.rows if runs.rate is not None]
        rates = [runs.rate for runs in rows if not runs.lines[0].reference] or [runs.rate for runs in rows]
        known = [rate for rate in rates if rate is not None]
        if not known:
            return None
        return Difficulty(len(known), fmean(known), wilson(min(sum(known), len(known)), len(known)))


def by_pair(lines: Iterable[CellLine]) -> list[Runs]:
    """Runs of each pair, sorted by pair."""
    found: dict[Pair, list[CellLine]] = defaultdict(list)
    for line in lines:
        found[line.pair].append(line)
    return [_runs(found[pair]) for pair in sorted(found)]


def by_task(lines: Iterable[CellLine]) -> list[Runs]:
    """Runs on each ordinary task, sorted by task."""
    found: dict[str, list[CellLine]] = defaultdict(list)
    for line in lines:
        if not is_twin(line.task):
            found[line.task].append(line)
    return [_runs(found[task]) for task in sorted(found)]


def by_digest(lines: Iterable[CellLine], current: str = "") -> list[DigestResults]:
    """A task's results split by what the task was; the digest of this version first, then the latest."""
    found: dict[str, list[CellLine]] = defaultdict(list)
    for line in lines:
        found[line.task_digest].append(line)
    made = [DigestResults(digest, bool(digest) and digest == current, group) for digest, group in found.items()]
    return sorted(made, key=lambda one: (one.current, bool(one.digest), one.last), reverse=True)


def _runs(lines: list[CellLine]) -> Runs:
    return Runs(sorted(lines, key=lambda line: (line.sweep_id, line.run)))
