"""The one reader of git patches, on patches that git itself wrote."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.patchtext import Hunk, plain_name, read_patch

NAMES = [
    "plain.txt",
    "a b.txt",
    'quo"te',
    "back\\slash",
    "tab\there",
    "new\nline",
    "naïve ünï",
    "日本.txt",
    "a/b/c",
]


@pytest.mark.parametrize("quoted", ["true", "false"])
@pytest.mark.parametrize("name", NAMES)
def test_names_are_those_that_git_was_given(tmp_path, name, quoted):
    def git(*words):
        command = ("git", "-c", f"core.quotePath={quoted}", "-c", "user.name=n", "-c", "user.email=e@x", *words)
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("one\ntwo\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "before")
    file.write_text("one\n++ b/x\n")
    told = read_patch(git("diff"))
    assert [(line.path, line.added, line.number, line.text) for line in told.lines] == [
        (name, False, 2, "two"), (name, True, 2, "++ b/x"),
    ]  # fmt: skip
    assert told.shown == {name}


@pytest.mark.parametrize(
    ("line", "hunk"),
    [
        ("@@ -1 +2,3 @@ def f():", Hunk(1, 2, 1, 3)), ("@@ -0,0 +1 @@", Hunk(0, 1, 0, 1)),
        ("@@ -1,0 +2,0 @@", Hunk(1, 2, 0, 0)), ("@@ -x +1 @@", None), ("@@ -" + "9" * 5000 + " +1 @@", None),
    ],
)  # fmt: skip
def test_hunk_headers(line, hunk):
    assert Hunk.read(line) == hunk


@given(st.text())
def test_no_name_breaks_the_reader(text):
    plain_name(f'"{text}"')
    read_patch(f"diff --git {text}\n+++ {text}\n@@ -1 +1,9 @@\n{text}")
