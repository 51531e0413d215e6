"""Removed cells: out of every list and ranking, never out of the results, and each with its reason."""

import pytest

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.outcome import Outcome
from codingagentbench.store import (
    REMOVALS_NAME,
    CellFilter,
    cell_place,
    ledger_path,
    load_lines,
    load_summaries,
    read_removals,
    rebuild,
    staging_root,
)
from support.cab import cab
from support.sweep_cells import make_spec, publish

ENTRY = '[[removal]]\ncell = "{}"\ndate = 2026-11-23\nwhy = "The task was wrong until this day."\n'


@pytest.fixture
def results(tmp_path):
    for task, outcome in (("polyglot/one", Outcome.SOLVED), ("polyglot/two", Outcome.WRONG)):
        publish(staging_root(tmp_path, "s"), make_spec(task=task), 1, outcome)
    rebuild(tmp_path, "s", alive=lambda owner: False)
    assert ledger_path(tmp_path, "s").is_file()
    return tmp_path


def remove(results, *places, text=ENTRY):
    (results / REMOVALS_NAME).write_text("".join(text.format(place) for place in places))


def test_without_a_file_nothing_is_removed(results):
    assert read_removals(results) == ()
    assert len(load_lines(results)) == 2


def test_a_removed_cell_is_in_no_list_unless_asked_for(results):
    place = cell_place(make_spec(task="polyglot/two"))
    remove(results, place)
    assert [line.task for line in load_lines(results)] == ["polyglot/one"]
    assert [cell.task for cell in load_summaries(results)] == ["polyglot/one"]
    assert len(load_lines(results, CellFilter(removed=True))) == 2
    assert (results / place / "attempt1/record.json").is_file()
    assert read_removals(results)[0].why.startswith("The task")


def test_a_ranking_says_how_many_were_removed(results):
    remove(results, cell_place(make_spec(task="polyglot/two")))
    ran = cab("leaderboard", "--out", results, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["rows"][0]["valid"] == 1
    assert "1 cell was removed" in ran.err and REMOVALS_NAME in ran.err


def test_the_list_of_cells_still_shows_it(results):
    remove(results, cell_place(make_spec(task="polyglot/two")))
    assert len(cab("cells", "list", "--out", results, "--json").json) == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[[removal]]\ncell = 3\n", "removal.0.cell"),
        ('[[removal]]\ncell = "a"\ndate = 2026-11-23\nwhy = "bad"\n', "say why"),
        ('[[removal]]\ncell = "a"\ndate = "soon"\nwhy = "it was not right"\n', "removal.0.date"),
        ("[[removal\n", "not TOML"),
        ("[[gone]]\n", "gone"),
        (ENTRY.format("a") * 2, "named twice"),
    ],
)
def test_a_file_that_cannot_be_read_stops_everything(results, text, what):
    (results / REMOVALS_NAME).write_text(text)
    with pytest.raises(MalformedFile, match=what):
        load_lines(results)
    ran = cab("leaderboard", "--out", results)
    assert ran.code == 2 and "what to do" in ran.err


def test_bytes_that_are_no_text_are_refused(results):
    (results / REMOVALS_NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedFile, match="UTF-8"):
        read_removals(results)
