"""Folders as tasks: what is read, what is refused, and how it is said."""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from pathlib import Path

import pytest

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.task import Task
from codingagentbench.tasks import get_task, lint_task, load_task, tree

SAMPLE = "mutations/python-comparator-swap"
TRAP = "integrity/unsolvable-refusal"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of(SAMPLE, tmp_path)


def copy_of(name: str, root: Path) -> Path:
    return Path(shutil.copytree(get_task(name).root, root / name, ignore=shutil.ignore_patterns("__pycache__")))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def refused(folder: Path) -> str:
    with pytest.raises(MalformedFile) as caught:
        load_task(folder)
    assert caught.value.where.startswith(str(folder.resolve())) and caught.value.remedy
    return f"{Path(caught.value.where).relative_to(folder.resolve())}: {caught.value.what}"


def test_the_fields_of_a_task() -> None:
    task = get_task(SAMPLE)
    assert (task.family, task.slug, task.language) == ("mutations", "python-comparator-swap", "python")
    assert task.expected_changes == ("src/sorter.py",) and task.verify.run[-1] == "/out/answers.tsv"
    assert (task.limits.wall_s, task.limits.disk_mb, task.verify.timeout_s) == (600, 1024, 60)
    assert task.digest.startswith("sha256:") and len(task.checks) > 40 and task.refusal is None
    trap = get_task(TRAP)
    assert trap.expected_refusal and trap.refusal is not None and trap.checks == ()


def test_the_digest_is_the_folders_content_and_not_its_place(folder: Path) -> None:
    assert load_task(folder).digest == get_task(SAMPLE).digest
    junk = folder / "environment" / "workdir" / "src" / "__pycache__"
    junk.mkdir()
    (junk / "sorter.pyc").write_bytes(b"x")
    assert load_task(folder).digest == get_task(SAMPLE).digest


def test_every_byte_name_and_executable_bit_counts(folder: Path) -> None:
    seen = {load_task(folder).digest}
    script = folder / "environment" / "workdir" / "run_tests.sh"
    script.chmod(0o644)
    seen.add(load_task(folder).digest)
    edit(folder / "instruction.md", "Find", "find")
    seen.add(load_task(folder).digest)
    (folder / "tests" / "checks.json").touch()
    script.rename(script.with_name("run_test.sh"))
    seen.add(load_task(folder).digest)
    assert len(seen) == 4


def test_loading_again_costs_next_to_nothing(folder: Path) -> None:
    first = load_task(folder)
    started = time.perf_counter()
    for _ in range(20):
        assert load_task(folder) is first
    assert (time.perf_counter() - started) / 20 < 0.01


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "mutations', 'id = "nofamily" #', "codingagentbench.id: 'nofamily' is not a task id"),
        ('title = "', 'tilte = "', "codingagentbench.title: Field required"),
        ('added = "', 'colour = "red"\nadded = "', "codingagentbench.colour: Extra inputs"),
        ('"src/**/*.py"', '"/etc/passwd"', "codingagentbench.allowed_changes.0: '/etc/passwd' is not a relative"),
        ('"src/**/*.py"', '"src/../../x"', "leaves the tree"),
        ("timeout_sec = 60.0", "timeout_sec = -1", "verifier.timeout_sec: Input should be greater than 0"),
        ("count = 1", "count = 0", "max-files-changed constraint needs a count"),
        ("heapq", "(heapq", "is not a regular expression"),
        ('paths = ["tests/**", "run_tests.sh"]', "", "file-not-touched constraint needs paths"),
        ('run = ["python3"', 'build = [["true"]]\nrum = ["python3"', "codingagentbench.verify.rum: Extra inputs"),
        ("[codingagentbench.verify]", "[codingagentbench.verify", "not TOML"),
        ("[codingagentbench", "[other", "no [codingagentbench] table"),
        ("[codingagentbench.verify]", "[codingagentbench.verify_]", "codingagentbench: an ordinary task needs"),
        ('language = "python"', 'language = "python"\nexpected_refusal = true', "go together"),
    ],
)
def test_a_malformed_manifest_names_the_field(folder: Path, old: str, new: str, said: str) -> None:
    if new.endswith("verify_]"):
        text = (folder / "task.toml").read_text()
        (folder / "task.toml").write_text("".join(text.partition("[codingagentbench.verify]")[:1]))
    else:
        edit(folder / "task.toml", old, new)
    assert said in refused(folder) and refused(folder).startswith("task.toml: ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows + rows[:1], "stands twice"),
        (lambda rows: [{**rows[0], "expected": [1]}], "0.expected.0: Input should be a valid string"),
        (lambda rows: [{**rows[0], "kind": "maybe"}], "0.kind"),
        (lambda rows: [{**rows[0], "id": "../x"}], "0.id"),
        (lambda rows: {"a": rows}, "valid array"),
        (lambda rows: [row for row in rows if row["kind"] == "pass_to_pass"], "no fail_to_pass check"),
    ],
)
def test_malformed_checks_name_the_row(folder: Path, change, said: str) -> None:
    path = folder / "tests" / "checks.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    assert said in refused(folder) and refused(folder).startswith("tests/checks.json: ")


