"""The index keeps up with ledgers that grow, are made again or vanish, whatever happens to its own files."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from codingagentbench.core.errors import StoreError
from codingagentbench.core.outcome import Outcome
from codingagentbench.store import (
    CellIndex,
    CellLine,
    Ledger,
    LedgerReader,
    ledger_path,
    rebuild,
    staging_root,
    summarise,
)
from codingagentbench.store.index.home import INDEX_NAME
from codingagentbench.store.line import line_of
from support.made_up import add_cell, make_results
from support.sweep_cells import make_record, make_spec, publish

TESTS = Path(__file__).parents[2]

WRITER = """
import sys, time
from pathlib import Path
from codingagentbench.store import Ledger, ledger_path, summarise
from support.sweep_cells import make_record, make_spec
with Ledger(ledger_path(Path(sys.argv[1]), "s"), alive=lambda _: None) as ledger:
    for run in range(1, 121):
        spec = make_spec(run=run)
        ledger.adopt(spec, summarise(make_record(spec)))
        time.sleep(0.005)
"""

OPENER = """
import shutil, sys
from pathlib import Path
from codingagentbench.store import CellIndex
results = Path(sys.argv[1])
print("ready", flush=True)
while True:
    shutil.rmtree(results / "made-up-1" / ".index", ignore_errors=True)
    CellIndex.open(results)
