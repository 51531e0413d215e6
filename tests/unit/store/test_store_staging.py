"""Staging: all of an attempt or nothing; leftovers of the dead go, those of the living stay."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from codingagentbench.core.errors import StoreError
from codingagentbench.provenance import owner_alive, process_identity
from codingagentbench.store import Staging, attempt_dir, clean_staging, staging_root
from support.sweep_cells import make_spec

ME = process_identity()
DEAD = ME.rpartition("-")[0] + "-1"
FOREIGN = "feedfeedfeed-1-1"


def test_a_published_folder_is_in_place_and_an_unpublished_one_is_gone(tmp_path: Path) -> None:
    root = staging_root(tmp_path, "s")
    with Staging(root, ME) as staging:
        (staging.path / "a").write_text("x")
        target = staging.publish(make_spec(), 1)
    assert target == attempt_dir(tmp_path, make_spec(), 1)
    assert (target / "a").read_text() == "x"
    with pytest.raises(RuntimeError), Staging(root, ME) as staging:
        raise RuntimeError
    assert not staging.path.exists()


def test_an_attempt_is_never_overwritten(tmp_path: Path) -> None:
    for text in ("first", "second"):
        with Staging(staging_root(tmp_path, "s"), ME) as staging:
            (staging.path / "a").write_text(text)
            if text == "first":
                staging.publish(make_spec(), 1)
            else:
                with pytest.raises(StoreError, match="cannot be put in place"):
                    staging.publish(make_spec(), 1)
    assert (attempt_dir(tmp_path, make_spec(), 1) / "a").read_text() == "first"


def test_a_link_in_the_results_does_not_lead_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    results = tmp_path / "results"
    (results / "s").mkdir(parents=True)
    (results / "s" / "pi").symlink_to(outside)
    with Staging(staging_root(results, "s"), ME) as staging, pytest.raises(StoreError, match="leads out"):
        staging.publish(make_spec(), 1)


def test_only_what_the_dead_left_is_cleaned(tmp_path: Path) -> None:
    root = staging_root(tmp_path, "s")
    kept = [Staging(root, ME), Staging(root, FOREIGN)]
    gone = [Staging(root, DEAD), Staging(root, FOREIGN)]
    old = time.time() - 2 * 24 * 3600
    os.utime(gone[1].path, (old, old))
    (gone[0].path / "locked").mkdir()
    (gone[0].path / "locked" / "file").write_text("x")
    (gone[0].path / "locked").chmod(0)
    assert clean_staging(tmp_path / "s", owner_alive) == 2
    assert [staging.path.exists() for staging in (*kept, *gone)] == [True, True, False, False]
    for staging in kept:
        staging.discard()
    clean_staging(tmp_path / "s", owner_alive)
    assert not root.exists()


def test_making_and_cleaning_at_the_same_time_agree(tmp_path: Path) -> None:
    stop = threading.Event()

    def clean() -> None:
        while not stop.is_set():
            clean_staging(tmp_path / "s", owner_alive)

    thread = threading.Thread(target=clean)
    thread.start()
    try:
        for _ in range(200):
            with Staging(staging_root(tmp_path, "s"), ME) as staging:
                (staging.path / "a").write_text("x")
    finally:
        stop.set()
        thread.join()


def test_an_unwritable_place_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot make a folder"):
        Staging(staging_root(tmp_path, "s"), ME)
