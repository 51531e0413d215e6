"""Manifests and their difference: real trees, hostile names, links and special files."""

import os
import socket
import time
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.evidence import Changes
from codingagentbench.verify import diff, left_behind, scan


def write(root: Path, path: str, text: str = "x") -> Path:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return place


@pytest.fixture
def tree(tmp_path):
    for path in ("src/lib.rs", "src/main.rs", "tests/t.py", "README.md"):
        write(tmp_path, path, path)
    write(tmp_path, ".git/HEAD", "ref")
    return tmp_path


def changed(root: Path, before, **options) -> Changes:
    return diff(before, scan(root), **options)


def test_added_removed_modified_and_the_top_git_left_out(tree):
    before = scan(tree)
    assert set(before.entries) == {"src/lib.rs", "src/main.rs", "tests/t.py", "README.md"}
    write(tree, "src/lib.rs", "other")
    (tree / "README.md").unlink()
    write(tree, "deep/er/new.txt")
    write(tree, ".git/hooks/pre-commit")
    assert changed(tree, before) == Changes(
        added=("deep/er/new.txt",), removed=("README.md",), modified=("src/lib.rs",)
    )


def test_the_same_content_is_no_change_and_an_x_bit_is(tree):
    before = scan(tree)
    write(tree, "src/lib.rs", "src/lib.rs")
    assert changed(tree, before) == Changes()
    (tree / "src/lib.rs").chmod(0o755)
    assert changed(tree, before).modified == ("src/lib.rs",)


def test_a_same_size_edit_with_the_time_put_back_is_seen_through_the_cache(tree):
    time.sleep(0.03)
    before = scan(tree)
    place, was = tree / "src/lib.rs", (tree / "src/lib.rs").stat()
    place.write_text("SRC/lib.rs")
    os.utime(place, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert diff(before, scan(tree, cache=before)).modified == ("src/lib.rs",)


def test_the_cache_spares_reading(tree):
    time.sleep(0.03)
    before = scan(tree)
    again = scan(tree, cache=before)
    assert all(again.entries[path] is entry for path, entry in before.entries.items())


def test_a_file_as_young_as_the_scan_is_read_again(tree):
    before = scan(tree)
    again = scan(tree, cache=before)
    assert not any(again.entries[path] is entry for path, entry in before.entries.items())
    assert diff(before, again) == Changes()


def test_litter_is_set_aside_only_where_it_was_added(tree):
    before = scan(tree)
    write(tree, ".agent/cache.db")
    write(tree, "README.md", "edited")
    found = changed(tree, before, housekeeping=(".agent/", "README.md"))
    assert (found.litter, found.modified, found.added) == ((".agent/cache.db",), ("README.md",), ())


def test_links_and_special_files_are_listed_and_never_followed(tree):
    outside = write(tree.parent / "outside", "secret")
    before = scan(tree)
    (tree / "link").symlink_to(outside)
    (tree / "loop").symlink_to(tree)
    (tree / "README.md").unlink()
    (tree / "README.md").symlink_to("/etc/passwd")
    os.mkfifo(tree / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tree / "socket"))
        found = changed(tree, before)
    assert found.added == ("link", "loop", "pipe", "socket")
    assert found.modified == ("README.md",)
    assert found.unsafe == ("README.md", "link", "loop", "pipe", "socket")


def test_a_git_dir_elsewhere_is_named_and_not_entered(tree):
    before = scan(tree)
    write(tree, "vendor/.git/objects/aa")
    found = changed(tree, before)
    assert found.extra_git_dir and found.all == ()
    assert not changed(tree, scan(tree)).extra_git_dir


def test_odd_names(tree):
    before = scan(tree)
    write(tree, "a\nb")
    write(tree, "src/lib.rs\n")
    (Path(os.fsdecode(os.fsencode(tree) + b"/bad\xff"))).write_text("x")
    found = changed(tree, before)
    assert found.added == ("a\nb", "bad\\xff", "src/lib.rs\n")
    assert found.unsafe == ("a\nb", "bad\\xff", "src/lib.rs\n")
    assert Changes.model_validate_json(found.model_dump_json()) == found


def test_a_truncated_scan_calls_nothing_removed(tree):
    before = scan(tree)
    for number in range(50):
        write(tree, f"many/{number}")
    after = scan(tree, max_entries=10)
    assert after.truncated and len(after.entries) <= 10
    assert diff(before, after).removed == () and diff(before, after).truncated
    assert not diff(before, before).truncated


def test_a_tree_of_long_paths_is_truncated_before_its_list_grows_large(tree, monkeypatch):
    deep = "/".join("d" * 200 for _ in range(15))
    for number in range(300):
        write(tree, f"{deep}/{number}")
    manifest = import_module("codingagentbench.verify.manifest")
    monkeypatch.setattr(manifest, "_Scan", partial(manifest._Scan, path_bytes=200_000))
    after = scan(tree)
    assert after.truncated and len(after.entries) < 100


def test_an_endless_folder_is_listed_as_special(tree):
    before = scan(tree)
    home = Path.cwd()
    try:
        os.chdir(tree)
        for _ in range(30):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        Path("hidden").write_text("x")
    finally:
        os.chdir(home)
    found = changed(tree, before)
    assert len(found.unsafe) == 1 and found.added == found.unsafe


def test_a_huge_sparse_file_is_not_read(tree):
    before = scan(tree)
    with (tree / "sparse").open("wb") as file:
        file.truncate(1 << 42)
    started = time.monotonic()
    after = scan(tree)
    assert time.monotonic() - started < 1
    assert diff(before, after).added == ("sparse",)
    assert diff(after, scan(tree)) == Changes()
    (tree / "sparse").chmod(0o755)
    assert diff(after, scan(tree)).modified == ("sparse",)


def test_a_missing_root_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "absent")


def test_left_behind_in_home(tmp_path):
    before = scan(tmp_path)
    write(tmp_path, ".config/agent/state")
    write(tmp_path, ".bashrc")
    assert left_behind(before, scan(tmp_path), (".config/agent/",)) == (".bashrc",)


names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: name not in (".", "..", ".git") and len(name.encode()) < 200)


@settings(max_examples=25, deadline=None)
@given(
    old=st.dictionaries(names, st.binary(max_size=9), max_size=6),
    new=st.dictionaries(names, st.binary(max_size=9)),
)
def test_diff_says_what_dictionaries_say(tmp_path_factory, old, new):
    manifests = []
    for files in (old, new):
        root = tmp_path_factory.mktemp("tree")
        for name, data in files.items():
            (root / name).write_bytes(data)
        manifests.append(scan(root))
    found = diff(*manifests)
    assert found.added == tuple(sorted(new.keys() - old.keys()))
    assert found.removed == tuple(sorted(old.keys() - new.keys()))
    assert found.modified == tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name]))