"""

COUNTER = """
import sys
from pathlib import Path
from codingagentbench.store import CellIndex
index = CellIndex.open(Path(sys.argv[1]))
print(index.version, len(index.lines()))
"""


def started(code: str, results: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(results)], cwd=TESTS, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip


def by_ledger(results: Path, sweep_id: str = "s") -> list[CellLine]:
    with LedgerReader(ledger_path(results, sweep_id)) as ledger:
        return [line_of(summary, attempts, place) for place, attempts, summary in ledger.shown()]


def adopt(results: Path, *records, sweep_id: str = "s") -> None:
    with Ledger(ledger_path(results, sweep_id), alive=lambda _: None) as ledger:
        for record in records:
            ledger.adopt(record.spec, summarise(record))


def parts(results: Path, sweep_id: str = "s") -> list[Path]:
    return sorted((results / sweep_id / INDEX_NAME).glob("part-*"))


def test_each_new_attempt_appears_and_the_latest_valid_one_speaks(tmp_path: Path) -> None:
    spec, invalid = make_spec(), Outcome.INVALID
    adopt(tmp_path, make_record(spec, 1, invalid))
    index = CellIndex.open(tmp_path)
    seen = {index.version}
    for attempt, outcome, speaks in (
        (2, Outcome.WRONG, 2),
        (3, invalid, 2),
        (4, Outcome.SOLVED, 4),
        (5, invalid, 4),
    ):
        adopt(tmp_path, make_record(spec, attempt, outcome))
        assert index.refresh() and not index.refresh()
        (line,) = index.lines()
        assert (line.attempt, line.attempts) == (speaks, attempt)
        assert [line] == by_ledger(tmp_path) == CellIndex.open(tmp_path).lines()
        seen.add(index.version)
    assert len(seen) == 5
    assert CellIndex.open(tmp_path).version == index.version


def test_many_small_refreshes_leave_few_parts(tmp_path: Path) -> None:
    index = None
    for run in range(1, 21):
        adopt(tmp_path, make_record(make_spec(run=run)))
        index = index or CellIndex.open(tmp_path)
        index.refresh()
    assert index is not None and index.lines() == by_ledger(tmp_path)
    assert len(parts(tmp_path)) <= 2 * 5, "as many as 20 has binary digits, and a file of shapes for each"
    assert CellIndex.open(tmp_path).lines() == index.lines()


def test_a_ledger_made_again_is_noticed(tmp_path: Path) -> None:
    for run in (1, 2, 3):
        publish(staging_root(tmp_path, "s"), make_spec(run=run), 1)
    rebuild(tmp_path, "s", alive=lambda _: None)
    index = CellIndex.open(tmp_path)
    shutil.rmtree(tmp_path / index.lines()[0].place)
    publish(staging_root(tmp_path, "s"), make_spec(run=9), 1, Outcome.WRONG)
    rebuild(tmp_path, "s", alive=lambda _: None)
    assert index.refresh()
    assert index.lines() == by_ledger(tmp_path) == CellIndex.open(tmp_path).lines()
    assert [line.run for line in index.lines()] == [2, 3, 9]


def test_a_ledger_put_back_to_an_older_state_is_noticed(tmp_path: Path) -> None:
    adopt(tmp_path, make_record(make_spec()))
    path = ledger_path(tmp_path, "s")
    index = CellIndex.open(tmp_path)
    adopt(tmp_path, make_record(make_spec(run=2)))
    index.refresh()
    path.unlink()
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    adopt(tmp_path, make_record(make_spec(run=7)))
    assert index.refresh() and [line.run for line in index.lines()] == [7]


def test_a_sweep_that_is_gone_is_gone(tmp_path: Path) -> None:
    make_results(tmp_path, 40, sweeps=2)
    index = CellIndex.open(tmp_path)
    shutil.rmtree(tmp_path / "made-up-1")
    assert index.refresh() and {line.sweep_id for line in index.lines()} == {"made-up-2"}
    make_results(tmp_path / "more", 30)
    shutil.move(tmp_path / "more" / "made-up-1", tmp_path / "made-up-1")
    assert index.refresh() and len(index.lines()) == 20 + 30


def test_a_running_sweep_is_followed(tmp_path: Path) -> None:
    adopt(tmp_path, make_record(make_spec(run=500)))
    index = CellIndex.open(tmp_path)
    writer = started(WRITER, tmp_path)
    steps = []
    try:
        while writer.poll() is None:
            index.refresh()
            steps.append(len(index.lines()))
    finally:
        writer.kill()
    _, said = writer.communicate()
    assert writer.returncode == 0, said
    index.refresh()
    assert index.lines() == by_ledger(tmp_path) and len(index.lines()) == 121
    assert steps == sorted(steps) and len(set(steps)) > 2


def test_kill_9_at_any_moment_breaks_nothing(tmp_path: Path) -> None:
    results = make_results(tmp_path, 400)
    expected = by_ledger(results, "made-up-1")
    rng = random.Random(1)
    for _ in range(4):
        opener = started(OPENER, results)
        assert opener.stdout is not None and opener.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.0, 0.5))
        opener.send_signal(signal.SIGKILL)
        opener.communicate()
        index = CellIndex.open(results)
        assert index.lines() == expected
    folder = results / "made-up-1" / INDEX_NAME
    assert {path.name for path in folder.iterdir()} == {
        "lock", "manifest.json", *(path.name for path in parts(results, "made-up-1"))
    }  # fmt: skip
    assert len(parts(results, "made-up-1")) == 2


def test_several_processes_at_once_agree(tmp_path: Path) -> None:
    results = make_results(tmp_path, 600, sweeps=2)
    counters = [started(COUNTER, results) for _ in range(3)]
    said = [counter.communicate() for counter in counters]
    index = CellIndex.open(results)
    assert [out.split() for out, _ in said] == [[index.version, "600"]] * 3, said


def test_threads_never_see_half_a_refresh(tmp_path: Path) -> None:
    results = make_results(tmp_path, 200)
    index = CellIndex.open(results)
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            total, page = index.page(limit=1000)
            if total != len(page):
                wrong.append((total, len(page)))
            if sum(index.facets()["tui"].values()) < 200:
                wrong.append("facets")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(6):
        add_cell(results)
        index.refresh()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == [] and index.page()[0] == 206


@pytest.mark.parametrize("damage", ["truncated", "shapes", "gone", "manifest", "format", "escape", "empty"])
def test_damaged_files_are_made_again(tmp_path: Path, damage: str) -> None:
    results = make_results(tmp_path, 60)
    expected = CellIndex.open(results).lines()
    folder = results / "made-up-1" / INDEX_NAME
    part, manifest = parts(results, "made-up-1")[0], folder / "manifest.json"
    document = json.loads(manifest.read_text())
    if damage == "truncated":
        part.write_bytes(part.read_bytes()[:-100])
    elif damage == "shapes":
        parts(results, "made-up-1")[1].write_bytes(b"\0" * 5000)
    elif damage == "gone":
        part.unlink()
    elif damage == "manifest":
        manifest.write_bytes(b"{")
    elif damage == "format":
        manifest.write_text(json.dumps(document | {"format": 999}))
    elif damage == "escape":
        manifest.write_text(json.dumps(document | {"parts": [{"name": "../../secret", "rows": 1, "last": 60}]}))
    else:
        manifest.write_text(json.dumps(document | {"parts": []}))
    assert CellIndex.open(results).lines() == expected
    assert len(parts(results, "made-up-1")) == 2
    assert CellIndex.open(results).lines() == expected


def test_a_part_damaged_before_a_merge_is_made_again(tmp_path: Path) -> None:
    results = make_results(tmp_path, 1)
    index = CellIndex.open(results)
    add_cell(results)
    for path in parts(results, "made-up-1"):
        path.write_bytes(path.read_bytes()[:-9])
    assert index.refresh() and index.lines() == by_ledger(results, "made-up-1")


def test_without_a_folder_of_its_own_it_uses_the_cache_of_the_user(tmp_path: Path, monkeypatch) -> None:
    results = make_results(tmp_path / "results", 30)
    (results / "made-up-1" / INDEX_NAME).write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert len(CellIndex.open(results).lines()) == 30
    assert len(list((tmp_path / "cache").rglob("manifest.json"))) == 1
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(CellIndex.open(results).lines()) == 30


def test_a_link_in_foreign_results_is_not_followed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    results = make_results(tmp_path / "results", 30)
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "part-0123456789abcdef.parquet").write_text("mine")
    (results / "made-up-1" / INDEX_NAME).symlink_to(victim)
    assert len(CellIndex.open(results).lines()) == 30
    assert [path.name for path in victim.iterdir()] == ["part-0123456789abcdef.parquet"]


def test_files_that_are_not_the_indexs_own_stay(tmp_path: Path) -> None:
    results = make_results(tmp_path, 30)
    folder = results / "made-up-1" / INDEX_NAME
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "part-00000000deadbeef.parquet").write_text("left by a killed process")
    CellIndex.open(results)
    assert (folder / "notes.txt").is_file() and not (folder / "part-00000000deadbeef.parquet").exists()


def test_odd_names_of_folders_are_no_globs(tmp_path: Path, monkeypatch) -> None:
    results = make_results(tmp_path / "a[b]*?{c},key=1 ü", 30)
    monkeypatch.chdir(tmp_path)
    index = CellIndex.open(results.relative_to(tmp_path))
    assert len(index.lines()) == 30
    add_cell(results)
    assert index.refresh() and len(index.lines()) == 31
    assert [path.name for path in tmp_path.iterdir()] == [results.name]


def test_a_broken_ledger_is_said_and_what_was_known_stays(tmp_path: Path) -> None:
    results = make_results(tmp_path, 40, sweeps=2)
    index = CellIndex.open(results)
    add_cell(results)
    path = ledger_path(results, "made-up-2")
    kept = path.read_bytes()
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="ledger cannot be used"):
        index.refresh()
    assert len(index.lines()) == 40
    path.write_bytes(kept)
    assert index.refresh() and len(index.lines()) == 41
    assert index.page(order="composite", descending=True, limit=41)[1] == CellIndex.open(results).page(
        order="composite", descending=True, limit=41
    )[1], "shapes that came with the refresh that failed are known"  # fmt: skip


def test_a_summary_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    adopt(tmp_path, make_record(make_spec()))
    with Ledger(ledger_path(tmp_path, "s"), alive=lambda _: None) as ledger, ledger._writing() as db:
        db.execute("update attempt set summary = 'no JSON'")
    with pytest.raises(StoreError, match="index cannot be kept up"):
        CellIndex.open(tmp_path)
