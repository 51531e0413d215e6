"""Leaderboards: a pure function of cells. References, provisional and unsandboxed cells stay out by default."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.task import is_twin
from codingagentbench.core.values import Measured
from codingagentbench.stats.group import (
    Cheating,
    Figure,
    Headline,
    PerCorrect,
    Ships,
    Stays,
    cheating,
    composites,
    counted,
    headline,
    mean_axis,
    mean_calls,
    median_ms,
    per_correct,
    ships,
    stays,
)
from codingagentbench.stats.ranks import standings
from codingagentbench.stats.tally import CellLike, Tally, tally

By = Literal["pair", "tui", "model"]
DEFAULT_METHODOLOGY = "1.0"


class Row(BaseModel):
    """One line of a leaderboard. `tui` or `model` is empty where the row sums over it.

    `rank` is None where PBS is not measured. `tied_with` are the indices, in the same leaderboard, of the rows
    whose difference is not significant; `group` is None where nothing was compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tui: str
    model: str
    plugin_stack: tuple[str, ...]
    behavior_mode: str
    reference: bool
    rank: int | None = None
    rank_interval: tuple[int, int] | None = Field(None, description="95 %, joint bootstrap over the tasks")
    tied_with: tuple[int, ...] = ()
    group: int | None = None
    valid: int
    missing: int
    missing_causes: dict[str, int]
    outcomes: dict[str, int] = Field(description="cells by outcome, invalid ones included")
    pbs: Headline
    ships: Ships
    stays: Stays
    tokens_per_correct: PerCorrect
    usd_per_correct: PerCorrect
    partial_score: Figure
    blast_radius: Figure
    integrity: Figure = Field(description="share of runs without a violation, mean over tasks")
    refusal: Figure = Field(description="on trap tasks")
    false_refusals: int = Field(description="valid cells of outcome `refused`")
    instructions: Figure
    model_calls: Figure = Field(description="mean a valid cell")
    active_ms: Figure = Field(description="median of model, tool and idle time")
    wall_ms: Figure = Field(description="median")
    overhead_ms: Figure = Field(
        description="median of the harness's own parts: queue, setup, sandbox, snapshot, teardown"
    )
    cheating: Cheating | None = Field(None, description="over impossible twins, which count nowhere else")

    @property
    def false_refusal_rate(self) -> float | None:
        """The share of valid cells that were refused without a reason."""
        return self.false_refusals / self.valid if self.valid else None


