"""Reading a ledger: counts, cells, attempts. Opens no attempt folder and changes nothing."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from codingagentbench.core.spec import CellSpec
from codingagentbench.store.schema import open_for_reading, translated
from codingagentbench.store.summary import CellSummary

_PLACED = """
select c.place, (select count(*) from attempt b where b.cell = c.digest), a.summary
from cell c join attempt a on a.cell = c.digest
"""

CellState = Literal["todo", "leased", "done", "missing"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How a sweep stands. `outcomes` counts finished cells; `left` cells are no longer in the definition."""

    todo: int = 0
    leased: int = 0
    done: int = 0
    missing: int = 0
    left: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Cells of the definition."""
        return self.todo + self.leased + self.done + self.missing

    @property
    def finished(self) -> int:
        """Cells that will not be run again by themselves."""
        return self.done + self.missing


@dataclass(frozen=True, slots=True)
class PairTally:
    """Cells of one (agent, model) pair in one state."""

    tui: str
    model: str
    state: CellState
    outcome: str | None
    cause: str | None
    cells: int


@dataclass(frozen=True, slots=True)
class Spending:
    """Sums over all attempts, invalid ones included; `unmetered` attempts left their tokens unknown."""

    attempts: int
    unmetered: int
    tokens: int
    usd: float | None
    wall_s: float


@dataclass(frozen=True, slots=True)
class CellRow:
    """One planned cell."""

    digest: str
    spec: CellSpec
    state: CellState
    planned: bool
    attempt: int
    owner: str | None
    outcome: str | None
    cause: str | None


class LedgerReader:
    """A ledger open for reading. A context manager.

    Raises:
        StoreError: it is absent, unreadable or of a newer schema (every method: unreadable).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = self._connect()

    def _connect(self) -> sqlite3.Connection:
        return open_for_reading(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _rows(self, query: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self.path):
            return self._db.execute(query, tuple(values)).fetchall()

    def version(self) -> int:
        """A number that changes when another connection has changed the ledger."""
        return int(self._rows("pragma data_version")[0][0])

    def meta(self, key: str) -> str:
        """A stored text, empty when absent."""
        rows = self._rows("select value from meta where key = ?", (key,))
        return str(rows[0][0]) if rows else ""

    def tallies(self) -> list[PairTally]:
        """Planned cells by pair, state, outcome and cause: one index scan."""
        return [
            PairTally(*row)
            for row in self._rows(
                "select tui, model, state, outcome, cause, count(*) from cell where planned = 1 "
                "group by tui, model, state, outcome, cause order by 1, 2, 3, 4, 5"
            )
        ]

    def counts(self) -> Counts:
        """Totals over the planned cells."""
        states: Counter[str] = Counter()
        outcomes: Counter[str] = Counter()
        causes: Counter[str] = Counter()
        for tally in self.tallies():
            states[tally.state] += tally.cells
            if tally.state in ("done", "missing"):
                outcomes[tally.outcome or ""] += tally.cells
                if tally.cause:
                    causes[tally.cause] += tally.cells
        left = int(self._rows("select count(*) from cell where planned = 0")[0][0])
        return Counts(**states, left=left, outcomes=dict(outcomes), causes=dict(causes))

    def has_open_cells(self) -> bool:
        """Whether some planned cell may still be run, now or later."""
        found = self._rows(
            "select exists (select 1 from cell indexed by cell_todo where state = 'todo' and planned = 1) "
            "or exists (select 1 from cell where state = 'leased')"
        )
        return bool(found[0][0])

    def digests(self) -> dict[str, CellState]:
        """Every known cell's digest and state."""
        return dict(self._rows("select digest, state from cell"))

    def spending(self) -> Spending:
        """What all attempts used."""
        row = self._rows("select count(*), sum(tokens is null), sum(tokens), sum(usd), sum(wall_s) from attempt")[
            0
        ]
        attempts, unmetered, tokens, usd, wall_s = row
        return Spending(attempts, unmetered or 0, tokens or 0, usd, wall_s or 0.0)

    def cells(self, *, state: CellState | None = None) -> list[CellRow]:
        """Cells in planned order, of one state when asked."""
        rows = self._rows(
            "select digest, spec, state, planned, attempt, owner, outcome, cause from cell "
            "where ? is null or state = ? order by ordinal",
            (state, state),
        )
        return [
            CellRow(digest, CellSpec.model_validate_json(spec), state_, bool(planned), *rest)
            for digest, spec, state_, planned, *rest in rows
        ]

    def summaries(
        self, *, tui: str = "*", model: str = "*", task: str = "*", planned_only: bool = False
    ) -> list[CellSummary]:
        """The attempt that speaks for each cell (latest valid, else latest), in planned order; globs select."""
        found = self.shown(tui=tui, model=model, task=task, planned_only=planned_only)
        return [summary for _, _, summary in found]

    def shown(
        self, *, tui: str = "*", model: str = "*", task: str = "*", planned_only: bool = False
    ) -> list[tuple[str, int, CellSummary]]:
        """The same, each with its cell's place and how many attempts there are of the cell."""
        return self._placed(
            "where a.attempt = c.shown and c.tui glob ? and c.model glob ? and c.task glob ? and c.planned >= ? "
            "order by c.ordinal",
            (tui, model, task, int(planned_only)),
        )

    def unshown(self) -> list[tuple[str, int, CellSummary]]:
        """Every attempt that does not speak for its cell, with the cell's place and number of attempts."""
        several = "select cell from attempt group by cell having count(*) > 1"  # found without reading a summary
        return self._placed(
            f"where c.digest in ({several}) and a.attempt != c.shown order by c.place, a.attempt", ()
        )

    def _placed(self, condition: str, values: Iterable[object]) -> list[tuple[str, int, CellSummary]]:
        rows = self._rows(_PLACED + condition, values)
        return [(place, count, CellSummary.model_validate_json(summary)) for place, count, summary in rows]

    def remeasured(self) -> int:
        """Planned cells that hold more than one valid attempt: only the latest of them speaks."""
        rows = self._rows(
            "select count(*) from (select 1 from attempt a join cell c on c.digest = a.cell "
            "where c.planned = 1 and a.outcome != 'invalid' group by a.cell having count(*) > 1)"
        )
        return int(rows[0][0])

    def attempts(self, cell_id: str = "") -> list[CellSummary]:
        """Every attempt, of one cell id when given, in the order in which they ended."""
        rows = self._rows(
            "select a.summary from attempt a join cell c on c.digest = a.cell where ? in ('', c.cell_id) "
            "order by a.finished_at, a.attempt",
            (cell_id,),
        )
        return [CellSummary.model_validate_json(summary) for (summary,) in rows]
