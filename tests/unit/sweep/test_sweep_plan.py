"""Planning: freezing, growing, changing; and how fast a finished sweep is resumed."""

from __future__ import annotations

import resource
import sqlite3
import time
from pathlib import Path

import pytest

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.spec import Limits
from codingagentbench.provenance import owner_alive
from codingagentbench.store import Ledger, ledger_path, load_summaries, staging_root, summarise
from codingagentbench.sweep import SweepFile, parse_sweep, prepare, preview, run_sweep, sweep_status
from support import sweep_cells
from support.sweep_cells import make_record, make_spec, publish

TUIS = {"pi", "aider"}
TASKS = {"f/a": Limits(), "f/b": Limits()}
PLAIN = '[sweep]\nid = "s"\ntuis = ["pi"]\nmodels = ["m/one"]\ntasks = ["f/*"]\n'


def parsed(text: str) -> SweepFile:
    return parse_sweep(text, Path("x.toml"))


def finish_all(results: Path) -> None:
    with Ledger(ledger_path(results, "s"), alive=owner_alive) as ledger:
        while (claim := ledger.claim("w", 60)) is not None:
            ledger.finish(claim, make_record(claim.spec, claim.attempt))


def test_the_definition_is_frozen_and_the_same_file_changes_nothing(tmp_path: Path) -> None:
    assert preview(tmp_path, parsed(PLAIN), TUIS, TASKS).new == 2
    assert not list(tmp_path.iterdir()), "a preview writes nothing"
    assert prepare(tmp_path, parsed(PLAIN), TUIS, TASKS).added == 2
    assert (tmp_path / "s" / "sweep.toml").read_text() == PLAIN
    assert prepare(tmp_path, parsed(PLAIN), TUIS, TASKS).added == 0
    assert len(list((tmp_path / "s").glob("sweep*.toml"))) == 1


def test_a_grown_matrix_adds_cells_and_other_limits_make_others(tmp_path: Path) -> None:
    prepare(tmp_path, parsed(PLAIN), TUIS, TASKS)
    finish_all(tmp_path)
    grown = parsed(PLAIN.replace('["pi"]', '["pi", "aider"]'))
    told = preview(tmp_path, grown, TUIS, TASKS)
    assert (told.total, told.new, told.done, told.to_run, told.leaving) == (4, 2, 2, 2, 0)
    assert told.changes == ("tuis: adds aider",)
    assert prepare(tmp_path, grown, TUIS, TASKS).added == 2
    limited = parsed(PLAIN + "[limits]\nwall_s = 5\n")
    told = preview(tmp_path, limited, TUIS, TASKS)
    assert (told.total, told.new, told.leaving) == (2, 2, 4)
    assert any(change.startswith("limits: {} -> {'wall_s': 5.0} (makes other cells") for change in told.changes)
    prepare(tmp_path, limited, TUIS, TASKS)
    counts = sweep_status(tmp_path, "s").counts
    assert (counts.todo, counts.done, counts.left) == (2, 0, 4)
    assert len(list((tmp_path / "s").glob("sweep.*.toml"))) == 2, "earlier definitions are kept"
    assert prepare(tmp_path, grown, TUIS, TASKS).added == 0
    assert sweep_status(tmp_path, "s").counts.done == 2, "and what was measured counts again"


def test_a_file_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(MalformedFile):
        prepare(tmp_path, parsed(PLAIN.replace("pi", "pie")), TUIS, TASKS)
    assert not list(tmp_path.iterdir())


def test_a_lost_ledger_is_rebuilt_before_planning(tmp_path: Path) -> None:
    prepare(tmp_path, parsed(PLAIN), TUIS, TASKS)
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        claim = ledger.claim("w", 60)
        assert claim is not None
        ledger.finish(claim, publish(staging_root(tmp_path, "s"), claim.spec, 1, Outcome.WRONG))
    for file in (tmp_path / "s").glob("ledger.sqlite*"):
        file.unlink()
    planned = prepare(tmp_path, parsed(PLAIN), TUIS, TASKS)
    assert (planned.rebuilt, planned.added) == (1, 1)
    assert sweep_status(tmp_path, "s").counts.outcomes == {"wrong": 1}


def test_the_end_is_estimated_from_what_runs(tmp_path: Path) -> None:
    prepare(tmp_path, parsed(PLAIN + "runs = 3\n"), TUIS, TASKS)
    assert sweep_status(tmp_path, "s").eta_s is None
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        claim = ledger.claim("w", 60)
        assert claim is not None
        ledger.finish(claim, make_record(claim.spec, 1))
        ledger.claim("w", 60)
    assert sweep_status(tmp_path, "s").eta_s == pytest.approx(4.5)


def mark_all_done(results: Path) -> None:
    """What 10,000 claims and ends leave, in two statements."""
    record = make_record(make_spec(task="f/t0"))
    database = sqlite3.connect(ledger_path(results, "s"))
    database.execute("update cell set state = 'done', outcome = 'solved', attempt = 1, tries = 1, shown = 1")
    database.execute(
        "insert into attempt select digest, 1, 'solved', null, 1.0, 1000, 0.01, ?, 0 from cell",
        (summarise(record).model_dump_json(),),
    )
    database.commit()
    database.close()


def test_resuming_a_finished_sweep_of_10_000_cells(tmp_path: Path) -> None:
    """Timed, not judged: the aim is under a second, the start of Python aside."""
    tasks = {f"f/t{index}": Limits() for index in range(2500)}
    file = parsed(PLAIN.replace('["pi"]', '["pi", "aider"]').replace('["m/one"]', '["m/one", "m/two"]'))
    started = time.perf_counter()
    assert prepare(tmp_path, file, TUIS, tasks).added == 10_000
    planned = time.perf_counter()
    mark_all_done(tmp_path)
    finished = time.perf_counter()
    prepare(tmp_path, file, TUIS, tasks)
    result = run_sweep(tmp_path, "s", sweep_cells.trivial_cell, jobs=2)
    resumed = time.perf_counter()
    assert result.counts.done == 10_000
    assert len(load_summaries(tmp_path)) == 10_000
    loaded = time.perf_counter()
    print(f"plan {planned - started:.2f} s, resume {resumed - finished:.3f} s, load {loaded - resumed:.2f} s")


def test_what_ledger_and_worker_cost_a_cell(tmp_path: Path) -> None:
    """Measured, not judged: the aim is 1.5 ms CPU, workers and their start included."""
    cells = 600
    prepare(tmp_path, parsed(PLAIN + f"runs = {cells // 2}\n"), TUIS, TASKS)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    assert run_sweep(tmp_path, "s", sweep_cells.trivial_cell, jobs=2).counts.done == cells
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{cells} cells: {cpu / cells * 1000:.2f} ms CPU and {wall / cells * 1000:.2f} ms wall a cell")
