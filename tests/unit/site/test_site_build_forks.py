"""A static build in several processes."""

import os

import pytest

from codingagentbench.site.build import build
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.site import SiteOptions, open_site
from codingagentbench.site.views.compare import Compare
from codingagentbench.store.index import CellIndex
from support.made_up import make_results


@pytest.fixture
def results(tmp_path):
    return make_results(tmp_path / "results", 120, tasks=10)


def test_forked_processes_leave_the_database_to_their_parent(results, tmp_path, monkeypatch):
    """DuckDB's threads do not survive a fork: a query there may wait for ever."""
    parent, asked = os.getpid(), CellIndex.leaderboard

    def leaderboard(self, *args, **named):
        assert os.getpid() == parent, "a forked process asked the database"
        return asked(self, *args, **named)

    made = Compare.output

    def output(self, site, path, query):
        board(site, "tui", Facets(family="polyglot"), ranks=False)  # which no other page has asked for before
        return made(self, site, path, query)

    monkeypatch.setattr(CellIndex, "leaderboard", leaderboard)
    monkeypatch.setattr(Compare, "output", output)
    site = open_site(results, SiteOptions(evidence=False, social=False))
    assert site.index is not None
    assert build(site, tmp_path / "site", jobs=2).made > 200


def test_several_processes_make_the_same_bytes_as_one(results, tmp_path):
    options = SiteOptions(evidence=False, social=False)
    for jobs in (1, 2):
        build(open_site(results, options), tmp_path / f"site{jobs}", jobs=jobs)
    one, two = (
        {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "site1", tmp_path / "site2")
    )
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
