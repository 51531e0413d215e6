"""A tree too large to list is the disk limit, in the real way of a cell, and its checks go out as JUnit XML."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from codingagentbench.core.outcome import LimitKind, Outcome
from codingagentbench.core.spec import CellSpec
from codingagentbench.runner import cell, run_cell
from codingagentbench.runner.options import RunOptions
from codingagentbench.store import staging_root
from codingagentbench.verify import read_junit, scan

TASK = "polyglot/python-reverse-string"


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_more_files_than_a_scan_lists_end_as_the_disk_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = CellSpec(sweep_id="t", tui="nop", model="reference/noop", task=TASK)
    options = RunOptions()
    plain = run_cell(spec, attempt=1, staging_root=staging_root(tmp_path, "t"), options=options)
    monkeypatch.setattr(cell, "scan", partial(scan, max_entries=3))
    full = run_cell(spec, attempt=2, staging_root=staging_root(tmp_path, "t"), options=options)
    assert (plain.outcome, plain.limit_hit) == (Outcome.GAVE_UP, None)
    assert (full.outcome, full.limit_hit) == (Outcome.LIMIT, LimitKind.DISK)
    for attempt in tmp_path.rglob("attempt*"):
        cases = read_junit((attempt / "junit.xml").read_bytes())
        assert len(cases) > 20 and {case.status for case in cases} == {"pass", "fail"}
        assert (attempt / "junit.xml").name in (attempt / "record.json").read_text()
