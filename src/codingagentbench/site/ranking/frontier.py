"""The solved-versus-cost chart: where each point, tick and label lies. Drawn as SVG by a template.

x: what one correct task costs, on a logarithmic scale; y: the pass rate with its interval. The frontier joins the
rows that no other row beats in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, log10

from codingagentbench.core.values import Measured
from codingagentbench.site.ranking.labels import Box, Mark, place_labels
from codingagentbench.site.ranking.names import row_name, row_page
from codingagentbench.stats import Row
from codingagentbench.stats.group import PerCorrect

WIDTH, HEIGHT = 800, 450
PLOT = Box(60, 42, WIDTH - 24, HEIGHT - 56)
"""The plot's area inside the drawing, in its units."""

_LABELS = Box(PLOT.left, 18, WIDTH - 2, PLOT.bottom)
"""Where names may lie."""

_PADDING = 0.07
"""Of the width of the plot, left free at both ends of the cost scale."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid and the number it stands for."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Point:
    """A row in the chart. `x`, `y`, `top`, `bottom` in the drawing's units; `best` when it lies on the frontier.

    `number` is that of its row in the table beside the chart; `colour` 1..8 tells agents apart.
    """

    row: Row
    number: int
    name: str
    page: str
    cost: float
    rate: float
    interval: tuple[float, float]
    x: float
    y: float
    top: float
    bottom: float
    best: bool
    colour: int
    label: Mark | None


@dataclass(frozen=True, slots=True)
class Absent:
    """A row that has no place in the chart, and why."""

    row: Row
    name: str
    page: str
    why: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing. `line` holds the corners of the frontier as SVG wants them."""

    unit: str
    points: tuple[Point, ...]
    absent: tuple[Absent, ...]
    line: str
    ticks_x: tuple[Tick, ...]
    ticks_y: tuple[Tick, ...]


def chart(rows: Sequence[Row], unit: str) -> Chart:
    """The chart of a board's rows.

    Args:
        unit: `tokens` or `USD`, per correct task.
    """
    found = [(row, _cost(row, unit).value) for row in rows if _plotted(row, unit)]
    low, high = _domain([cost for _, cost in found])
    best = frontier((cost, _rate(row)) for row, cost in found)
    colours = {tui: n % 8 + 1 for n, tui in enumerate(sorted({row.tui for row in rows}))}
    bare = [
        _point(number, row, cost, low, high, best=(cost, _rate(row)) in best, colour=colours[row.tui])
        for number, (row, cost) in enumerate(sorted(found, key=lambda pair: pair[1]), 1)
    ]
    corners = _steps([point for point in bare if point.best])
    return Chart(
        unit=unit,
        points=tuple(_labelled(bare, corners)),
        absent=tuple(_absent(row, unit) for row in rows if not _plotted(row, unit)),
        line=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners),
        ticks_x=tuple(Tick(_x(value, low, high), value) for value in log_ticks(low, high)) if found else (),
        ticks_y=tuple(Tick(_y(step / 5), step / 5) for step in range(6)),
    )


def frontier(points: Iterable[tuple[float, float]]) -> set[tuple[float, float]]:
    """The (cost, rate) that no other point beats: none is as cheap and better, or as good and cheaper."""
    best: set[tuple[float, float]] = set()
    highest = -1.0
    for cost, rate in sorted(points, key=lambda point: (point[0], -point[1])):
        if rate > highest:
            best.add((cost, rate))
            highest = rate
    return best


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten from `low` to `high`; powers of ten only where those would be too many."""
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    factors = (1, 2, 5) if log10(high / low) < 3 else (1,)
    return [value for ten in decades for factor in factors if low <= (value := factor * 10.0**ten) <= high]


def _cost(row: Row, unit: str) -> Measured:
    value = _spent(row, unit)
    assert isinstance(value, Measured)  # noqa: S101 - for rows that are plotted
    return value


def _spent(row: Row, unit: str) -> PerCorrect:
    return row.usd_per_correct if unit == "USD" else row.tokens_per_correct


def _plotted(row: Row, unit: str) -> bool:
    value = _spent(row, unit)
    return isinstance(value, Measured) and value.value > 0 and isinstance(row.ships.rate, Measured)


def _rate(row: Row) -> float:
    return row.ships.solved / row.ships.cells


def _absent(row: Row, unit: str) -> Absent:
    value = _spent(row, unit)
    if value.kind == "infinite":
        why = "solved nothing, so there is no cost per correct task"
    elif value.kind == "measured":
        why = "spent nothing" if row.ships.cells else "no valid cell"
    else:
        why = value.why
    return Absent(row, row_name(row), row_page(row), why)


def _domain(costs: Sequence[float]) -> tuple[float, float]:
    """The ends of the cost scale, with room at both."""
    if not costs:
        return (1.0, 10.0)
    low, high = log10(min(costs)), log10(max(costs))
    room = max((high - low) * _PADDING / (1 - 2 * _PADDING), 0.1)
    return (10 ** (low - room), 10 ** (high + room))


def _x(cost: float, low: float, high: float) -> float:
    return PLOT.left + (PLOT.right - PLOT.left) * log10(cost / low) / log10(high / low)


def _y(rate: float) -> float:
    return PLOT.bottom - (PLOT.bottom - PLOT.top) * rate


def _point(number: int, row: Row, cost: float, low: float, high: float, *, best: bool, colour: int) -> Point:
    rate, ends = _rate(row), row.ships.interval or (0.0, 1.0)
    return Point(
        row=row, number=number, name=row_name(row), page=row_page(row), cost=cost, rate=rate, interval=ends,
        x=_x(cost, low, high), y=_y(rate), top=_y(ends[1]), bottom=_y(ends[0]), best=best, colour=colour,
        label=None,
    )  # fmt: skip


def _labelled(points: Sequence[Point], corners: Sequence[tuple[float, float]]) -> list[Point]:
    """The points with a place for each name that fits; those on the frontier are served first."""
    order = sorted(range(len(points)), key=lambda n: (not points[n].best, points[n].y))
    names = [(points[n].x, points[n].y, _short(points[n].row)) for n in order]
    strokes = [
        Box(min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, max(a[0], b[0]) + 1, max(a[1], b[1]) + 1)
        for a, b in pairwise(corners)
    ]
    placed = dict(zip(order, place_labels(names, _LABELS, strokes), strict=True))
    return [replace(point, label=placed[n]) for n, point in enumerate(points)]


def _short(row: Row) -> str:
    """A name for the drawing: without the model's vendor, and with a sign for plugins."""
    extra = "*" if row.plugin_stack else ""
    mode = "" if row.behavior_mode == "factory" else f" ({row.behavior_mode})"
    return f"{row.tui}{extra}{mode} × {row.model.partition('/')[2] or row.model}"


def _steps(points: Sequence[Point]) -> list[tuple[float, float]]:
    """The frontier as the corners of a staircase: what no more than a cost is known to solve."""
    corners: list[tuple[float, float]] = []
    for point in points:
        if corners:
            corners.append((point.x, corners[-1][1]))
        corners.append((point.x, point.y))
    if corners:
        corners.append((PLOT.right, corners[-1][1]))
    return corners
