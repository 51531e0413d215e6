"""What the API answers with. Times in ms, costs in USD, unless a field says otherwise."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.values import AxisValue
from codingagentbench.stats import Leaderboard, PairComparison


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(_Data):
    """Why there is no answer."""

    error: str = Field(description="what was wrong")
    where: str = Field(description="the part of the request; may be empty")
    remedy: str = Field(description="what to do; may be empty")


class Health(_Data):
    """Whether the server answers, and with which results."""

    status: str
    version: str = Field(description="of codingagentbench")
    snapshot: int = Field(description="grows when the results have changed; each worker process counts for itself")
    cells: int


class Links(_Data):
    """Where more about a cell lies, relative to the root of the site. Empty where an attempt left no folder."""

    page: str
    record: str
    attempts: str
    trace: str
    calls: str
    patch: str
    cast: str
    badge: str


class Cell(_Data):
    """The attempt that speaks for a cell: the latest valid one, else the latest."""

    cell_id: str
    place: str = Field(description="its folder in the results, and its name in this API")
    sweep_id: str
    tui: str
    tui_version: str
    model: str
    model_build_id: str
    task: str
    language: str
    plugin_stack: tuple[str, ...]
    behavior_mode: str
    sandbox: str
    run: int
    attempt: int
    attempts: int
    reference: bool = Field(description="a scripted model, which ranks nowhere")
    provisional: bool
    sandboxed: bool
    spec_digest: str
    fingerprint: str
    image_digest: str
    task_digest: str
    outcome: Outcome
    cause: InvalidCause | None = Field(description="why there is no measurement")
    limit_hit: LimitKind | None
    exit_code: int | None
    violations: tuple[str, ...]
    started_at: str
    ended_at: str
    wall_ms: float
    model_calls: int
    prompt_tokens: int | None
    completion_tokens: int | None
    total_tokens: int | None = Field(description="null: not measured, which is not 0")
    tokens_source: str
    usd: float | None
    methodology: str
    latency: dict[str, float] = Field(description="the parts of the wall clock")
    axes: dict[str, AxisValue] = Field(description="under `methodology`; empty for an invalid cell")
    links: Links


class CellPage(_Data):
    """Some of the cells that were asked for."""

    snapshot: int = Field(description="of the results; when it differs between pages, cells have ended in between")
    total: int = Field(description="cells that pass the filters")
    offset: int
    cells: tuple[Cell, ...]
    next: str | None = Field(description="`cursor` of the next page; null on the last one")


class Board(_Data):
    """A leaderboard, and what was asked for."""

    snapshot: int
    board: Leaderboard


class Count(_Data):
    """A value and how many cells have it."""

    value: str
    cells: int


class Facets(_Data):
    """Which values the cells that pass the filters have, with how many have each."""

    snapshot: int
    facets: dict[str, tuple[Count, ...]]


class Group(_Data):
    """Cells of one task, agent, model or sweep."""

    name: str
    page: str = Field(description="its page, from the root of the site")
    cells: int
    measured: int = Field(description="cells with a valid attempt; the others are missing")
    solved: int
    missing_causes: dict[str, int]


class Groups(_Data):
    """All groups of a kind, sorted by name."""

    snapshot: int
    groups: tuple[Group, ...]


class PairCount(_Data):
    """One pair in a sweep."""

    tui: str
    model: str
    states: dict[str, int] = Field(description="cells by state: todo, leased, done, missing")
    solved: int


class SweepState(_Data):
    """How a sweep stands, as `cab sweep status` has it."""

    sweep_id: str
    total: int
    todo: int
    leased: int
    done: int
    missing: int
    outcomes: dict[str, int]
    causes: dict[str, int]
    attempts: int
    unmetered: int
    tokens: int
    usd: float | None
    wall_s: float
    eta_s: float | None = Field(
        description="mean time of an attempt x (cells left + half of the running) / running"
    )
    pairs: tuple[PairCount, ...]


class Comparison(_Data):
    """Two pairs on their common tasks, regressions first. `a` is `one`, `b` is `other`."""

    snapshot: int
    one: str
    other: str
    comparison: PairComparison
    page: str = Field(description="from the root of the site")


class AxisDelta(_Data):
    """One axis of two cells; `delta` is other - one, null unless both are measured."""

    axis: str
    one: AxisValue | None
    other: AxisValue | None
    delta: float | None


class CellComparison(_Data):
    """Two cells, axis by axis."""

    snapshot: int
    one: Cell
    other: Cell
    axes: tuple[AxisDelta, ...]
    page: str = Field(description="from the root of the site")


class Attempt(_Data):
    """One attempt of a cell."""

    attempt: int
    speaks: bool = Field(description="whether the cell's numbers are this attempt's")
    outcome: Outcome
    cause: InvalidCause | None
    cause_detail: str
    started_at: str
    ended_at: str
    wall_ms: float
    total_tokens: int | None
    record: str = Field(description="from the root of the site; empty where the attempt left no folder")


class Attempts(_Data):
    """Every attempt of a cell, in order."""

    snapshot: int
    place: str
    attempts: tuple[Attempt, ...]
