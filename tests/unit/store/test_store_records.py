"""Records: written, read back, refused when they are something else."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from codingagentbench.core.errors import MalformedFile, StoreError
from codingagentbench.core.values import NotMeasured
from codingagentbench.store import (
    attempt_dirs,
    evidence_files,
    iter_records,
    read_record,
    staging_root,
    summarise,
    write_record,
)
from codingagentbench.store.summary import CellSummary
from support.sweep_cells import make_record, make_spec, publish


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    record = make_record(
        make_spec(plugin_stack=("a",)), 2, composite=NotMeasured(why="no tokens", low=0.1, high=0.9)
    )
    write_record(tmp_path, record)
    assert read_record(tmp_path) == record


def test_a_summary_keeps_typed_values_and_survives_json() -> None:
    summary = summarise(make_record(make_spec(), composite=NotMeasured(why="w", low=0.1, high=0.9)))
    again = CellSummary.model_validate_json(summary.model_dump_json())
    assert again == summary
    assert again.axis("composite") == NotMeasured(why="w", low=0.1, high=0.9)
    assert (again.usd, again.total_tokens, again.wall_clock_ms) == (0.01, 1000, 1000)
    assert again.axis("composite", "0.1") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cell_id": 1}', "\xff"])
def test_what_is_no_record_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "record.json").write_text(text, encoding="latin-1")
    with pytest.raises(MalformedFile, match=r"record\.json"):
        read_record(tmp_path)


def test_a_missing_record_and_a_newer_schema_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no record"):
        read_record(tmp_path)
    record = make_record(make_spec()).model_dump(mode="json") | {"schema_version": "2.0"}
    (tmp_path / "record.json").write_text(json.dumps(record))
    with pytest.raises(MalformedFile, match=r"schema 2\.0"):
        read_record(tmp_path)


def test_evidence_digests_every_file_but_the_record(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "b").write_bytes(b"body")
    (tmp_path / "a.txt").write_bytes(b"")
    write_record(tmp_path, make_record(make_spec()))
    found = {file.path: (file.sha256, file.bytes) for file in evidence_files(tmp_path)}
    assert found == {
        "a.txt": (hashlib.sha256(b"").hexdigest(), 0),
        "bodies/b": (hashlib.sha256(b"body").hexdigest(), 4),
    }


def test_evidence_refuses_links_fifos_and_unprintable_names(tmp_path: Path) -> None:
    makers = {
        "link": lambda path: path.symlink_to("/etc/passwd"),
        "fifo": os.mkfifo,
        "esc\x1b[2J": lambda path: path.write_text("x"),
    }
    for index, (name, make) in enumerate(makers.items()):
        folder = tmp_path / str(index)
        folder.mkdir()
        make(folder / name)
        with pytest.raises(StoreError, match="plain files"):
            evidence_files(folder)


def test_attempts_are_found_everywhere_but_in_staging(tmp_path: Path) -> None:
    specs = [make_spec(task="polyglot/b"), make_spec(), make_spec("t", run=2)]
    for spec in specs:
        publish(staging_root(tmp_path, spec.sweep_id), spec, 1)
    half = staging_root(tmp_path, "s") / "x-1" / "attempt1"
    half.mkdir(parents=True)
    (half / "record.json").write_text("{")
    (tmp_path / "s" / "attempt9").mkdir()
    assert {record.cell_id for _, record in iter_records(tmp_path)} == {spec.cell_id for spec in specs}
    only = next(attempt_dirs(tmp_path / "t"))
    assert list(attempt_dirs(only)) == [only]
