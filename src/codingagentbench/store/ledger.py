"""The sweep's ledger: the plan, the leases and every attempt, in one SQLite file that many processes share.

A cell goes todo -> leased -> done, or back to todo after an invalid attempt, and to missing when its retries are
used up. A lease carries an attempt number and an owner; both fence `finish`, so that a cell run twice by a lost
worker is recorded once.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import StoreError
from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec
from codingagentbench.store.layout import attempt_dir, cell_place
from codingagentbench.store.reader import LedgerReader
from codingagentbench.store.records import find_record
from codingagentbench.store.schema import open_for_writing, translated
from codingagentbench.store.staging import Alive
from codingagentbench.store.summary import CellSummary, summarise, summarise_lost

_MAX_DELAY_S = 300.0

_TAKEN = """
select (select max(attempt) from cell where place = :place),
    (select coalesce(max(a.attempt), 0) from cell c join attempt a on a.cell = c.digest where c.place = :place)
"""
"""The highest attempt number leased or recorded at a place."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """After an invalid attempt: `retries` more, the n-th after `delay_s` * 4^(n-1) seconds, at most 300."""

    retries: int = 2
    delay_s: float = 2.0

    def delay(self, tries: int) -> float:
        """Seconds until the next try, after `tries` of them."""
        return float(min(_MAX_DELAY_S, self.delay_s * 4 ** min(tries - 1, 8)))


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease on one cell. `attempt` and `owner` fence it."""

    digest: str
    spec: CellSpec
    attempt: int
    owner: str
    lease_until: float


@dataclass(frozen=True, slots=True)
class _Lease:
    """The stored side of a claim."""

    spec: str
    state: str
    attempt: int
    owner: str | None
    lease_until: float
    tries: int


