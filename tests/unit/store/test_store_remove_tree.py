"""Removing what an agent left: closed folders, thousands of folders in each other, links."""

import os
from pathlib import Path

from codingagentbench.store.staging import remove_tree


def test_a_tree_deeper_than_a_path_can_be(tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    here = os.getcwd()  # noqa: PTH109 - restored below
    try:
        os.chdir(top)
        for _ in range(2500):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("last").write_text("x")
    finally:
        os.chdir(here)
    assert remove_tree(top)
    assert not top.exists()


def test_closed_folders_and_links(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    top = tmp_path / "top"
    (top / "a" / "b").mkdir(parents=True)
    (top / "a" / "link").symlink_to(outside)
    (top / "a" / "b" / "file").write_text("x")
    (top / "a" / "b").chmod(0)
    (top / "a").chmod(0)
    assert remove_tree(top)
    assert (outside / "kept").read_text() == "x"


def test_nothing_there_is_removed(tmp_path):
    assert remove_tree(tmp_path / "absent")
