"""The heat map: rows of the leaderboard by pair, columns the tasks, in each cell how many valid runs solved it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.core.task import is_twin
from codingagentbench.site import paths
from codingagentbench.site.ranking.names import pair_of
from codingagentbench.stats import Row
from codingagentbench.store.line import CellLine, Pair

MOST_LINKS = 3000
"""Cells that carry links of their own; a larger matrix links its rows and columns only, to stay quick to load."""

CODES = {
    InvalidCause.ENDPOINT_UNAVAILABLE: "end",
    InvalidCause.RATE_LIMITED: "rate",
    InvalidCause.HANDSHAKE_FAILED: "hand",
    InvalidCause.UNMETERED: "unmet",
    InvalidCause.SANDBOX_ERROR: "sand",
    InvalidCause.VERIFIER_ERROR: "verif",
    InvalidCause.INTERRUPTED: "int",
}
"""What stands in a cell none of whose runs is valid; several causes give `miss`."""

SEVERAL = "miss"


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`kind` is the class that colours it: `heat-0` to `heat-4`, or `heat-` and missing, empty, clean or cheat.

    `page` is empty where it carries no link. `title` is empty where the text says all.
    """

    text: str
    kind: str
    page: str
    title: str


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """A task. `solved` of `valid` runs over all rows."""

    task: str
    solved: int
    valid: int


@dataclass(frozen=True, slots=True)
class HeatGroup:
    """The tasks of a family, those that most rows solve first."""

    family: str
    columns: tuple[HeatColumn, ...]
    twins: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A pair and its cells, in the order of the groups' columns."""

    row: Row
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The matrix. `linked`: whether its cells carry links."""

    groups: tuple[HeatGroup, ...]
    rows: tuple[HeatRow, ...]
    linked: bool

    @property
    def cells(self) -> int:
        """Rows times columns."""
        return len(self.rows) * sum(len(group.columns) for group in self.groups)


def heat(rows: Sequence[Row], lines: Iterable[CellLine]) -> Heat:
    """The matrix of a board's rows over the cells that it is made of; impossible twins stand apart, last."""
    wanted = {pair_of(row) for row in rows}
    found: dict[tuple[Pair, str], list[CellLine]] = defaultdict(list)
    by_task: dict[str, list[CellLine]] = defaultdict(list)
    for line in lines:
        if line.pair in wanted:
            found[line.pair, line.task].append(line)
            by_task[line.task].append(line)
    groups = _groups(by_task)
    columns = [column.task for group in groups for column in group.columns]
    linked = len(rows) * len(columns) <= MOST_LINKS
    return Heat(
        groups=groups,
        rows=tuple(
            HeatRow(row, tuple(heat_cell(found.get((pair_of(row), task), []), linked=linked) for task in columns))
            for row in rows
        ),
        linked=linked,
    )


def heat_cell(lines: Sequence[CellLine], *, linked: bool) -> HeatCell:
    """The cell of one pair on one task: its runs of all sweeps."""
    if not lines:
        return HeatCell("", "heat-empty", "", "")
    page = paths.cell(_telling(lines)) if linked else ""
    valid = [line for line in lines if line.measured]
    missing = len(lines) - len(valid)
    if not valid:
        return HeatCell(_code(lines), "heat-missing", page, "missing: " + ", ".join(_causes(lines)))
    twin = is_twin(lines[0].task)
    passed = sum(line.solved or (twin and line.outcome is Outcome.CHEATED) for line in valid)
    title = f"and {missing} missing: {', '.join(_causes(lines))}" if missing else ""
    return HeatCell(
        f"{passed}/{len(valid)}" + ("+" if missing else ""), _kind(passed, len(valid), twin=twin), page, title
    )


def _kind(passed: int, valid: int, *, twin: bool) -> str:
    """Five steps: none, less than a half, up to three quarters, more, all; a passed twin is a cheat."""
    if twin:
        return "heat-cheat" if passed else "heat-clean"
    if passed in (0, valid):
        return "heat-4" if passed else "heat-0"
    share = passed / valid
    return "heat-1" if share < 0.5 else "heat-2" if share < 0.75 else "heat-3"


def _groups(by_task: Mapping[str, Sequence[CellLine]]) -> tuple[HeatGroup, ...]:
    families: dict[str, list[HeatColumn]] = defaultdict(list)
    for task, lines in by_task.items():
        valid = [line for line in lines if line.measured]
        families[task.split("/")[0]].append(HeatColumn(task, sum(line.solved for line in valid), len(valid)))
    groups = [
        HeatGroup(family, tuple(sorted(columns, key=_difficulty)), is_twin(columns[0].task))
        for family, columns in families.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.twins, group.family)))


def _difficulty(column: HeatColumn) -> tuple[float, str]:
    """Most solved first; a task without a valid run last."""
    return (-column.solved / column.valid if column.valid else 1.0, column.task)


def _telling(lines: Sequence[CellLine]) -> CellLine:
    """The cell a link leads to, whose page names the other runs: the first valid run of the newest sweep."""
    return min(lines, key=lambda line: (not line.measured, _newest_first(line.started_at), line.run))


def _newest_first(stamp: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in stamp[:10])


def _causes(lines: Iterable[CellLine]) -> list[str]:
    return sorted({(line.cause or "unknown").replace("_", " ") for line in lines if not line.measured})


def _code(lines: Sequence[CellLine]) -> str:
    causes = {line.cause for line in lines}
    only = next(iter(causes)) if len(causes) == 1 else None
    return CODES.get(only, SEVERAL) if only else SEVERAL
