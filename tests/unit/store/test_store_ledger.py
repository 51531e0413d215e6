"""The ledger case by case; `test_store_ledger_machine.py` has it in any order."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from codingagentbench.core.errors import StoreError, UsageError
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.spec import Limits
from codingagentbench.provenance import owner_alive
from codingagentbench.store import (
    CellFilter,
    Ledger,
    LedgerReader,
    RetryPolicy,
    ledger_path,
    load_attempts,
    load_summaries,
    needs_rebuild,
    rebuild,
    staging_root,
    summarise,
)
from support.sweep_cells import make_record, make_spec, publish


class World:
    """A clock and processes that a test moves."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self.now = 1000.0
        self.dead: set[str] = set()
        self.foreign: set[str] = set()

    def alive(self, owner: str) -> bool | None:
        return None if owner in self.foreign else owner not in self.dead

    def ledger(self, sweep_id: str = "s", retries: int = 1) -> Ledger:
        path = ledger_path(self.results, sweep_id)
        return Ledger(path, alive=self.alive, retry=RetryPolicy(retries, 2.0), clock=lambda: self.now)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_planning_again_adds_only_what_is_new_and_keeps_what_left(world: World) -> None:
    specs = [make_spec(task=f"f/t{index}") for index in range(4)]
    with world.ledger() as ledger:
        assert ledger.plan(specs[:3], key="a") == 3
        assert ledger.plan(specs[:3], key="a") == 0
        assert ledger.plan(specs[1:], key="b") == 1
        counts = ledger.counts()
        assert (counts.todo, counts.left, ledger.meta("plan")) == (3, 1, "b")
        claimed = [ledger.claim("w", 60) for _ in range(3)]
        assert [claim.spec.task for claim in claimed if claim] == ["f/t1", "f/t2", "f/t3"]
        assert ledger.claim("w", 60) is None


def test_a_valid_end_is_done_and_an_invalid_one_waits_then_is_missing(world: World) -> None:
    with world.ledger(retries=1) as ledger:
        ledger.plan([make_spec()])
        for attempt in (1, 2):
            claim = ledger.claim("w", 60)
            assert claim is not None
            assert claim.attempt == attempt
            assert ledger.finish(claim, make_record(claim.spec, attempt, Outcome.INVALID))
            assert ledger.claim("w", 60) is None, "it backs off first"
            world.now += 3
        assert ledger.counts().missing == 1
        assert not ledger.has_open_cells()
        assert ledger.retry_missing() == 1
        claim = ledger.claim("w", 60)
        assert claim is not None
        assert ledger.finish(claim, make_record(claim.spec, 3, Outcome.WRONG))
        (summary,) = ledger.summaries()
        assert (summary.outcome, len(ledger.attempts())) == (Outcome.WRONG, 3)


def test_a_lost_worker_is_fenced_off_once_another_has_the_cell(world: World) -> None:
    world.foreign = {"lost"}
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        lost = ledger.claim("lost", 60)
        assert lost is not None
        world.now += 61
        other = ledger.claim("other", 60)
        assert other is not None
        assert other.attempt == 2
        assert not ledger.renew(lost, 60)
        assert not ledger.finish(lost, make_record(lost.spec, 1))
        assert ledger.finish(other, make_record(other.spec, 2))
        assert ledger.finish(other, make_record(other.spec, 2)), "telling it twice changes nothing"
        assert [attempt.attempt for attempt in ledger.attempts()] == [2]


def test_a_late_end_counts_while_nobody_else_has_claimed(world: World) -> None:
    world.foreign = {"slow"}
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        slow = ledger.claim("slow", 60)
        assert slow is not None
        world.now += 61
        assert ledger.reclaim_dead() == 1
        assert ledger.finish(slow, make_record(slow.spec, 1))
        assert ledger.counts().done == 1


def test_living_owners_keep_their_leases_even_when_these_ran_out(world: World) -> None:
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        claim = ledger.claim("w", 60)
        world.now += 3600
        assert ledger.claim("other", 60) is None
        assert ledger.reclaim_dead() == 0
        assert ledger.renew_living(60) == 1
        assert claim is not None
        assert ledger.renew(claim, 60)
        world.dead = {"w"}
        assert ledger.renew_living(60) == 0
        assert ledger.reclaim_dead() == 1
        again = ledger.claim("other", 60)
        assert again is not None
        assert again.attempt == 1, "a dead owner never publishes: its number is free"


def test_an_attempt_published_before_its_owner_died_is_adopted(world: World) -> None:
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        claim = ledger.claim("w", 60)
        assert claim is not None
        publish(staging_root(world.results, "s"), claim.spec, 1)
        world.dead = {"w"}
        ledger.reclaim_dead()
        assert ledger.counts().done == 1
        assert not ledger.has_open_cells()


