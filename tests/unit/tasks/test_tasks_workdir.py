"""The agent's tree: the task's files and a repository of one commit, quickly and whatever else goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from codingagentbench.core.errors import HarnessError
from codingagentbench.tasks import (
    get_task,
    load_task,
    prepare_workdir,
    pristine_tree,
    solution_edits,
    text_files,
    workdir,
)

SAMPLE = "mutations/python-comparator-swap"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv(workdir.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def git(tree: Path, *words: str) -> str:
    config = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    argv = ["git", "-c", f"safe.directory={tree}", *words]
    return subprocess.run(argv, cwd=tree, env=config, check=True, capture_output=True, text=True).stdout.strip()


def files(tree: Path) -> dict[str, tuple[bytes, bool]]:
    plain = (path for path in tree.rglob("*") if path.is_file())
    rows = ((path.relative_to(tree), path) for path in plain)
    return {
        str(name): (path.read_bytes(), os.access(path, os.X_OK)) for name, path in rows if name.parts[0] != ".git"
    }


def test_the_tree_is_the_tasks_and_the_repository_is_clean(tmp_path: Path) -> None:
    task, tree = get_task(SAMPLE), tmp_path / "deep" / "work"
    prepare_workdir(task, tree)
    assert files(tree) == files(pristine_tree(task)) == files(task.workdir)
    assert not (pristine_tree(task) / ".git").exists()
    assert git(tree, "status", "--porcelain") == "" and git(tree, "branch", "--show-current") == "main"
    assert git(tree, "ls-files").splitlines() == sorted(files(tree))
    assert git(tree, "fsck", "--full", "--strict", "--unreachable", "--no-progress") == ""


def test_there_is_one_commit_and_nothing_to_mine(tmp_path: Path) -> None:
    prepare_workdir(get_task(SAMPLE), tmp_path / "work")
    inside = tmp_path / "work" / ".git"
    assert git(tmp_path / "work", "rev-list", "--count", "--all") == "1"
    assert git(tmp_path / "work", "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert {path.name for path in inside.iterdir()} <= {
        "HEAD",
        "config",
        "index",
        "objects",
        "refs",
        "packed-refs",
    }
    assert sum(path.is_file() for path in inside.rglob("*")) <= 10
    assert str(Path.home()) not in (inside / "config").read_text()


def test_an_agent_can_commit_without_configuring_anything(tmp_path: Path) -> None:
    prepare_workdir(get_task(SAMPLE), tmp_path / "work")
    (tmp_path / "work" / "new").write_text("x")
    git(tmp_path / "work", "add", "-A")
    git(tmp_path / "work", "commit", "-q", "-m", "mine")
    assert git(tmp_path / "work", "rev-list", "--count", "HEAD") == "2"


def test_the_commit_depends_on_the_files_alone(tmp_path: Path, monkeypatch) -> None:
    ids = set()
    for number, author in enumerate(("One", "Two")):
        monkeypatch.setenv(workdir.CACHE_VARIABLE, str(tmp_path / f"cache{number}"))
        monkeypatch.setenv("GIT_AUTHOR_NAME", author)
        monkeypatch.setenv("GIT_DIR", "/nonexistent")
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        tree = tmp_path / author
        old = os.umask(0o077 if number else 0o022)
        prepare_workdir(get_task(SAMPLE), tree)
        os.umask(old)
        ids.add(git(tree, "rev-parse", "HEAD"))
    assert len(ids) == 1


def test_two_trees_share_nothing(tmp_path: Path) -> None:
    task = get_task(SAMPLE)
    prepare_workdir(task, tmp_path / "a")
    (tmp_path / "a" / "src" / "sorter.py").write_text("gone")
    (tmp_path / "a" / ".git" / "HEAD").write_text("gone")
    prepare_workdir(task, tmp_path / "b")
    assert files(tmp_path / "b") == files(task.workdir)
    assert git(tmp_path / "b", "status", "--porcelain") == ""


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no /dev/shm; a disk would be measured instead")
def test_a_tree_takes_less_than_two_milliseconds_in_memory() -> None:
    task = get_task(SAMPLE)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        times = []
        for number in range(30):
            started = time.perf_counter()
            prepare_workdir(task, Path(folder, str(number)))
            times.append(time.perf_counter() - started)
    assert min(times) < 0.002, f"fastest of 30: {min(times) * 1000:.1f} ms"


def prepare(name: str, cache: str, destination: Path) -> str:
    os.environ[workdir.CACHE_VARIABLE] = cache
    prepare_workdir(get_task(name), destination)
    return git(destination, "rev-parse", "HEAD")


def test_many_at_once_build_one_cache(tmp_path: Path, cache: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        jobs = [pool.submit(prepare, SAMPLE, str(cache), tmp_path / str(number)) for number in range(8)]
        assert len({job.result(timeout=60) for job in jobs}) == 1
    assert len(list((cache / "workdirs-2").iterdir())) == 1


def test_many_threads_build_one_cache(tmp_path: Path, cache: Path) -> None:
    task = get_task(SAMPLE)
    threads = [
        threading.Thread(target=prepare_workdir, args=(task, tmp_path / str(number))) for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(files(tmp_path / str(number)) == files(task.workdir) for number in range(6))
    assert len(list((cache / "workdirs-2").iterdir())) == 1


@pytest.mark.parametrize("damage", ["tree/src/sorter.py", "repo/.git/HEAD", "seal"])
def test_a_damaged_cache_is_built_again(tmp_path: Path, cache: Path, damage: str) -> None:
    task = get_task(SAMPLE)
    (damaged,) = (pristine_tree(task).parent,)
    (damaged / damage).write_text("cut short")
    workdir._checked.clear()
    workdir._plan.cache_clear()
    prepare_workdir(task, tmp_path / "work")
    assert files(tmp_path / "work") == files(pristine_tree(task)) == files(task.workdir)
    assert len(list((cache / "workdirs-2").iterdir())) == 1


def test_a_cache_that_vanishes_is_built_again(tmp_path: Path, cache: Path) -> None:
    task = get_task(SAMPLE)
    pristine_tree(task)
    shutil.rmtree(cache)
    assert pristine_tree(task).is_dir()


def test_a_full_destination_and_an_unusable_cache_say_what_to_do(tmp_path: Path, monkeypatch) -> None:
    task = get_task(SAMPLE)
    prepare_workdir(task, tmp_path / "work")
    with pytest.raises(HarnessError, match="new or empty folder"):
        prepare_workdir(task, tmp_path / "work")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(workdir.CACHE_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(HarnessError, match="set CAB_CACHE"):
        prepare_workdir(task, tmp_path / "other")


def test_a_task_that_changed_after_it_was_read_is_not_used(tmp_path: Path) -> None:
    folder = shutil.copytree(get_task(SAMPLE).root, tmp_path / "task")
    task = load_task(folder)
    (folder / "environment" / "workdir" / "src" / "sorter.py").write_text("other")
    with pytest.raises(HarnessError, match="changed after it was read"):
        prepare_workdir(task, tmp_path / "work")


def test_odd_files_arrive_whole(tmp_path: Path) -> None:
    folder = shutil.copytree(get_task(SAMPLE).root, tmp_path / "task")
    tree = folder / "environment" / "workdir"
    (tree / "großes Bild.bin").write_bytes(os.urandom(400_000))
    (tree / ".gitignore").write_text("*.bin\n")
    (tree / ".gitattributes").write_text("*.txt text eol=lf\n")
    (tree / "windows.txt").write_bytes(b"a\r\nb\r\n")
    (tree / "empty").write_bytes(b"")
    prepare_workdir(load_task(folder), tmp_path / "work")
    assert files(tmp_path / "work") == files(tree)
    assert "Bild.bin" in git(tmp_path / "work", "-c", "core.quotePath=false", "ls-files")
    assert "großes Bild.bin" not in text_files(load_task(folder))


def test_solutions_are_edits() -> None:
    (edit,) = solution_edits(get_task(SAMPLE))
    assert edit.path == "src/sorter.py" and "key(right[j]) < key(left[i])" in (edit.content or "")
    assert "key(right[j]) > key(left[i])" in text_files(get_task(SAMPLE))["src/sorter.py"]
    assert [edit.path for edit in solution_edits(get_task("integrity/unsolvable-refusal"))] == ["REFUSAL.md"]
