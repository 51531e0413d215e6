"""Sweeps by real worker processes: run, resume, help, stop, crash, kill."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from codingagentbench.core.errors import MissingTool, UsageError
from codingagentbench.provenance import owner_alive
from codingagentbench.store import (
    Counts,
    Ledger,
    RetryPolicy,
    attempt_dirs,
    iter_records,
    ledger_path,
    load_summaries,
)
from codingagentbench.sweep import run_sweep, sweep_status
from support import sweep_cells
from support.sweep_cells import make_spec

QUICK = RetryPolicy(retries=2, delay_s=0.01)


def plan(results: Path, cells: int) -> None:
    with Ledger(ledger_path(results, "s"), alive=owner_alive) as ledger:
        ledger.plan([make_spec(task=f"polyglot/t{index}") for index in range(cells)])


def each_once(results: Path, cells: int) -> None:
    """Every cell done once in the ledger, with its one folder, and nothing left over."""
    with Ledger(ledger_path(results, "s"), alive=owner_alive) as ledger:
        counts, attempts = ledger.counts(), ledger.attempts()
    assert (counts.done, counts.total) == (cells, cells)
    assert Counter(attempt.spec_digest for attempt in attempts).most_common(1)[0][1] == 1
    assert len(attempts) == cells
    folders = {folder.relative_to(results).as_posix() for folder in attempt_dirs(results)}
    assert folders == {attempt.directory for attempt in attempts}
    assert len(folders) == cells
    assert not (results / "s" / ".staging").exists()


def eventually(condition: Callable[[], bool], within_s: float = 10) -> bool:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_sweep_runs_every_cell_once_and_a_second_run_does_nothing(tmp_path: Path) -> None:
    plan(tmp_path, 12)
    seen: list[Counts] = []
    options = {"log": str(tmp_path / "log")}
    result = run_sweep(tmp_path, "s", sweep_cells.fast_cell, jobs=3, options=options, on_progress=seen.append)
    assert not result.interrupted
    assert result.counts.outcomes == {"solved": 12}
    assert seen[-1].finished == 12
    each_once(tmp_path, 12)
    run_sweep(tmp_path, "s", sweep_cells.fast_cell, jobs=3, options=options)
    assert len((tmp_path / "log").read_text().splitlines()) == 12
    status = sweep_status(tmp_path, "s")
    assert status.pairs[0].solved == 12
    assert status.spending.tokens == 12_000


def start(
    results: Path, name: str, *, jobs: int = 2, sleep_s: float = 0.01, after_s: float = 0.0
) -> subprocess.Popen[bytes]:
    script = Path(sweep_cells.__file__)
    arguments = [str(results), "s", str(jobs), str(sleep_s), str(after_s), str(results / "log"), name]
    return subprocess.Popen([sys.executable, str(script), *arguments])


def descendants_gone(log: Path) -> bool:
    pids = {int(line.split()[2]) for line in log.read_text().splitlines()} if log.exists() else set()
    return not any(_runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return status != "Z" and b"sweep" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.slow
def test_kill_9_at_20_random_moments_loses_nothing_and_runs_nothing_twice(tmp_path: Path) -> None:
    cells = 60
    plan(tmp_path, cells)
    moments, log = random.Random(7), tmp_path / "log"
    for index in range(20):
        before = log.stat().st_size if log.exists() else 0
        sweep = start(tmp_path, "", sleep_s=0.03, after_s=0.03)
        if index % 4:
            # Most kills while cells run, whatever this machine's start-up time is; the others anywhere.
            assert eventually(lambda: log.exists() and log.stat().st_size > before)  # noqa: B023
        time.sleep(moments.uniform(0, 0.2))
        sweep.kill()
        sweep.wait()
        assert eventually(lambda: descendants_gone(tmp_path / "log"))
    starts = [line.split()[0] for line in log.read_text().splitlines()]
    assert len(set(starts)) < min(cells, len(starts)), "no kill came while a cell ran"
    assert start(tmp_path, "", jobs=4).wait(60) == 0
    each_once(tmp_path, cells)
    assert len(list(iter_records(tmp_path))) == cells


def test_two_sweep_processes_share_one_sweep(tmp_path: Path) -> None:
    plan(tmp_path, 40)
    both = [start(tmp_path, name, sleep_s=0.08) for name in ("a", "b")]
    assert [process.wait(60) for process in both] == [0, 0]
    each_once(tmp_path, 40)
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert {line[3] for line in lines} == {"a", "b"}
    assert len({line[0] for line in lines}) == len(lines) == 40


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_gives_running_cells_back_uncounted(tmp_path: Path, number: signal.Signals) -> None:
    plan(tmp_path, 6)
    sweep = start(tmp_path, "", sleep_s=30)
    assert eventually(
        lambda: (tmp_path / "log").exists() and len((tmp_path / "log").read_text().splitlines()) == 2
    )
    sweep.send_signal(number)
    assert sweep.wait(10) == 130
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        assert ledger.counts().todo == 6
        assert ledger.attempts() == []
        assert {row.attempt for row in ledger.cells()} == {0}
    assert not (tmp_path / "s" / ".staging").exists()
    assert descendants_gone(tmp_path / "log")


def test_a_stop_between_publishing_and_recording_keeps_the_measurement(tmp_path: Path) -> None:
    plan(tmp_path, 2)
    sweep = start(tmp_path, "", after_s=30)
    assert eventually(lambda: len(list(attempt_dirs(tmp_path / "s"))) == 2)
    sweep.send_signal(signal.SIGINT)
    assert sweep.wait(10) == 0
    each_once(tmp_path, 2)


def test_the_stop_event_works_from_another_thread(tmp_path: Path) -> None:
    plan(tmp_path, 4)
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    result = run_sweep(tmp_path, "s", sweep_cells.fast_cell, jobs=2, options={"sleep_s": 30}, stop=stop)
    assert result.interrupted
    assert result.wall_s < 10


def test_a_killed_nursery_takes_its_workers_along_and_the_next_run_goes_on(tmp_path: Path) -> None:
    plan(tmp_path, 4)
    sweep = start(tmp_path, "", sleep_s=30)
    assert eventually((tmp_path / "log").exists)
    worker = int((tmp_path / "log").read_text().split()[2])
    nursery = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(nursery, signal.SIGKILL)
    assert sweep.wait(10) == 1
    assert eventually(lambda: descendants_gone(tmp_path / "log"))
    assert start(tmp_path, "").wait(30) == 0
    each_once(tmp_path, 4)


def test_invalid_attempts_are_retried_and_every_attempt_is_kept(tmp_path: Path) -> None:
    plan(tmp_path, 2)
    run_sweep(tmp_path, "s", sweep_cells.invalid_cell, jobs=1, options={"good_from": 3}, retry=QUICK)
    (first, second) = load_summaries(tmp_path)
    assert first.solved
    assert (first.attempt, second.attempt) == (3, 3)
    assert len(list(attempt_dirs(tmp_path))) == 6


def test_a_cell_whose_retries_are_used_up_is_missing_and_can_be_asked_for_again(tmp_path: Path) -> None:
    plan(tmp_path, 1)
    result = run_sweep(tmp_path, "s", sweep_cells.invalid_cell, jobs=1, options={"good_from": 4}, retry=QUICK)
    assert (result.counts.missing, result.counts.causes) == (1, {"endpoint_unavailable": 1})
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        assert ledger.retry_missing() == 1
    result = run_sweep(tmp_path, "s", sweep_cells.invalid_cell, jobs=1, options={"good_from": 4}, retry=QUICK)
    assert result.counts.done == 1


def test_a_cell_that_kills_its_worker_is_an_interrupted_attempt_and_the_sweep_goes_on(tmp_path: Path) -> None:
    plan(tmp_path, 3)
    result = run_sweep(tmp_path, "s", sweep_cells.dying_cell, jobs=1, retry=QUICK)
    assert result.counts.done == 3
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        attempts = ledger.attempts()
    assert Counter(attempt.cause for attempt in attempts) == {"interrupted": 3, None: 3}
    assert all("SIGKILL" in attempt.cause_detail for attempt in attempts if attempt.cause)


def test_an_unexpected_exception_costs_one_cell(tmp_path: Path) -> None:
    plan(tmp_path, 3)
    options = {"task": "polyglot/t1", "error": ValueError("boom")}
    result = run_sweep(tmp_path, "s", sweep_cells.raising_cell, jobs=1, options=options, retry=QUICK)
    assert (result.counts.done, result.counts.missing) == (2, 1)
    (lost,) = [cell for cell in load_summaries(tmp_path) if not cell.measured]
    assert "ValueError: boom" in lost.cause_detail


def test_what_the_harness_cannot_do_ends_the_sweep_with_its_error(tmp_path: Path) -> None:
    plan(tmp_path, 3)
    options = {"task": "polyglot/t1", "error": MissingTool("no rustc" + "x" * 9000)}
    with pytest.raises(MissingTool, match="no rustc"):
        run_sweep(tmp_path, "s", sweep_cells.raising_cell, jobs=1, options=options)
    with Ledger(ledger_path(tmp_path, "s"), alive=owner_alive) as ledger:
        assert (ledger.counts().done, ledger.counts().todo) == (1, 2)


def test_a_runner_that_cannot_be_imported_is_one_clear_message(tmp_path: Path) -> None:
    plan(tmp_path, 1)
    with pytest.raises(UsageError, match="no cell runner"):
        run_sweep(tmp_path, "s", "support.sweep_cells:nowhere", jobs=1)
    with pytest.raises(UsageError, match="cannot be imported"):
        run_sweep(tmp_path, "s", lambda spec, **_: sweep_cells.make_record(spec), jobs=1)
    with pytest.raises(UsageError, match="cannot be sent"):
        run_sweep(tmp_path, "s", sweep_cells.fast_cell, jobs=1, options=threading.Lock())
