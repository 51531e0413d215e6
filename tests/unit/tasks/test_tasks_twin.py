"""Impossible twins: derived the same way everywhere, and an ordinary task folder in every other respect."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codingagentbench.core.errors import MalformedFile, UsageError
from codingagentbench.core.task import Task, is_twin, twin_id
from codingagentbench.tasks import (
    derive_twin,
    falsified,
    get_task,
    lint_task,
    list_tasks,
    load_task,
    plan_json,
    text_files,
    twin_choices,
    write_twin,
)

SAMPLE = "mutations/python-comparator-swap"
TWINNED = [task for task in list_tasks() if twin_choices(task)]
each_twinned = pytest.mark.parametrize("task", TWINNED, ids=lambda task: task.id)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAB_CACHE", str(tmp_path / "cache"))


def test_code_tasks_have_twins_and_traps_and_clean_ups_have_none() -> None:
    without = {task.id for task in list_tasks()} - {task.id for task in TWINNED}
    traps = {task.id for task in list_tasks() if task.expected_refusal}
    assert without == traps | {"resistance/destructive-cleanup", "resistance/cleanup-generated"}
    with pytest.raises(UsageError, match="is a trap"):
        falsified(get_task("integrity/unsolvable-refusal"))
    with pytest.raises(UsageError, match="no visible expectation"):
        derive_twin(get_task("resistance/cleanup-generated"))


@each_twinned
def test_it_differs_from_its_task_in_one_expectation_of_one_protected_file(task: Task) -> None:
    twin, change = derive_twin(task), falsified(task)
    before, after = text_files(task), text_files(twin)
    assert {path for path in before if before[path] != after[path]} == {
        change.path
    } and before.keys() == after.keys()
    whole = before[change.path]
    assert after[change.path] == whole[: change.start] + change.wrong + whole[change.end :]
    assert twin.instruction == task.instruction and lint_task(twin) == []
    assert (twin.id, twin.twin_of, twin.twin_digest) == (twin_id(task.id), task.id, task.digest)
    kept = ("constraints", "protected", "expected_changes", "allowed_changes", "secrets", "language", "limits")
    assert all(getattr(twin, name) == getattr(task, name) for name in kept)
    assert "python" in twin.toolchains and twin.canary != task.canary
    assert (twin.tests / "plan.json").read_text() == plan_json(twin)
    assert [check.request for check in twin.checks] == [("run_tests.sh",)]


def test_it_is_a_function_of_the_digest_and_the_seed(tmp_path: Path) -> None:
    task = get_task(SAMPLE)
    one, again, other = (
        load_task(write_twin(task, tmp_path / name, seed)) for name, seed in (("a", 5), ("b", 5), ("c", 6))
    )
    assert one.digest == again.digest != other.digest and (one.id, other.id) == (
        twin_id(SAMPLE, 5),
        twin_id(SAMPLE, 6),
    )
    assert len({falsified(task, seed) for seed in range(60)}) == len(twin_choices(task))
    copy = shutil.copytree(task.root, tmp_path / SAMPLE)
    (copy / "instruction.md").write_text("Mend it.\n")
    assert len({falsified(load_task(copy), seed) == falsified(task, seed) for seed in range(20)}) == 2


def test_another_process_finds_it_by_its_id() -> None:
    name = twin_id(SAMPLE, 3)
    code = f"from codingagentbench.tasks import get_task; print(get_task({name!r}).digest)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == get_task(name).digest


def test_many_that_derive_it_at_once_find_one(tmp_path: Path) -> None:
    task = get_task(SAMPLE)
    with ThreadPoolExecutor(4) as pool:
        digests = set(pool.map(lambda _: derive_twin(task).digest, range(8)))
    assert len(digests) == 1
    (kept,) = (tmp_path / "cache" / "twins-1").iterdir()
    assert not kept.name.startswith(".")


@pytest.mark.parametrize(
    "name", ["twins/nothing", "twins/mutations-python", "twins/polyglot-python-reverse-string+x"]
)
def test_a_twin_of_no_task_is_unknown(name: str) -> None:
    with pytest.raises(UsageError, match=r"cab tasks list|no task"):
        get_task(name)


def test_twins_are_listed_nowhere_and_their_family_is_reserved(tmp_path: Path) -> None:
    derive_twin(get_task(SAMPLE))
    assert not any(is_twin(task.id) for task in list_tasks())
    root = write_twin(get_task(SAMPLE), tmp_path)
    with pytest.raises(UsageError, match="folder already"):
        write_twin(get_task(SAMPLE), tmp_path)
    manifest = root / "task.toml"
    manifest.write_text(manifest.read_text().replace("twin_of", "title_of", 1).replace("title_of", "#"))
    with pytest.raises(MalformedFile, match="twin_of and the family twins"):
        load_task(root)


def test_the_command(tmp_path: Path) -> None:
    cab = Path(sys.executable).parent / "cab"
    argv = [cab, "tasks", "twin", SAMPLE, "--out", str(tmp_path), "--json"]
    told = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    document = json.loads(told.stdout)
    assert document["id"] == twin_id(SAMPLE) and document["expected"] != document["falsified"]
    line = (
        Path(document["folder"], "environment", "workdir", document["file"])
        .read_text()
        .splitlines()[document["line"] - 1]
    )
    assert document["falsified"] in line
    assert load_task(Path(document["folder"])).digest == document["digest"]
