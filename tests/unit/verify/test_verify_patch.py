"""The patch text: made by git, taken by `git apply` in a real repository."""

import os
import subprocess
from pathlib import Path

import pytest

from codingagentbench.core.evidence import Changes
from codingagentbench.verify import diff, make_patch, scan
from codingagentbench.verify.patch import MAX_FILE_BYTES, MAX_FILES

BEFORE = {"src/lib.rs": b"one\ntwo\n", "gone.txt": b"bye\n", "logo.png": b"\0\1\2", "latin.txt": b"caf\xe9\n"}
AFTER = {
    "src/lib.rs": b"one\n2\nthree\n",
    "logo.png": b"\0\3\2\1",
    "latin.txt": b"th\xe9\n",
    "new file.txt": b"--- a/x\n+++ b/x\ndiff --git a/x b/x\n",
    "new line \"q'.txt": b"no newline at the end",
    "nul.rs": b"// \0\nunsafe {}\n",
    "ünï/[code]*.py": b"caf\xe9\r\n",
    "tool.sh": b"#!/bin/sh\n",
    "empty": b"",
}


def lay(root: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def git(root: Path, *argv: str, data: bytes | None = None) -> None:
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(("git", *argv), cwd=root, env=env, input=data, check=True, capture_output=True)


@pytest.fixture
def trees(tmp_path):
    before, after = lay(tmp_path / "before", BEFORE), lay(tmp_path / "after", AFTER)
    (after / "tool.sh").chmod(0o755)
    return before, after


def test_git_apply_gives_the_tree_after(trees):
    before, after = trees
    patch = make_patch(before, after, diff(scan(before), scan(after)))
    git(before, "init", "-q")
    git(before, "apply", "--check", "-", data=patch.text.encode())
    git(before, "apply", "-", data=patch.text.encode())
    assert diff(scan(before), scan(after)) == Changes()
    assert (before / "latin.txt").read_bytes() == b"th\xe9\n"


def test_lines_and_headers(trees):
    before, after = trees
    patch = make_patch(
        before, after, Changes(modified=("src/lib.rs",), added=("new file.txt",), removed=("gone.txt",))
    )
    assert (patch.lines_added, patch.lines_removed) == (5, 2)
    assert "diff --git a/new file.txt b/new file.txt\nnew file" in patch.text
    assert "diff --git a/gone.txt b/gone.txt\ndeleted file" in patch.text
    assert str(before) not in patch.text and "index " in patch.text


def test_a_nul_hides_no_line_of_a_text_and_a_line_break_in_a_name_is_no_name(trees):
    before, after = trees
    lay(after, {"two\nlines": b"x"})
    patch = make_patch(before, after, diff(scan(before), scan(after)))
    assert "+unsafe {}\n" in patch.text and "not shown, no plain file: 'two\\nlines'" in patch.text
    assert not any(line == "lines" for line in patch.text.splitlines())


def test_nothing_changed_starts_no_git(trees, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert make_patch(*trees, Changes(litter=("x",))).text == ""


def test_unsafe_large_and_escaping_paths_are_named_not_read(trees, tmp_path):
    before, after = trees
    secret = tmp_path / "secret"
    secret.write_text("TOP SECRET")
    (after / "link").symlink_to(secret)
    (after / "dir").symlink_to(tmp_path)
    (after / "huge").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    os.mkfifo(after / "pipe")
    names = ("../secret", "/etc/passwd", "dir/secret", "huge", "link", "pipe", "empty")
    patch = make_patch(before, after, Changes(added=names, unsafe=("link", "pipe")))
    assert "SECRET" not in patch.text and "root:" not in patch.text
    assert "# not shown, too large or unreadable: 'huge'" in patch.text
    assert "# not shown, no plain file: 'link'" in patch.text
    git(before, "init", "-q")
    git(before, "apply", "-", data=patch.text.encode())
    assert (before / "empty").exists()


def test_gitattributes_and_a_repository_around_change_nothing(trees, tmp_path, monkeypatch):
    before, after = trees
    git(tmp_path, "init", "-q")
    (tmp_path / ".git" / "info").mkdir(exist_ok=True)
    (tmp_path / ".git" / "info" / "attributes").write_text("* -diff\n")
    git(tmp_path, "config", "diff.external", "/bin/false")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (after / ".gitattributes").write_text("* -diff\n*.rs diff=evil\n")
    patch = make_patch(before, after, Changes(added=(".gitattributes",), modified=("src/lib.rs",)))
    assert (patch.lines_added, patch.lines_removed) == (4, 1)


def test_a_kind_change_between_file_and_folder(tmp_path):
    before, after = lay(tmp_path / "b", {"x": b"1\n"}), lay(tmp_path / "a", {"x/y": b"2\n"})
    patch = make_patch(before, after, diff(scan(before), scan(after)))
    assert (patch.lines_added, patch.lines_removed) == (1, 1)


def test_a_flood_of_files_is_bounded_in_time_and_size(tmp_path):
    before, after = tmp_path / "b", lay(tmp_path / "a", {f"many/{number}": b"x\n" for number in range(2100)})
    before.mkdir()
    patch = make_patch(before, after, diff(scan(before), scan(after)))
    assert patch.lines_added == MAX_FILES
    assert patch.text.startswith(f"# not shown: {2100 - MAX_FILES} further changed files\n")