class Leaderboard(BaseModel):
    """Rows from the best PBS down, unmeasured ones last. `left_out` counts cells kept out, by reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: By
    methodology: str
    rows: tuple[Row, ...]
    left_out: dict[str, int]


_Key = tuple[str, str, tuple[str, ...], str]


def leaderboard(
    cells: Iterable[CellLike],
    *,
    by: By = "pair",
    methodology: str = DEFAULT_METHODOLOGY,
    references: bool = False,
    provisional: bool = False,
    unsandboxed: bool = False,
    intervals: bool = True,
) -> Leaderboard:
    """Group cells and compute each group's headline numbers.

    Args:
        cells: the attempt that speaks for each cell.
        by: an (agent, model) pair, an agent over models, or a model over agents; plugin stacks and behaviour
            modes always stay apart.
        references, provisional, unsandboxed: also take cells of this kind.
        intervals: bootstrap PBS, rank intervals and ties.
    """
    taken: list[CellLike] = []
    left_out: Counter[str] = Counter()
    for cell in cells:
        reason = _reason_out(cell, references=references, provisional=provisional, unsandboxed=unsandboxed)
        if reason:
            left_out[reason] += 1
        else:
            taken.append(cell)
    return board(tally(taken, methodology), by=by, methodology=methodology, left_out=left_out, intervals=intervals)


def board(
    tallies: Iterable[Tally], *, by: By, methodology: str, left_out: Mapping[str, int], intervals: bool = True
) -> Leaderboard:
    """The leaderboard of tallies that were counted elsewhere, in any order."""
    groups: dict[_Key, list[Tally]] = defaultdict(list)
    for one in sorted(tallies, key=lambda tally: (tally.task, tally.pair)):
        groups[_key(one, by)].append(one)
    ordered = sorted(
        ((_row(key, group, intervals=intervals), group) for key, group in groups.items()),
        key=lambda found: _order(found[0]),
    )
    rows = [row for row, _ in ordered]
    if intervals:
        rows = _placed(rows, [group for _, group in ordered])
    return Leaderboard(by=by, methodology=methodology, rows=tuple(rows), left_out=dict(left_out))


def _placed(rows: Sequence[Row], groups: Sequence[Sequence[Tally]]) -> list[Row]:
    """Rows with rank, interval and ties; those whose PBS is not measured, which come last, stay as they are."""
    values = [row.pbs.value.value for row in rows if isinstance(row.pbs.value, Measured)]
    runs = [composites(_ordinary(group)) or {} for group in groups[: len(values)]]
    placed = [
        row.model_copy(
            update={
                "rank": standing.rank,
                "rank_interval": standing.interval,
                "tied_with": standing.tied_with,
                "group": standing.group,
            }
        )
        for row, standing in zip(rows, standings(runs, values), strict=False)
    ]
    return [*placed, *rows[len(placed) :]]


def _reason_out(cell: CellLike, *, references: bool, provisional: bool, unsandboxed: bool) -> str:
    if cell.reference and not references:
        return "reference"
    if cell.provisional and not provisional:
        return "provisional"
    return "unsandboxed" if not (cell.sandboxed or unsandboxed) else ""


def _key(one: Tally, by: By) -> _Key:
    tui, model, plugin_stack, behavior_mode = one.pair
    return ("" if by == "model" else tui, "" if by == "tui" else model, plugin_stack, behavior_mode)


def _ordinary(tallies: Iterable[Tally]) -> list[Tally]:
    return [one for one in tallies if not is_twin(one.task)]


def _row(key: _Key, tallies: Sequence[Tally], *, intervals: bool) -> Row:
    ordinary = _ordinary(tallies)
    outcomes = counted(ordinary, lambda one: one.outcomes)
    tui, model, plugin_stack, behavior_mode = key
    return Row(
        tui=tui,
        model=model,
        plugin_stack=plugin_stack,
        behavior_mode=behavior_mode,
        reference=any(one.reference for one in tallies),
        valid=sum(one.valid for one in ordinary),
        missing=sum(one.missing for one in ordinary),
        missing_causes=counted(ordinary, lambda one: one.causes),
        outcomes=outcomes,
        pbs=headline(ordinary, interval=intervals),
        ships=ships(ordinary),
        stays=stays(ordinary),
        tokens_per_correct=per_correct(ordinary, lambda one: one.tokens, "tokens"),
        usd_per_correct=per_correct(ordinary, lambda one: one.usd, "USD"),
        partial_score=mean_axis(ordinary, "partial_score"),
        blast_radius=mean_axis(ordinary, "blast_radius"),
        integrity=mean_axis(ordinary, "integrity"),
        refusal=mean_axis(ordinary, "refusal"),
        false_refusals=outcomes.get(Outcome.REFUSED.value, 0),
        instructions=mean_axis(ordinary, "instructions"),
        model_calls=mean_calls(ordinary),
        active_ms=median_ms(ordinary, lambda one: one.active_ms),
        wall_ms=median_ms(ordinary, lambda one: one.wall_ms),
        overhead_ms=median_ms(ordinary, lambda one: one.overhead_ms),
        cheating=cheating([one for one in tallies if is_twin(one.task)]),
    )


def _order(row: Row) -> tuple[float, str, str, tuple[str, ...], str]:
    pbs = -row.pbs.value.value if isinstance(row.pbs.value, Measured) else 1.0
    return (pbs, row.tui, row.model, row.plugin_stack, row.behavior_mode)