def test_a_damaged_folder_is_not_adopted_and_its_number_not_used_again(world: World) -> None:
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        claim = ledger.claim("w", 60)
        assert claim is not None
        publish(staging_root(world.results, "s"), claim.spec, 1)
        next(world.results.glob("**/record.json")).write_text("{")
        world.dead = {"w"}
        ledger.reclaim_dead()
        again = ledger.claim("other", 60)
        assert again is not None
        assert again.attempt == 2


def test_cells_of_one_place_number_their_attempts_together(world: World) -> None:
    with world.ledger() as ledger:
        ledger.plan([make_spec(), make_spec(limits=Limits(wall_s=5))])
        claims = [ledger.claim("w", 60), ledger.claim("w", 60)]
        assert [claim.attempt for claim in claims if claim] == [1, 2]
        for claim in claims:
            assert claim is not None
            publish(staging_root(world.results, "s"), claim.spec, claim.attempt)


def test_a_worker_that_died_leaves_an_attempt(world: World) -> None:
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        ledger.claim("w", 60)
        assert ledger.lost("w", "killed") == 1
        assert ledger.lost("w", "killed") == 0
        (attempt,) = ledger.attempts()
        assert (attempt.outcome, attempt.cause_detail, attempt.directory) == (Outcome.INVALID, "killed", "")


def test_adopting_an_attempt_leaves_a_running_one_its_lease(world: World) -> None:
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        claim = ledger.claim("w", 60)
        assert claim is not None
        other = summarise(make_record(make_spec(), 7, Outcome.INVALID))
        assert ledger.adopt(make_spec(), other)
        assert not ledger.adopt(make_spec(), other)
        assert [summary.attempt for summary in ledger.summaries()] == [7]
        assert ledger.finish(claim, make_record(claim.spec, claim.attempt))
        (summary,) = ledger.summaries()
        assert (summary.attempt, len(ledger.attempts())) == (1, 2)


def test_a_number_that_was_adopted_is_not_leased_again(world: World) -> None:
    with world.ledger() as ledger:
        ledger.plan([make_spec()])
        ledger.adopt(make_spec(), summarise(make_record(make_spec(), 7, Outcome.INVALID)))
        world.now += 60
        claim = ledger.claim("w", 60)
        assert claim is not None
        assert claim.attempt == 8


def test_rebuilding_gives_the_same_summaries(world: World) -> None:
    specs = [make_spec(task=f"f/t{index}", plugin_stack=("p",) * (index % 2)) for index in range(6)]
    with world.ledger(retries=3) as ledger:
        ledger.plan(specs)
        for index in range(10):
            world.now += 1000
            claim = ledger.claim("w", 60)
            if claim is None:
                break
            outcome = Outcome.INVALID if index % 3 == 0 else Outcome.SOLVED
            record = publish(
                staging_root(world.results, "s"),
                claim.spec,
                claim.attempt,
                outcome,
                ended_at=f"2026-01-01T00:00:{index:02}Z",
            )
            ledger.finish(claim, record)
        before = (ledger.summaries(), ledger.attempts())
    path = ledger_path(world.results, "s")
    assert not needs_rebuild(world.results, "s")
    path.unlink()
    assert needs_rebuild(world.results, "s")
    assert rebuild(world.results, "s", alive=owner_alive) == len(before[1])
    with world.ledger() as ledger:
        assert sorted(ledger.summaries(), key=repr) == sorted(before[0], key=repr)
        assert ledger.attempts() == before[1]
        assert ledger.plan(specs) == 0, "the plan finds every cell again"


def test_queries_go_over_all_sweeps(world: World) -> None:
    for sweep_id, model in (("s", "acme/large"), ("t", "acme/small")):
        with world.ledger(sweep_id) as ledger:
            ledger.plan([make_spec(sweep_id, model=model), make_spec(sweep_id, model=model, task="f/open")])
            claim = ledger.claim("w", 60)
            assert claim is not None
            ledger.finish(claim, make_record(claim.spec, 1))
    assert len(load_summaries(world.results)) == 2
    (found,) = load_summaries(world.results, CellFilter(model="*/small", outcomes=frozenset({Outcome.SOLVED})))
    assert found.sweep_id == "t"
    assert load_summaries(world.results, CellFilter(sweep="none*")) == []
    assert load_attempts(world.results, found.cell_id) == [found]
    for unknown in ("t/x", "../t", "", "'; drop table cell"):
        with pytest.raises(UsageError, match="no attempt"):
            load_attempts(world.results, unknown)
    with pytest.raises(StoreError, match="no results"):
        load_summaries(world.results / "absent")


def test_a_newer_or_damaged_ledger_is_refused_with_its_remedy(world: World) -> None:
    world.ledger().close()
    path = ledger_path(world.results, "s")
    connection = sqlite3.connect(path)
    connection.execute("pragma user_version = 99")
    connection.close()
    for opening in (world.ledger, lambda: LedgerReader(path)):
        with pytest.raises(StoreError, match="schema 99"):
            opening()
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="cannot be used"):
        world.ledger()
    with pytest.raises(StoreError, match="no ledger"):
        LedgerReader(world.results / "none" / "ledger.sqlite")
