"""What is laid over the pristine tree: allowed plain files, bounded, and none that steers a tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from codingagentbench.core.evidence import Changes
from codingagentbench.core.task import Task
from codingagentbench.verify import diff, scan, tree
from codingagentbench.verify.reserved import is_reserved


@pytest.mark.parametrize(
    "path",
    [
        "conftest.py", "src/deep/conftest.py", "src/sitecustomize.py", "evil.pth", "pytest.ini", "tox.ini",
        "src/__pycache__/adder.cpython-311.pyc", ".cargo/config.toml", "sub/.cargo/config", "rust-toolchain.toml",
        "build.rs", "Cargo.toml", "node_modules/adder/index.js", ".npmrc", "gradle/wrapper/x.jar", "gradlew",
        ".mvn/extensions.xml", "src/Driver.class", "META-INF/services/org.junit.platform.launcher.Listener",
        "adder_test.go", "go.work", "CMakeLists.txt", "x/CTestCustom.cmake", "lib/libc.so.6",
    ],
)  # fmt: skip
def test_files_that_steer_tools_need_their_own_name_in_allowed_changes(path: str) -> None:
    assert is_reserved(path, ("**", "src/**"))
    assert not is_reserved(path, ("**", path))


@pytest.mark.parametrize(
    "path", ["src/lib.rs", "json.py", "src/contest.py", "build/rs.py", "Cargo.md", "package.json"]
)
def test_code_is_none_of_them(path: str) -> None:
    assert not is_reserved(path, ("**",))


def task(root: Path) -> Task:
    return Task(
        id="a/b", title="t", language="c", instruction="i", root=root, digest="d", expected_changes=("**",),
        allowed_changes=("**",), protected=("tests/**",),
    )  # fmt: skip


def lay(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    return root


def test_line_breaks_in_names_are_never_laid_over(tmp_path: Path) -> None:
    before, after, target = (lay(tmp_path / name, "a") for name in ("before", "after", "target"))
    lay(after, "b\nc", "d\u2028e", "good")
    changes = diff(scan(before), scan(after))
    overlay = tree.lay_over(task(tmp_path), changes, after, target)
    assert overlay.graded == ("good",) and set(overlay.ignored) == {"b\nc", "d\u2028e"}
    assert sorted(path.name for path in target.iterdir()) == ["a", "good"]


def test_a_flood_of_small_files_is_laid_over_up_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MAX_FILES", 10)
    after = lay(tmp_path / "after", *(f"f{number:03}" for number in range(30)))
    (tmp_path / "target").mkdir()
    changes = Changes(added=tuple(f"f{number:03}" for number in range(30)))
    overlay = tree.lay_over(task(tmp_path), changes, after, tmp_path / "target")
    assert len(overlay.graded) == 10 and len(overlay.ignored) == 20
    assert len(list((tmp_path / "target").iterdir())) == 10


def test_a_sparse_giant_is_ignored_without_reading_it(tmp_path: Path) -> None:
    after = lay(tmp_path / "after", "small")
    with (after / "giant").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "target").mkdir()
    changes = diff(scan(tmp_path / "target"), scan(after))
    overlay = tree.lay_over(task(tmp_path), changes, after, tmp_path / "target")
    assert (overlay.graded, overlay.ignored) == (("small",), ("giant",))
