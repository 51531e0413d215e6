"""Two pairs side by side: the difference in words, axes, and the tasks on which they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from codingagentbench.core.values import AxisValue, Measured
from codingagentbench.site.compare.absent import no_delta
from codingagentbench.site.compare.table import Verdicts, verdict_table
from codingagentbench.site.entities.counting import counts
from codingagentbench.site.entities.rows import plain_row
from codingagentbench.site.entities.tallies import tallies_of
from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site
from codingagentbench.stats import Infinite, PairComparison, Row, TaskDelta, compare_tallies
from codingagentbench.store.line import CellLine, Pair

SIGNIFICANT = 0.05
PLOTTED = 300
"""Tasks that are drawn at most."""


@dataclass(frozen=True, slots=True)
class Common:
    """A common task with both sides' cells. `kind`: regression, gain or none, from A to B."""

    delta: TaskDelta
    kind: str
    ours: Sequence[CellLine]
    theirs: Sequence[CellLine]


Value = AxisValue | Infinite


@dataclass(frozen=True, slots=True)
class RowAxis:
    """One axis of both pairs; `digits` of its numbers are shown."""

    name: str
    unit: str
    digits: int
    lower_is_better: bool
    one: Value
    other: Value

    @property
    def delta(self) -> float | None:
        """B less A, None unless both are measured."""
        if isinstance(self.one, Measured) and isinstance(self.other, Measured):
            return self.other.value - self.one.value
        return None

    @property
    def no_delta(self) -> str:
        """Why there is no change to show."""
        return no_delta(self.one, self.other)

    @property
    def verdict(self) -> str:
        """Whether B is better or worse; empty when it cannot be said. Nothing about chance."""
        if not self.delta:
            return "" if self.delta is None else "same"
        return "better" if (self.delta < 0) == self.lower_is_better else "worse"


_AXES: tuple[tuple[str, str, int, bool, Callable[[Row], Value]], ...] = (
    ("Ships: share solved", "", 3, False, lambda row: row.ships.rate),
    ("PBS: mean composite", "", 3, False, lambda row: row.pbs.value),
    ("Stays: runs that agree", "", 3, False, lambda row: row.stays.agreement),
    ("Partial score", "", 3, False, lambda row: row.partial_score.value),
    ("Integrity", "", 3, False, lambda row: row.integrity.value),
    ("Right refusals on traps", "", 3, False, lambda row: row.refusal.value),
    ("Instructions honoured", "", 3, False, lambda row: row.instructions.value),
    ("Blast radius", "", 3, True, lambda row: row.blast_radius.value),
    ("Tokens per solved cell", "tokens", 0, True, lambda row: row.tokens_per_correct),
    ("Cost per solved cell", "USD", 4, True, lambda row: row.usd_per_correct),
    ("Model calls per cell", "calls", 1, True, lambda row: row.model_calls.value),
    ("Active time, median", "ms", 0, True, lambda row: row.active_ms.value),
    ("Wall clock, median", "ms", 0, True, lambda row: row.wall_ms.value),
)


@dataclass(frozen=True)
class PairView:
    """What the page of two pairs shows. Rows are None when no cell of a pair counts."""

    one: Pair
    other: Pair
    rows: tuple[Row | None, Row | None]
    found: PairComparison
    table: Verdicts | None
    cells: tuple[dict[str, list[CellLine]], dict[str, list[CellLine]]]

    @cached_property
    def common(self) -> list[Common]:
        """Common tasks: what B lost first, then what it gained, then the rest; each by the size of the change."""
        made = [
            Common(delta, _kind(delta), self.cells[0].get(delta.task, []), self.cells[1].get(delta.task, []))
            for delta in self.found.tasks
        ]
        order = {"regression": 0, "gain": 1, "none": 2}
        return sorted(
            made, key=lambda one: (order[one.kind], -abs(one.delta.solved_delta or 0.0), _size(one.delta))
        )

    @cached_property
    def changes(self) -> list[tuple[str, float]]:
        """Change of the composite on each common task where it is measured, from the worst to the best."""
        found = [(one.task, one.delta.value) for one in self.found.tasks if isinstance(one.delta, Measured)]
        return sorted(found, key=lambda change: change[1])[:PLOTTED]

    @property
    def scale(self) -> float:
        """The largest change, in size; what half of the drawing's height stands for."""
        return max([abs(change) for _, change in self.changes] + [0.01])

    @property
    def p(self) -> float:
        """The verdicts' p value, corrected where the comparison is one of a table."""
        return self.table.p_holm if self.table else self.found.verdicts.p

    @property
    def significant(self) -> bool:
        """Whether the verdicts differ by more than chance, at 5 %."""
        return self.p <= SIGNIFICANT


