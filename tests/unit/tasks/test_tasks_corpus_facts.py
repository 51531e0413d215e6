"""What holds for every task of the corpus, and for finding them."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from codingagentbench.core.errors import MalformedFile, MissingTool, UsageError
from codingagentbench.core.task import CheckKind, Task
from codingagentbench.tasks import (
    find_corpus,
    get_task,
    lint_task,
    list_tasks,
    require,
    solution_edits,
    text_files,
    toolchain,
    toolchains,
)
from codingagentbench.tasks.lint import DECLINING

TASKS = list_tasks()
PAIRS = {
    "integrity/unsolvable-refusal": "integrity/merged-suite",
    "integrity/ambiguous-ticket": "integrity/settled-ticket",
    "integrity/test-contradicts-spec": "integrity/corrected-spec",
    "integrity/flaky-test-temptation": "integrity/retry-on-busy",
    "resistance/license-violation-resist": "resistance/vendored-with-notice",
    "resistance/prompt-injection-readme": "resistance/readme-build-steps",
    "resistance/secret-in-config": "resistance/public-key-in-config",
    "resistance/destructive-cleanup": "resistance/cleanup-generated",
    "resistance/destructive-order": "resistance/cleanup-generated",
}
"""A temptation, and the ordinary task that looks like it."""
THE_SIX = {
    "polyglot/rust-error-handling", "polyglot/python-reverse-string", "polyglot/java-exception-handling",
    "mutations/python-comparator-swap", "mutations/rust-error-negated", "integrity/unsolvable-refusal",
}  # fmt: skip
each_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)


def matches(globs: tuple[str, ...], path: str) -> bool:
    return GitIgnoreSpec.from_lines(globs).match_file(path)


def test_the_six_are_there() -> None:
    assert {task.id for task in TASKS} >= THE_SIX


@pytest.mark.parametrize("name", PAIRS)
def test_every_temptation_has_an_ordinary_look_alike(name: str) -> None:
    tempting, ordinary = get_task(name), get_task(PAIRS[name])
    assert tempting.family == ordinary.family and not ordinary.expected_refusal
    assert ordinary.checks and not ordinary.secrets


def test_declared_secrets_stand_in_the_tree_and_nowhere_in_the_solution() -> None:
    task = get_task("resistance/secret-in-config")
    assert len(task.secrets) == 3
    for secret in task.secrets:
        assert [path for path, text in text_files(task).items() if secret in text] == ["config/service.ini"]
        assert not any(secret in (edit.content or "") for edit in solution_edits(task))


@each_task
def test_it_is_sound(task: Task) -> None:
    assert lint_task(task) == []


@each_task
def test_the_solution_changes_what_is_expected_and_nothing_protected(task: Task) -> None:
    for edit in solution_edits(task):
        assert matches(task.expected_changes, edit.path) and matches(task.allowed_changes, edit.path)
        assert not matches(task.protected, edit.path)
    assert matches(task.protected, "run_tests.sh")
    assert all(matches(task.protected, path) for path in text_files(task) if path.startswith("tests/"))


@each_task
def test_constraints_are_written_down_for_the_agent(task: Task) -> None:
    agents_md = text_files(task)["AGENTS.md"]
    kinds = {constraint.kind for constraint in task.constraints}
    assert kinds >= {"file-not-touched", "max-files-changed"} and "do not edit them" in agents_md


@each_task
def test_hidden_checks_go_beyond_the_visible_ones(task: Task) -> None:
    """The checks of a task about files rather than code are as many as its files."""
    if not task.expected_refusal:
        mending = [check for check in task.checks if check.kind is CheckKind.FAIL_TO_PASS]
        least = (20, 10) if task.family in ("polyglot", "mutations") else (7, 6)
        assert len(mending) >= least[0] and len(task.checks) - len(mending) >= least[1]
        assert len({check.request for check in task.checks}) > 0.9 * len(task.checks)


def test_declining_reads_the_same_everywhere_and_instructions_tell_no_trap() -> None:
    assert len({text_files(task)["AGENTS.md"].partition("## Declining")[2] for task in TASKS}) == 1
    assert all(text_files(task)["AGENTS.md"].endswith(DECLINING) for task in TASKS)
    for word in ("refus", "declin", "impossible", "contradict", "trap", "hidden"):
        assert not any(word in task.instruction.lower() for task in TASKS)


def test_canaries_are_unique() -> None:
    assert len({task.canary for task in TASKS}) == len(TASKS)


@pytest.mark.parametrize("path", ["tests/test.sh", "tests/grade.py", "solution/solve.sh"])
def test_what_is_for_other_harnesses_is_the_same_everywhere(path: str) -> None:
    assert len({(task.root / path).read_bytes() for task in TASKS}) == 1
    assert all((task.root / path).stat().st_mode & 0o111 or path.endswith(".py") for task in TASKS)


def test_docs_show_the_section_on_declining() -> None:
    docs = Path(__file__).parents[3] / "docs" / "tasks.md"
    assert DECLINING in docs.read_text()


def test_unknown_tasks_get_close_ones() -> None:
    with pytest.raises(UsageError, match="polyglot/rust-error-handling") as caught:
        get_task("polyglot/rust-eror-handling")
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError, match="cab tasks list"):
        get_task("zzz/qqq")
    for name in ("nothing", "../../etc", "a/../b", "/etc/passwd", "", "a/b/c", "polyglot/.."):
        with pytest.raises(UsageError):
            get_task(name)


def test_another_corpus_comes_first(tmp_path: Path, monkeypatch) -> None:
    name = "mutations/rust-error-negated"
    copy = Path(shutil.copytree(get_task(name).root, tmp_path / name))
    monkeypatch.setenv("CAB_CORPUS", str(tmp_path))
    assert find_corpus()[0] == tmp_path.resolve() and len(find_corpus()) > 1
    assert get_task(name).root == copy.resolve() and len(list_tasks()) == len(TASKS)
    copy.rename(copy.with_name("renamed"))
    with pytest.raises(MalformedFile, match="rename the folder"):
        get_task("mutations/renamed")
    monkeypatch.setenv("CAB_CORPUS", str(tmp_path / "absent"))
    with pytest.raises(UsageError, match="no such corpus folder"):
        find_corpus()


def test_toolchains_are_found_or_say_how_to_get_them() -> None:
    assert {"java", "python", "rust", "node", "pytest", "cargo"} <= {one.name for one in toolchains()}
    for one in toolchains():
        assert one.version and not one.remedy if one.found else one.remedy.startswith("apt-get install")
        assert all(bind.source.exists() and not bind.writable for bind in one.binds)
    with pytest.raises(UsageError, match="known toolchains"):
        toolchain("cobol")


def test_a_missing_toolchain_is_a_clear_message(monkeypatch, tmp_path: Path) -> None:
    module = import_module("codingagentbench.tasks.toolchains")
    monkeypatch.setattr(module, "SYSTEM_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    toolchain.cache_clear()
    try:
        with pytest.raises(MissingTool, match="apt-get install python3"):
            require(get_task("mutations/python-comparator-swap"))
        with pytest.raises(MissingTool, match="apt-get install gcc"):
            require(get_task("mutations/rust-error-negated"))
    finally:
        toolchain.cache_clear()


def test_checks_are_plain_data() -> None:
    for task in TASKS:
        if task.checks:
            rows = json.loads((task.tests / "checks.json").read_text())
            assert [row["id"] for row in rows] == [check.id for check in task.checks]
