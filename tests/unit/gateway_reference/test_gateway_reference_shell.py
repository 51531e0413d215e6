"""Rendered commands, run by the real /bin/sh."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codingagentbench.core.task import FileEdit
from codingagentbench.gateway.reference.shell import MOST_BYTES, edit_commands

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
LINES = st.lists(st.sampled_from(["EOF", "EOF_1", "", "$HOME `id` \\", "'", "\tx", "#!/bin/sh"]), max_size=8)
CONTENTS = TEXTS | LINES.map(lambda lines: "".join(f"{line}\n" for line in lines)) | LINES.map("\n".join)
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=20
).filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


def run(commands, root, shell="/bin/sh"):
    for command in commands:
        done = subprocess.run([shell, "-c", command], cwd=root, capture_output=True, check=False, timeout=20)
        assert (done.returncode, done.stderr) == (0, b"")


@settings(max_examples=60, deadline=None)
@given(PATHS, CONTENTS)
@example("-rf", "-n\n")
@example("a b/'c'\n\"d\"/$HOME", "x")
@example("~", "EOF\nEOF_1\n")
@example("f", "line\r\nend\0")
def test_any_text_under_any_name_arrives_unchanged(path, content):
    with tempfile.TemporaryDirectory() as root:
        run(edit_commands([FileEdit(path=path, content=content)]), root)
        assert (Path(root) / path).read_bytes() == content.encode()
        run(edit_commands([FileEdit(path=path, content=None)]), root)
        assert not (Path(root) / path).exists()


@settings(max_examples=20, deadline=None)
@given(st.lists(CONTENTS, min_size=1, max_size=6))
def test_many_edits_share_a_command(contents):
    edits = [FileEdit(path=f"d{n % 2}/f{n}", content=text) for n, text in enumerate(contents)]
    commands = edit_commands(edits)
    assert len(commands) == 1
    with tempfile.TemporaryDirectory() as root:
        run(commands, root)
        assert {e.path: (Path(root) / e.path).read_bytes().decode() for e in edits} == {
            e.path: e.content for e in edits
        }


@pytest.mark.parametrize("text", ["ä\r\n" * 40_000, "plain line\n" * 20_000, "x" * 150_000])
def test_a_big_file_comes_in_several_commands_that_fit(tmp_path, text):
    commands = edit_commands([FileEdit(path="big", content=text), FileEdit(path="small", content="s\n")])
    assert len(commands) > 1
    assert all(len(command.encode()) <= MOST_BYTES for command in commands)
    run(commands, tmp_path, "/bin/bash")
    assert (tmp_path / "big").read_bytes() == text.encode()
    assert (tmp_path / "small").read_bytes() == b"s\n"


def test_an_existing_file_is_replaced_and_keeps_its_mode(tmp_path):
    target = tmp_path / "script.sh"
    target.write_text("old\n" * 9)
    target.chmod(0o755)
    run(edit_commands([FileEdit(path="script.sh", content="new\n")]), tmp_path)
    assert target.read_text() == "new\n"
    assert target.stat().st_mode & 0o777 == 0o755


def test_deleting_does_not_ask_for_force():
    # codex 0.169 refuses every command with `rm -f` in it
    assert edit_commands([FileEdit(path="x", content=None)]) == ("rm -- x",)


def test_no_edits_no_commands():
    assert edit_commands([]) == ()