def pair_view(site: Site, one: Pair, other: Pair) -> PairView:
    """Compare two pairs by their cells that count."""
    known = verdict_table(site)
    return PairView(
        one,
        other,
        rows=(plain_row(site, one), plain_row(site, other)),
        found=compare_tallies(tallies_of(site, one), tallies_of(site, other)),
        table=known.get((one, other)) or known.get((other, one)),
        cells=(_by_task(site, one), _by_task(site, other)),
    )


def axes(view: PairView) -> list[RowAxis]:
    """Every axis of both rows; none when a pair has no cell that counts."""
    one, other = view.rows
    if one is None or other is None:
        return []
    return [
        RowAxis(name, unit, digits, lower, read(one), read(other)) for name, unit, digits, lower, read in _AXES
    ]


def cli_name(pair: Pair) -> str:
    """How `cab compare` names a pair."""
    return f"{pair[0]}:{pair[1]}"


def headline(view: PairView) -> str:
    """The difference in words: who solves more, whether that is more than chance, and what it takes to know."""
    names = [token_name(pair) for pair in (view.one, view.other)]
    verdicts = view.found.verdicts
    if not verdicts.tasks:
        return "The two have no task in common on which both have a valid run, so they cannot be compared."
    return f"{_who(names, verdicts.a_only, verdicts.b_only, verdicts.tasks)} {_sure(view)}"


def token_name(pair: Pair) -> str:
    """A pair in a sentence."""
    plugins = "".join(f" + {plugin}" for plugin in pair[2])
    mode = f" ({pair[3]})" if pair[3] != "factory" else ""
    return f"{pair[0]}{plugins}{mode} with {pair[1]}"


def _who(names: Sequence[str], ahead: int, behind: int, tasks: int) -> str:
    if ahead == behind:
        each = (
            f"each solves {ahead} the other does not" if ahead else "no task was solved more often by one of them"
        )
        return f"Neither is ahead on the {tasks} common tasks: {each}."
    first, second = (names[0], names[1]) if ahead > behind else (names[1], names[0])
    more, fewer = max(ahead, behind), min(ahead, behind)
    return f"{first} solves more often on {more} of {tasks} common tasks, {second} on {fewer}."


def _sure(view: PairView) -> str:
    compared = "Holm's correction over all comparisons here" if view.table else "this comparison alone"
    p = "p < 0.001" if view.p < 0.001 else f"p = {view.p:.3f}"
    test = f"({p}, exact McNemar test, {compared})"
    if view.significant:
        return f"The difference is significant at 5 % {test}."
    if view.found.better != "neither":
        better = "B" if view.found.better == "b" else "A"
        return f"That is no significant difference {test}; the composite of {better} is significantly higher."
    return f"The difference is not significant {test}. {needed_words(view.found)}"


def needed_words(found: PairComparison) -> str:
    """How much more would have to be run to tell the two apart."""
    needed = found.needed
    if needed.tasks is None:
        return f"How much more to run cannot be said: {needed.why}."
    count = needed.runs_per_task
    runs = f"{count} run{'s' if count != 1 else ''} of each on each of these tasks, or " if count else ""
    return f"To tell their composites apart: about {runs}{needed.tasks} common tasks with as many runs as now."


@once_a_site
def _by_task(site: Site, pair: Pair) -> dict[str, list[CellLine]]:
    """A pair's cells that count."""
    found: dict[str, list[CellLine]] = defaultdict(list)
    for line in site.catalogue.by_pair.get(pair, []):
        if counts(line):
            found[line.task].append(line)
    return dict(found)


def _kind(delta: TaskDelta) -> str:
    solved = delta.solved_delta or 0.0
    return "regression" if solved < 0 else "gain" if solved > 0 else "none"


def _size(delta: TaskDelta) -> tuple[float, float, str]:
    """The largest change first."""
    composite = abs(delta.delta.value) if isinstance(delta.delta, Measured) else 0.0
    return (-abs(delta.solved_delta or 0.0), -composite, delta.task)
