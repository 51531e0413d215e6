"""What a ledger has gained since it was last read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from codingagentbench.store.reader import LedgerReader
from codingagentbench.store.schema import translated

_BATCH = 25_000


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a ledger was read: the last attempt's row number, and what the first, a middle and the last one are.

    A ledger that was made again from the folders has other times of entry, so that this differs.
    """

    last: int = 0
    known: str = ""


NOTHING_READ = Mark()


class LedgerTail(LedgerReader):
    """A reader of attempts by row number.

    Attempts are never changed or deleted; which one speaks for a cell changes only in the transaction that enters
    another attempt of it.
    """

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is of one moment, while writers go on."""
        with translated(self.path):
            self._db.execute("begin")
        try:
            yield
        finally:
            self._db.execute("rollback")

    def mark(self, until: int | None = None) -> Mark:
        """The mark of this ledger as it is, or as it was when `until` was its last row."""
        bound = (1 << 62) if until is None else until
        # Two questions, since SQLite answers only a single min or max from the end of the tree.
        first, last = self._rows(
            "select (select min(rowid) from attempt), (select max(rowid) from attempt where rowid <= ?)", (bound,)
        )[0]
        if last is None:
            return NOTHING_READ
        rows = self._rows(
            "select rowid, cell, attempt, finished_at from attempt where rowid in (?, ?, ?) order by rowid",
            (first, (first + last) // 2, last),
        )
        return Mark(last, hashlib.sha256(repr(rows).encode()).hexdigest()[:32])

    def after(self, row: int) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of (row number, cell's ordinal, the attempt that speaks for it, its place, summary as JSON)."""
        query = (
            "select a.rowid, c.ordinal, c.shown, c.place, a.summary "
            "from attempt a join cell c on c.digest = a.cell where a.rowid > ? order by a.rowid"
        )
        with translated(self.path):
            found = self._db.execute(query, (row,))
            while batch := found.fetchmany(_BATCH):
                yield batch

    def unplanned_ordinals(self) -> list[int]:
        """Ordinals of the cells that are no longer in the sweep's definition."""
        return [
            ordinal for (ordinal,) in self._rows("select ordinal from cell where planned = 0 order by ordinal")
        ]
