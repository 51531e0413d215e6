"""Answers that a forger could guess, and plans with a test runner."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.task import Check, CheckKind
from codingagentbench.tasks import get_task, lint_task, load_task
from codingagentbench.tasks.lint import guess_bits

SAMPLE = "mutations/python-comparator-swap"
DATA = Path(__file__).parents[2] / "data" / "runners"


def with_answers(*answers: str):
    checks = tuple(
        Check(id=f"c{number}", kind=CheckKind.FAIL_TO_PASS, request=("x",), expected=("ok", answer))
        for number, answer in enumerate(answers)
    )
    return get_task(SAMPLE).model_copy(update={"checks": checks})


@pytest.mark.parametrize(
    ("answers", "bits"), [(["true"] * 9, 0), (["true", "false"] * 4, 8), (["a", "b", "c", "d"], 8), (["x"], 0)]
)
def test_bits_are_what_a_forger_lacks(answers: list[str], bits: float) -> None:
    task = with_answers(*answers)
    assert guess_bits(task) == pytest.approx(bits)
    assert any("cannot be guessed" in problem for problem in lint_task(task)) is (bits < 4)


def test_checks_of_a_runner_have_no_answers_to_guess() -> None:
    assert guess_bits(load_task(DATA / "unittest")) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "cargo", tmp_path / "cargo"))


def test_a_runners_plan_is_read(folder: Path) -> None:
    runner = load_task(folder).verify.runner
    assert runner is not None
    assert (runner.name, runner.files, runner.into, runner.paths) == ("cargo", ("adding.rs",), "tests", (".",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('runner = "cargo"', 'runner = "bash"', "codingagentbench.verify.runner: Input should be"),
        ('files = ["adding.rs"]', "", "runner and files go together"),
        ('runner = "cargo"', "", "runner and files go together"),
        ('into = "tests"', 'into = "../tests"', "leaves the tree"),
        ('paths = ["."]', 'paths = ["/etc"]', "is not a relative posix glob"),
    ],
)
def test_a_malformed_plan_names_the_field(folder: Path, old: str, new: str, said: str) -> None:
    manifest = folder / "task.toml"
    assert old in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(old, new))
    with pytest.raises(MalformedFile, match=said):
        load_task(folder)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"request": ["x"]}, "has a request and no expected answer"),
        ({"request": ["x"], "expected": ["y"]}, "lower-case letters"),
        ({"id": "data", "request": ["x"], "expected": ["y"]}, "no driver answers check 'data'"),
        ({"id": "a\tb"}, "String should match pattern"),
    ],
)
def test_a_check_that_nothing_answers_is_refused(folder: Path, row: dict[str, object], said: str) -> None:
    file = folder / "tests" / "checks.json"
    rows = json.loads(file.read_text())
    file.write_text(json.dumps([{**rows[0], **row}, *rows[1:]]))
    with pytest.raises(MalformedFile, match=said):
        load_task(folder)


def test_a_check_without_an_answer_needs_a_runner(tmp_path: Path) -> None:
    root = Path(shutil.copytree(get_task(SAMPLE).root, tmp_path / SAMPLE))
    file = root / "tests" / "checks.json"
    rows = [*json.loads(file.read_text()), {"id": "alone", "kind": "pass_to_pass"}]
    file.write_text(json.dumps(rows))
    with pytest.raises(MalformedFile, match="'alone' has no expected answer"):
        load_task(root)
