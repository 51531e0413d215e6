"""Reading a ledger again and again while its sweep runs: only what is leased and what has ended since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codingagentbench.core.spec import CellSpec
from codingagentbench.store.reader import LedgerReader, Spending

_CELL = "select digest, spec, place, state, planned, attempt, owner, lease_until, outcome, cause, shown from cell "
_END = (
    "select a.rowid, c.digest, c.cell_id, c.place, a.attempt, a.outcome, a.cause, a.wall_s, a.tokens, a.usd, "
    "a.finished_at from attempt a join cell c on c.digest = a.cell "
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one cell stands. `lease_until` is in seconds since the epoch; `shown` is the attempt that speaks."""

    digest: str
    spec: CellSpec
    place: str
    state: str
    planned: bool
    attempt: int
    owner: str
    lease_until: float
    outcome: str
    cause: str
    shown: int | None


@dataclass(frozen=True, slots=True)
class End:
    """One attempt that has ended, `order` being its place among all of the sweep. Times in seconds."""

    order: int
    digest: str
    cell_id: str
    place: str
    attempt: int
    outcome: str
    cause: str | None
    wall_s: float
    tokens: int | None
    usd: float | None
    finished_at: float


class LedgerFollower(LedgerReader):
    """A reader whose questions cost by what is new and what runs, not by how many cells there are."""

    def leased(self, most: int = 1000) -> list[Standing]:
        """Cells with a lease, in planned order."""
        query = _CELL + "indexed by cell_leased where state = 'leased' order by ordinal limit ?"
        return [_standing(row) for row in self._rows(query, (most,))]

    def standing(self, digest: str) -> Standing | None:
        """One cell by its digest."""
        rows = self._rows(_CELL + "where digest = ?", (digest,))
        return _standing(rows[0]) if rows else None

    def named(self, cell_id: str) -> list[Standing]:
        """Cells of an id: plugin stacks and behaviour modes share one. The planned ones first."""
        rows = self._rows(_CELL + "where cell_id = ? order by planned desc, ordinal", (cell_id,))
        return [_standing(row) for row in rows]

    def names(self, most: int = 5000) -> list[str]:
        """Ids of planned cells, in order."""
        query = "select distinct cell_id from cell where planned = 1 order by ordinal limit ?"
        return [str(name) for (name,) in self._rows(query, (most,))]

    def latest_ends(self, most: int) -> list[End]:
        """The attempts that ended last, the latest first."""
        rows = self._rows(_END + "order by a.rowid desc limit ?", (most,))
        return [End(*row) for row in rows]

    def spent_after(self, order: int) -> tuple[int, Spending]:
        """What attempts that ended after the `order`-th used, and the order of the last of them."""
        query = (
            "select max(rowid), count(*), sum(tokens is null), sum(tokens), sum(usd), sum(wall_s) from attempt "
            "where rowid > ?"
        )
        last, attempts, unmetered, tokens, usd, wall_s = self._rows(query, (order,))[0]
        return last or order, Spending(attempts, unmetered or 0, tokens or 0, usd, wall_s or 0.0)


def add_spending(one: Spending, other: Spending) -> Spending:
    """The sums over both. USD stays unknown only where both leave it so."""
    usd = None if one.usd is None and other.usd is None else (one.usd or 0.0) + (other.usd or 0.0)
    return Spending(
        one.attempts + other.attempts,
        one.unmetered + other.unmetered,
        one.tokens + other.tokens,
        usd,
        one.wall_s + other.wall_s,
    )


NOTHING_SPENT = Spending(0, 0, 0, None, 0.0)


def _standing(row: tuple[Any, ...]) -> Standing:
    digest, spec, place, state, planned, attempt, owner, lease_until, outcome, cause, shown = row
    return Standing(
        digest=digest,
        spec=CellSpec.model_validate_json(spec),
        place=place,
        state=state,
        planned=bool(planned),
        attempt=attempt,
        owner=owner or "",
        lease_until=lease_until or 0.0,
        outcome=outcome or "",
        cause=cause or "",
        shown=shown,
    )