class Ledger(LedgerReader):
    """A ledger open for writing; made when absent. One instance per thread; never carried over a fork.

    Args:
        path: `results/<sweep_id>/ledger.sqlite`.
        alive: whether an owner's process still runs (`provenance.owner_alive`).
        retry: what an invalid attempt leads to.
        clock: seconds since the epoch.

    Raises:
        StoreError: the file cannot be made, read or written, or is of a newer schema (every method: unusable).
    """

    def __init__(
        self,
        path: Path,
        *,
        alive: Alive,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._alive = alive
        self._retry = retry or RetryPolicy()
        self._clock = clock
        self._results = path.parent.parent
        super().__init__(path)

    def _connect(self) -> sqlite3.Connection:
        return open_for_writing(self.path)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path):
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:  # whatever it is, half a change must not stay
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    # -- the plan

    def plan(self, specs: Sequence[CellSpec], *, key: str = "") -> int:
        """Make these cells the sweep's definition: add the new ones; those not named are kept but run no more.

        Args:
            specs: cells in the order in which they are to run.
            key: stored as the meta text `plan`, to tell an unchanged plan without expanding it.

        Returns:
            How many cells were new.

        Raises:
            StoreError: a cell's names are not fit to be folders.
        """
        rows = [_planned_row(spec, spec.digest) for spec in specs]
        with self._writing() as db:
            before, start = db.execute("select count(*), coalesce(max(ordinal), 0) from cell").fetchone()
            db.execute("update cell set planned = 0")
            db.executemany(
                "insert into cell (ordinal, digest, cell_id, place, tui, model, task, spec, planned) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, 1) on conflict (digest) do update set planned = 1",
                ((start + 1 + index, *row) for index, row in enumerate(rows)),
            )
            db.execute("insert or replace into meta values ('plan', ?)", (key,))
            after = db.execute("select count(*) from cell").fetchone()[0]
        return int(after - before)

    def retry_missing(self) -> int:
        """Give missing cells a new set of tries; how many there were."""
        with self._writing() as db:
            return db.execute(
                "update cell set state = 'todo', tries = 0, not_before = 0 where state = 'missing' and planned = 1"
            ).rowcount

    # -- leases

    def claim(self, owner: str, lease_s: float) -> Claim | None:
        """Lease the next cell to an owner; None when none can be run now (see `has_open_cells`)."""
        claim = self._claim_next(owner, lease_s)
        if claim is None and self._reclaim(expired_only=True):
            claim = self._claim_next(owner, lease_s)
        return claim

    def _claim_next(self, owner: str, lease_s: float) -> Claim | None:
        now = self._clock()
        with self._writing() as db:
            row = db.execute(
                # Named, since the planner takes an index that has to be sorted: 1 ms a claim at 10,000 cells.
                "select digest, place, spec from cell indexed by cell_todo "
                "where state = 'todo' and planned = 1 and not_before <= ? order by ordinal limit 1",
                (now,),
            ).fetchone()
            if row is None:
                return None
            digest, place, spec = row
            attempt = 1 + max(db.execute(_TAKEN, {"place": place}).fetchone())
            db.execute(
                "update cell set state = 'leased', owner = ?, lease_until = ?, attempt = ? where digest = ?",
                (owner, now + lease_s, attempt, digest),
            )
        return Claim(digest, CellSpec.model_validate_json(spec), attempt, owner, now + lease_s)

    def renew(self, claim: Claim, lease_s: float) -> bool:
        """Prolong a lease; False when it is no longer held."""
        with self._writing() as db:
            return bool(
                db.execute(
                    "update cell set lease_until = ? where digest = ? and state = 'leased' and attempt = ? "
                    "and owner = ?",
                    (self._clock() + lease_s, claim.digest, claim.attempt, claim.owner),
                ).rowcount
            )

    def renew_living(self, lease_s: float) -> int:
        """Prolong the leases of every owner seen alive from this host; how many."""
        owners = [owner for (owner,) in self._rows("select distinct owner from cell where state = 'leased'")]
        living = [owner for owner in owners if self._alive(owner)]
        until = self._clock() + lease_s
        with self._writing() as db:
            return sum(
                db.execute(
                    "update cell set lease_until = ? where state = 'leased' and owner = ?", (until, owner)
                ).rowcount
                for owner in living
            )

    def release(self, claim: Claim) -> None:
        """Give an interrupted cell back, as if never claimed; a folder published by then is adopted."""
        with self._writing():
            lease = self._lease(claim.digest)
            if self._holds(lease, claim.attempt, claim.owner):
                self._give_back(claim.digest, lease, forget=True)

    def reclaim_dead(self) -> int:
        """Give back the leases of dead local owners at once, of unseen owners when expired; how many.

        An attempt that was published before its owner died is adopted, so that nothing is lost or run twice.
        """
        return self._reclaim(expired_only=False)

    def _reclaim(self, *, expired_only: bool) -> int:
        now = self._clock()
        rows = self._rows(
            "select digest, owner, attempt, lease_until from cell where state = 'leased' and lease_until < ?",
            (now if expired_only else 1e18,),
        )
        given_back = 0
        for digest, owner, attempt, lease_until in rows:
            alive = self._alive(owner)
            if alive or (alive is None and lease_until >= now):
                continue
            with self._writing():
                lease = self._lease(digest)
                if self._holds(lease, attempt, owner) and lease.lease_until == lease_until:
                    # Only a dead owner is sure never to publish under this attempt number any more.
                    self._give_back(digest, lease, forget=alive is False)
                    given_back += 1
        return given_back

    # -- ends

    def finish(self, claim: Claim, result: CellRecord | CellSummary) -> bool:
        """Record how a claimed attempt ended, once.

        Returns:
            Whether the attempt is in the ledger now. False when fenced off: the lease was lost and the cell has
            been claimed by another since.
        """
        summary = summarise(result) if isinstance(result, CellRecord) else result
        with self._writing():
            if self._recorded(claim.digest, claim.attempt):
                return True
            lease = self._lease(claim.digest)
            if not self._holds(lease, claim.attempt, claim.owner, given_back=True):
                return False
            self._settle(claim.digest, lease, summary)
            return True

    def lost(self, owner: str, detail: str) -> int:
        """Record that a worker died with its cells: adopted when published, else an `interrupted` attempt.

        Args:
            owner: the dead worker.
            detail: what happened, for the attempt's `cause_detail`.

        Returns:
            How many cells it held.
        """
        rows = self._rows("select digest from cell where state = 'leased' and owner = ?", (owner,))
        for (digest,) in rows:
            with self._writing():
                lease = self._lease(digest)
                if lease.state == "leased" and lease.owner == owner:
                    spec = CellSpec.model_validate_json(lease.spec)
                    summary = self._published(spec, digest, lease.attempt)
                    self._settle(digest, lease, summary or summarise_lost(spec, digest, lease.attempt, detail))
        return len(rows)

    def adopt(self, spec: CellSpec, summary: CellSummary) -> bool:
        """Enter an attempt that was run without this ledger; False when it is known already.

        A lease that another process holds on the cell goes on: its attempt is recorded as well.
        """
        digest = summary.spec_digest
        with self._writing() as db:
            if self._recorded(digest, summary.attempt):
                return False
            start = db.execute("select coalesce(max(ordinal), 0) from cell").fetchone()[0]
            db.execute(
                "insert or ignore into cell (ordinal, digest, cell_id, place, tui, model, task, spec, planned) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, 1)",
                (start + 1, *_planned_row(spec, digest)),
            )
            lease = self._lease(digest)
            self._settle(digest, lease, summary, ends_lease=lease.state != "leased")
        return True

    # -- inside a transaction

    def _lease(self, digest: str) -> _Lease:
        row = self._db.execute(
            "select spec, state, attempt, owner, lease_until, tries from cell where digest = ?", (digest,)
        ).fetchone()
        if row is None:
            raise StoreError("this ledger does not know the cell", where=f"{self.path}: {digest}")
        return _Lease(*row)

    @staticmethod
    def _holds(lease: _Lease, attempt: int, owner: str, *, given_back: bool = False) -> bool:
        """Whether the lease is this owner's; `given_back`: also one given back and claimed by nobody since."""
        states = ("leased", "todo") if given_back else ("leased",)
        return lease.state in states and lease.attempt == attempt and lease.owner == owner

    def _recorded(self, digest: str, attempt: int) -> bool:
        query = "select 1 from attempt where cell = ? and attempt = ?"
        return self._db.execute(query, (digest, attempt)).fetchone() is not None

    def _published(self, spec: CellSpec, digest: str, attempt: int) -> CellSummary | None:
        record = find_record(attempt_dir(self._results, spec, attempt))
        if record is None or record.spec_digest != digest or record.attempt != attempt:
            return None
        return summarise(record)

    def _give_back(self, digest: str, lease: _Lease, *, forget: bool) -> None:
        """To todo, or adopted. `forget` makes the attempt number free again."""
        spec = CellSpec.model_validate_json(lease.spec)
        summary = self._published(spec, digest, lease.attempt)
        if summary is not None:
            self._settle(digest, lease, summary)
        elif forget and not attempt_dir(self._results, spec, lease.attempt).exists():
            self._db.execute(
                "update cell set state = 'todo', owner = null, lease_until = null, attempt = ? where digest = ?",
                (lease.attempt - 1, digest),
            )
        else:
            # Owner and number stay, so that a late finish counts as long as nobody has claimed the cell.
            self._db.execute("update cell set state = 'todo' where digest = ?", (digest,))

    def _settle(self, digest: str, lease: _Lease, summary: CellSummary, *, ends_lease: bool = True) -> None:
        """Enter an attempt and move its cell on. A valid attempt is never displaced by an invalid one."""
        now = self._clock()
        self._db.execute(
            "insert into attempt values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                digest, summary.attempt, summary.outcome, summary.cause, summary.duration_s, summary.total_tokens,
                summary.usd, summary.model_dump_json(), now,
            ),
        )  # fmt: skip
        if lease.state == "done" and not summary.measured:
            return
        if not ends_lease:
            self._db.execute(
                "update cell set outcome = ?, cause = ?, shown = ? where digest = ?",
                (summary.outcome, summary.cause, summary.attempt, digest),
            )
            return
        tries = lease.tries + 1
        unmeasured = "missing" if tries > self._retry.retries else "todo"
        state = "done" if summary.measured else unmeasured
        self._db.execute(
            "update cell set state = ?, owner = null, lease_until = null, tries = ?, not_before = ?, outcome = ?, "
            "cause = ?, shown = ? where digest = ?",
            (
                state, tries, now + self._retry.delay(tries), summary.outcome, summary.cause, summary.attempt,
                digest,
            ),
        )  # fmt: skip


def _planned_row(spec: CellSpec, digest: str) -> tuple[str, ...]:
    text = spec.model_dump_json()
    return (digest, spec.cell_id, cell_place(spec), spec.tui, spec.model, spec.task, text)
