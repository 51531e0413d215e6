"""Claims, ends, expiries, deaths and reclaims in any order: no cell is done twice, no fenced end is taken."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from codingagentbench.core.outcome import Outcome
from codingagentbench.store import Claim, Ledger, RetryPolicy, ledger_path, staging_root, summarise
from codingagentbench.store.staging import remove_tree
from support.sweep_cells import make_record, make_spec, publish

LEASE_S = 10.0
CELLS = 3
outcomes = st.sampled_from([Outcome.SOLVED, Outcome.WRONG, Outcome.INVALID])


class LedgerMachine(RuleBasedStateMachine):
    """Each claim has an owner of its own. Local owners can die; foreign ones only fall silent."""

    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.results = Path(tempfile.mkdtemp(prefix="cab-ledger-"))
        self.now = 0.0
        self.dead: set[str] = set()
        self.owners = 0
        self.latest: dict[str, Claim] = {}
        self.valid: dict[str, int] = {}
        self.ledger = Ledger(
            ledger_path(self.results, "s"),
            alive=lambda owner: None if owner.startswith("foreign") else owner not in self.dead,
            retry=RetryPolicy(retries=2, delay_s=1.0),
            clock=lambda: self.now,
        )
        self.ledger.plan([make_spec(task=f"f/t{index}") for index in range(CELLS)])

    def teardown(self) -> None:
        self.ledger.close()
        remove_tree(self.results)

    @rule(target=claims, host=st.sampled_from(["local", "foreign"]))
    def claim(self, host: str) -> Claim | None:
        self.owners += 1
        claim = self.ledger.claim(f"{host}{self.owners}", LEASE_S)
        if claim is None:
            return None
        assert claim.digest not in self.valid, "a cell that is done is never claimed"
        before = self.latest.get(claim.digest)
        if before is not None and before.owner.startswith("local"):
            held = self.ledger.renew(before, LEASE_S)
            assert not held, "two owners never hold one cell"
        self.latest[claim.digest] = claim
        return claim

    def _note(self, claim: Claim, outcome: Outcome, recorded: bool) -> None:
        if recorded and outcome.measured:
            assert self.valid.setdefault(claim.digest, claim.attempt) == claim.attempt, "done twice"

    @rule(claim=consumes(claims), outcome=outcomes)
    def finish(self, claim: Claim | None, outcome: Outcome) -> None:
        if claim is None or claim.owner in self.dead:
            return
        recorded = self.ledger.finish(claim, make_record(claim.spec, claim.attempt, outcome))
        if self.latest[claim.digest] != claim:
            assert not recorded, "fenced off: another has claimed the cell since"
        self._note(claim, outcome, recorded)

    @rule(claim=consumes(claims), published=st.booleans(), outcome=outcomes)
    def die(self, claim: Claim | None, published: bool, outcome: Outcome) -> None:
        if claim is None or not claim.owner.startswith("local"):
            return
        if published:
            publish(staging_root(self.results, "s"), claim.spec, claim.attempt, outcome)
        self.dead.add(claim.owner)
        if published and outcome.measured and self.latest[claim.digest] == claim:
            self.ledger.reclaim_dead()
            self._note(claim, outcome, True)

    @rule(claim=consumes(claims))
    def release(self, claim: Claim | None) -> None:
        if claim is not None and claim.owner not in self.dead:
            self.ledger.release(claim)

    @rule(claim=consumes(claims))
    def worker_lost(self, claim: Claim | None) -> None:
        if claim is not None and claim.owner.startswith("local"):
            self.dead.add(claim.owner)
            self.ledger.lost(claim.owner, "gone")

    @rule(seconds=st.sampled_from([0.5, 5.0, 11.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def reclaim(self) -> None:
        self.ledger.reclaim_dead()

    @rule()
    def plan_again(self) -> None:
        assert self.ledger.plan([make_spec(task=f"f/t{index}") for index in range(CELLS)]) == 0

    @invariant()
    def nothing_is_lost_and_nothing_counts_twice(self) -> None:
        counts = self.ledger.counts()
        assert counts.total == CELLS
        assert counts.done == len(self.valid)
        attempts = self.ledger.attempts()
        assert len({(attempt.spec_digest, attempt.attempt) for attempt in attempts}) == len(attempts)
        assert {a.spec_digest: a.attempt for a in attempts if a.measured} == self.valid
        assert sum(a.measured for a in attempts) == len(self.valid)
        shown = {summary.spec_digest: summary.attempt for summary in self.ledger.summaries() if summary.measured}
        assert shown == self.valid


LedgerMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestLedgerMachine = LedgerMachine.TestCase


def test_summaries_name_the_folder_that_publishing_made(tmp_path: Path) -> None:
    record = publish(staging_root(tmp_path, "s"), make_spec(behavior_mode="plan"), 4)
    assert (tmp_path / summarise(record).directory / "record.json").is_file()
