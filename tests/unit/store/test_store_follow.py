"""Questions about a running sweep."""

import pytest

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.store import Ledger, RetryPolicy, Spending, ledger_path
from codingagentbench.store.follow import NOTHING_SPENT, LedgerFollower, add_spending
from support.sweep_cells import make_record, make_spec


@pytest.fixture
def ledger(tmp_path):
    with Ledger(ledger_path(tmp_path, "s"), alive=lambda _: True, retry=RetryPolicy(retries=0)) as ledger:
        ledger.plan([make_spec(run=run) for run in (1, 2, 3)])
        yield ledger


@pytest.fixture
def follower(ledger):
    with LedgerFollower(ledger.path) as follower:
        yield follower


def test_leases_and_ends_as_they_come(ledger, follower):
    assert follower.leased() == []
    claim = ledger.claim("worker-1-1", 60)
    [standing] = follower.leased()
    assert (standing.digest, standing.owner, standing.attempt) == (claim.digest, "worker-1-1", 1)
    assert standing.place.endswith("/run1")
    assert follower.spent_after(0) == (0, NOTHING_SPENT)

    ledger.finish(claim, make_record(claim.spec))
    order, spent = follower.spent_after(0)
    assert (spent.attempts, spent.tokens, spent.unmetered) == (1, 1000, 0)
    assert follower.spent_after(order) == (order, NOTHING_SPENT)
    [end] = follower.latest_ends(5)
    assert (end.cell_id, end.outcome, end.tokens, end.order) == (claim.spec.cell_id, "solved", 1000, order)
    assert follower.leased() == []
    assert follower.standing(claim.digest).shown == 1


def test_an_attempt_without_tokens_is_counted_as_unmetered(ledger, follower):
    claim = ledger.claim("worker-1-1", 60)
    invalid = make_record(claim.spec, outcome=Outcome.INVALID, cause=InvalidCause.RATE_LIMITED, tokens=None)
    ledger.finish(claim, invalid)
    _, spent = follower.spent_after(0)
    assert (spent.attempts, spent.unmetered, spent.tokens) == (1, 1, 0)
    assert follower.latest_ends(1)[0].cause == "rate_limited"


def test_names(ledger, follower):
    cell = make_spec(run=2).cell_id
    assert [found.spec.run for found in follower.named(cell)] == [2]
    assert follower.named("s/none") == []
    assert follower.names() == [make_spec(run=run).cell_id for run in (1, 2, 3)]
    assert follower.standing("sha256:00") is None


def test_sums_keep_an_unknown_price_unknown():
    spent = Spending(2, 1, 10, None, 3.0)
    assert add_spending(NOTHING_SPENT, spent) == spent
    assert add_spending(spent, Spending(1, 0, 5, 0.5, 1.0)) == Spending(3, 1, 15, 0.5, 4.0)
