"""One more cell: what is made anew, and that nothing else is."""

import pytest

from codingagentbench.site.account.findings import find
from codingagentbench.site.entities.counting import counts
from codingagentbench.site.entities.group import Group
from codingagentbench.site.entities.tallies import tallies_of
from codingagentbench.site.site import SiteOptions, open_site
from codingagentbench.site.views import views
from codingagentbench.site.views.sweeps import PER_PAGE
from codingagentbench.stats import DEFAULT_METHODOLOGY, tally
from support.lines import made_line, made_site
from support.made_up import add_cell, make_results

OPTIONS = SiteOptions(evidence=False, social=False)


@pytest.fixture
def results(tmp_path):
    return make_results(tmp_path / "results", PER_PAGE * 2 + 10, tasks=10)


def plan(results):
    site = open_site(results, OPTIONS)
    return {planned.path: planned.stamp for view in views() for planned in view.planned(site)}


def test_one_more_cell_leaves_the_lists_of_all_others_alone(results):
    before = plan(results)
    add_cell(results)
    after = plan(results)
    changed = {path for path, stamp in after.items() if before.get(path) != stamp}
    lists = sorted(path for path in after if "/cells-" in path)
    assert len(lists) == 3
    assert changed & set(lists) == {lists[-1]}
    assert "index.html" in changed


def test_a_list_learns_that_another_follows(results):
    before = plan(results)
    for seed in range(PER_PAGE - 9):
        add_cell(results, seed=seed)
    after = plan(results)
    third = sorted(path for path in before if "/cells-" in path)[-1]
    assert before[third] != after[third] and third.replace("-3", "-4") in after


def test_tallies_of_a_pair_are_those_of_its_cells_that_count(results):
    site = open_site(results, OPTIONS)
    assert site.index is not None
    for pair, lines in site.catalogue.by_pair.items():
        assert list(tallies_of(site, pair)) == tally(filter(counts, lines), DEFAULT_METHODOLOGY)


def test_kinds_of_violations_that_are_as_frequent_stand_in_an_order_of_their_own():
    """Not in that of a set, which is another one in every process: the same results give the same bytes."""
    kinds = ("tampering", "leak", "fabricated", "egress", "mining", "hooks", "special-case")
    lines = [made_line(violations=(*kinds, kinds[0])), made_line(run=2, violations=kinds)]
    assert list(Group(lines).violations.items()) == [(kind, 2) for kind in kinds]
    assert list(find(made_site(*lines)).kinds) == list(kinds)
