"""Numbers over many cells: leaderboards, groups, sweeps, comparisons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from codingagentbench.core.errors import UsageError
from codingagentbench.core.record import AXES
from codingagentbench.core.values import AxisValue, Measured
from codingagentbench.site import paths
from codingagentbench.site.ranking.boards import board as ranked
from codingagentbench.site.ranking.facets import read_facets
from codingagentbench.site.server.api.answers import PROBLEMS, NotFound, Now, answer, cell_of, find_cell
from codingagentbench.site.server.api.models import (
    AxisDelta,
    Board,
    CellComparison,
    Comparison,
    Group,
    Groups,
    PairCount,
    SweepState,
)
from codingagentbench.site.server.snapshots import Snapshot
from codingagentbench.stats import compare_pairs
from codingagentbench.store import CellLine, Pair
from codingagentbench.sweep import sweep_status

router = APIRouter(tags=["results"], responses=PROBLEMS)
Named = Annotated[str, Query(min_length=1, max_length=1000)]


class BoardQuery(BaseModel):
    """What a leaderboard is made of. References, provisional and unsandboxed cells stay out unless asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Literal["pair", "tui", "model"] = Field("pair", description="what a row stands for")
    family: str = Field("", max_length=300)
    language: str = Field("", max_length=300)
    sweep: str = Field("", max_length=300)
    plugin: str = Field("", max_length=300, description="`none` for agents without plugins")
    tui: str = Field("", max_length=300)
    model: str = Field("", max_length=300)
    references: bool = False
    provisional: bool = False
    unsandboxed: bool = False

    def text(self) -> dict[str, str]:
        """As a URL's query holds it."""
        fields = self.model_dump(exclude={"by"})
        return {name: "1" if value is True else str(value) for name, value in fields.items() if value}


@router.get("/leaderboard", response_model=Board, summary="Rows from the best PBS down, with intervals")
def leaderboard(now: Now, query: Annotated[BoardQuery, Query()]) -> Response:
    """Where there are reference models only, they are ranked."""
    facets, faults = read_facets(now.site, query.text())
    if faults:
        raise UsageError(" ".join(faults), where="query", remedy="use a known name, or leave the filter out")
    return answer(Board.model_construct(snapshot=now.number, board=ranked(now.site, query.by, facets)))


@router.get("/tasks", response_model=Groups, summary="Tasks with results")
def tasks(now: Now) -> Response:
    """Their cells, over all agents and models."""
    return _groups(now, now.site.catalogue.by_task, paths.task)


@router.get("/agents", response_model=Groups, summary="Agents with results")
def agents(now: Now) -> Response:
    """Their cells, over all models and tasks."""
    return _groups(now, now.site.catalogue.by_tui, paths.agent)


@router.get("/models", response_model=Groups, summary="Models with results")
def models(now: Now) -> Response:
    """Their cells, over all agents and tasks."""
    return _groups(now, now.site.catalogue.by_model, paths.model)


@router.get("/sweeps", response_model=Groups, summary="Sweeps with results")
def sweeps(now: Now) -> Response:
    """Their cells that have ended; /sweeps/{sweep}/status counts those that have not as well."""
    return _groups(now, now.site.catalogue.by_sweep, paths.sweep)


@router.get("/sweeps/{sweep}/status", response_model=SweepState, summary="How a sweep stands now")
def status(now: Now, sweep: Annotated[str, Path(max_length=300)]) -> Response:
    """Read off its ledger at this moment."""
    if sweep not in now.site.catalogue.by_sweep and sweep not in _known_sweeps(now):
        raise NotFound(f"no sweep {sweep!r}", where="sweep", remedy="/api/v1/sweeps lists them")
    found = sweep_status(now.site.results, sweep)
    counts, spent = found.counts, found.spending
    state = SweepState(
        sweep_id=sweep,
        total=counts.total,
        todo=counts.todo,
        leased=counts.leased,
        done=counts.done,
        missing=counts.missing,
        outcomes=counts.outcomes,
        causes=counts.causes,
        attempts=spent.attempts,
        unmetered=spent.unmetered,
        tokens=spent.tokens,
        usd=spent.usd,
        wall_s=spent.wall_s,
        eta_s=found.eta_s,
        pairs=tuple(
            PairCount(tui=pair.tui, model=pair.model, states=dict(pair.states), solved=pair.solved)
            for pair in found.pairs
        ),
    )
    response = answer(state)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/compare/pairs", response_model=Comparison, summary="Two pairs on their common tasks")
def pairs(now: Now, one: Named, other: Named) -> Response:
    """Pairs are named as in the address of their page: `<tui>/<vendor>/<model>`. Regressions come first."""
    first, second = _pair(now, one, "one"), _pair(now, other, "other")
    by_pair = now.site.catalogue.by_pair
    return answer(
        Comparison(
            snapshot=now.number,
            one=one,
            other=other,
            comparison=compare_pairs(by_pair[first], by_pair[second]),
            page=paths.compare_pairs(first, second),
        )
    )


@router.get("/compare/cells", response_model=CellComparison, summary="Two cells, axis by axis")
def compared_cells(now: Now, one: Named, other: Named) -> Response:
    """Cells are named by `place` or id."""
    first, second = find_cell(now, one), find_cell(now, other)
    return answer(
        {
            "snapshot": now.number,
            "one": cell_of(first),
            "other": cell_of(second),
            "axes": [_axis(name, first.axis(name), second.axis(name)) for name in AXES],
            "page": paths.compare_cells(first, second),
        }
    )


def _axis(name: str, one: AxisValue | None, other: AxisValue | None) -> AxisDelta:
    measured = isinstance(one, Measured) and isinstance(other, Measured)
    delta = other.value - one.value if measured else None  # type: ignore[union-attr]  # both are measured
    return AxisDelta.model_construct(axis=name, one=one, other=other, delta=delta)


def _groups(now: Snapshot, grouped: Mapping[str, list[CellLine]], page: Callable[[str], str]) -> Response:
    groups = tuple(_group(name, page(name), grouped[name]) for name in sorted(grouped))
    return answer(Groups(snapshot=now.number, groups=groups))


def _group(name: str, page: str, lines: Iterable[CellLine]) -> Group:
    every = list(lines)
    causes = Counter(line.cause.value for line in every if line.cause is not None and not line.measured)
    return Group(
        name=name,
        page=page,
        cells=len(every),
        measured=sum(line.measured for line in every),
        solved=sum(line.solved for line in every),
        missing_causes=dict(causes),
    )


def _pair(now: Snapshot, name: str, where: str) -> Pair:
    for pair in now.site.catalogue.by_pair:
        if name == f"{pair[0]}{paths.variant(pair)}/{pair[1]}":
            return pair
    raise NotFound(
        f"no pair {name[:200]!r}", where=where, remedy="write <tui>/<vendor>/<model>, as in /leaderboard"
    )


def _known_sweeps(now: Snapshot) -> list[str]:
    """Also those of which no cell has ended yet."""
    from codingagentbench.store import sweep_ids

    return sweep_ids(now.site.results)