@pytest.mark.parametrize(
    "gone", ["task.toml", "instruction.md", "tests/checks.json", "environment/workdir", "solution"]
)
def test_a_missing_part_is_named(folder: Path, gone: str) -> None:
    path = folder / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert refused(folder).startswith(gone)


def test_an_empty_or_absent_folder_and_a_file_are_no_tasks(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent") == "task.toml: missing"
    (tmp_path / "file").write_text("")
    assert "not a folder" in refused(tmp_path / "file")


def test_links_specials_repositories_and_binary_manifests_are_refused(
    folder: Path, tmp_path: Path, monkeypatch
) -> None:
    odd = folder / "environment" / "workdir" / "odd"
    odd.symlink_to("/etc/passwd")
    assert "plain files and folders only" in refused(folder)
    odd.unlink()
    odd.symlink_to("/etc")
    assert "plain files and folders only" in refused(folder)
    odd.unlink()
    monkeypatch.chdir(odd.parent)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("odd")
        assert "plain files and folders only" in refused(folder)
    odd.unlink()
    (odd.parent / ".git").mkdir()
    assert "may not bring a .git" in refused(folder)
    (odd.parent / ".git").rmdir()
    (folder / "task.toml").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refused(folder)


def test_names_that_are_not_utf8_are_refused(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/tests/\xff")).write_text("")
    assert "not UTF-8" in refused(folder)


def test_sizes_are_capped(folder: Path, monkeypatch) -> None:
    edit(folder / "instruction.md", "Find", "Find" * 100_000)
    assert refused(folder).startswith("instruction.md: over ")
    monkeypatch.setattr(tree, "MAX_FILE_BYTES", 1000)
    assert "bytes" in refused(folder)
    monkeypatch.setattr(tree, "MAX_FILE_BYTES", 10**9)
    monkeypatch.setattr(tree, "MAX_FILES", 3)
    assert "too large" in refused(folder)


def lint(name: str, root: Path, path: str, old: str, new: str) -> list[str]:
    folder = copy_of(name, root)
    edit(folder / path, old, new)
    return lint_task(load_task(folder))


def test_lint_finds_what_gives_a_task_away(tmp_path: Path) -> None:
    task: Task = get_task(SAMPLE)
    workdir = "environment/workdir/"
    found = lint(SAMPLE, tmp_path / "1", workdir + "AGENTS.md", "# Working", f"{task.canary}\n# Working")
    assert any("AGENTS.md: holds the canary" in problem for problem in found)
    found = lint(SAMPLE, tmp_path / "2", workdir + "AGENTS.md", "## Declining", "## Refusing")
    assert any("must end with the section on declining" in problem for problem in found)
    found = lint(SAMPLE, tmp_path / "3", "instruction.md", "Find", "    if key(right[j]) < key(left[i]):\nFind")
    assert any("instruction.md: holds the solution's line" in problem for problem in found)
    answer = next(check.expected[1] for check in task.checks if check.id == "sort-text-02")
    found = lint(SAMPLE, tmp_path / "4", "instruction.md", "Find", f"Find {answer}")
    assert any("holds an expected answer" in problem for problem in found)
    found = lint(SAMPLE, tmp_path / "5", "task.toml", "timeout_sec = 60.0", "timeout_sec = 61.0")
    assert [problem.split(":")[0] for problem in found] == ["tests/plan.json"]
    found = lint(SAMPLE, tmp_path / "6", "solution/files/src/sorter.py", '"""Merge', f'"""{task.canary} Merge')
    assert any("solution/files/: holds the canary" in problem for problem in found)
    assert any(
        problem.startswith("tests/")
        for problem in lint(SAMPLE, tmp_path / "7", "task.toml", "c5b5f8a4", "c5b5f8a5")
    )
    found = lint(
        SAMPLE, tmp_path / "8", "solution/files/src/sorter.py", "if key(right[j]) <", "if key(right[j]) >"
    )
    assert "solution/files/: changes nothing" in found
