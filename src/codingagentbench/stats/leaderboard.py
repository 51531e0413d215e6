"""Leaderboards: a pure function of cells. References, provisional and unsandboxed cells stay out by default."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.task import is_twin
from codingagentbench.core.values import Measured
from codingagentbench.stats.group import (
    CellLike,
    Cheating,
    Headline,
    PerCorrect,
    Ships,
    Stays,
    cheating,
    headline,
    missing_causes,
    per_correct,
    ships,
    stays,
)

By = Literal["pair", "tui", "model"]
DEFAULT_METHODOLOGY = "1.0"


class Row(BaseModel):
    """One line of a leaderboard. `tui` or `model` is empty where the row sums over it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tui: str
    model: str
    plugin_stack: tuple[str, ...]
    behavior_mode: str
    reference: bool
    valid: int
    missing: int
    missing_causes: dict[str, int]
    pbs: Headline
    ships: Ships
    stays: Stays
    tokens_per_correct: PerCorrect
    usd_per_correct: PerCorrect
    cheating: Cheating | None = Field(None, description="over impossible twins, which count nowhere else")


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
        intervals: bootstrap PBS, about 0.1 s a row at 100 tasks.
    """
    groups: dict[_Key, list[CellLike]] = defaultdict(list)
    left_out: Counter[str] = Counter()
    for cell in cells:
        reason = _reason_out(cell, references=references, provisional=provisional, unsandboxed=unsandboxed)
        if reason:
            left_out[reason] += 1
        else:
            groups[_key(cell, by)].append(cell)
    rows = [_row(key, group, methodology, intervals=intervals) for key, group in groups.items()]
    return Leaderboard(
        by=by, methodology=methodology, rows=tuple(sorted(rows, key=_order)), left_out=dict(left_out)
    )


def _reason_out(cell: CellLike, *, references: bool, provisional: bool, unsandboxed: bool) -> str:
    if cell.reference and not references:
        return "reference"
    if cell.provisional and not provisional:
        return "provisional"
    return "unsandboxed" if not (cell.sandboxed or unsandboxed) else ""


def _key(cell: CellLike, by: By) -> _Key:
    tui = "" if by == "model" else cell.tui
    model = "" if by == "tui" else cell.model
    return (tui, model, cell.plugin_stack, cell.behavior_mode)


def _row(key: _Key, cells: list[CellLike], methodology: str, *, intervals: bool) -> Row:
    ordinary = [cell for cell in cells if not is_twin(cell.task)]
    valid = [cell for cell in ordinary if cell.measured]
    missing = [cell for cell in ordinary if not cell.measured]
    tui, model, plugin_stack, behavior_mode = key
    return Row(
        tui=tui,
        model=model,
        plugin_stack=plugin_stack,
        behavior_mode=behavior_mode,
        reference=any(cell.reference for cell in cells),
        valid=len(valid),
        missing=len(missing),
        missing_causes=missing_causes(missing),
        pbs=headline(valid, missing, methodology, interval=intervals),
        ships=ships(valid, len(missing)),
        stays=stays(valid),
        tokens_per_correct=per_correct(valid, lambda cell: cell.total_tokens, "tokens"),
        usd_per_correct=per_correct(valid, lambda cell: cell.usd, "USD"),
        cheating=cheating([cell for cell in cells if is_twin(cell.task)]),
    )


def _order(row: Row) -> tuple[float, str, str, tuple[str, ...], str]:
    pbs = -row.pbs.value.value if isinstance(row.pbs.value, Measured) else 1.0
    return (pbs, row.tui, row.model, row.plugin_stack, row.behavior_mode)
