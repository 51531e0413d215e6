"""The texts a cell keeps for its constraints: bounded, read safely, and nothing when none is asked for."""

import os

import pytest

from codingagentbench.core.evidence import Changes, Source, ToolStep
from codingagentbench.core.task import Constraint
from codingagentbench.runner import texts
from codingagentbench.runner.texts import bounded_steps, gather_asked, gather_sources
from codingagentbench.scoring import needs_of
from codingagentbench.tasks import get_task

COMMENTS = (Constraint(kind="no-comments-added"),)
DEPENDENCIES = (Constraint(kind="no-new-dependency"),)


@pytest.fixture
def trees(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for root in (before, after):
        (root / "src").mkdir(parents=True)
    return before, after


def gathered(trees, changes, rules=COMMENTS, tree=()):
    return gather_sources(needs_of(rules), *trees, changes, tree)


def test_both_texts_of_each_changed_source(trees):
    before, after = trees
    (before / "src/a.py").write_text("old")
    (after / "src/a.py").write_text("new")
    (after / "src/b.py").write_text("added")
    (before / "c.py").write_text("removed")
    (after / "notes.md").write_text("prose")
    changes = Changes(added=("notes.md", "src/b.py"), removed=("c.py",), modified=("src/a.py",))
    assert gathered(trees, changes) == {
        "c.py": Source(before="removed"),
        "src/a.py": Source(before="old", after="new"),
        "src/b.py": Source(after="added"),
    }


def test_hostile_files_are_named_and_not_kept(trees, monkeypatch):
    monkeypatch.setattr(texts, "MAX_TOTAL_BYTES", texts.MAX_FILE_BYTES + 5)
    _, after = trees
    secret = after.parent / "secret.py"
    secret.write_text("secret")
    (after / "link.py").symlink_to(secret)
    (after / "out").symlink_to(after.parent)
    os.mkfifo(after / "pipe.py")
    (after / "latin.py").write_bytes(b"\xe9")
    (after / "large.py").write_bytes(b"x" * (texts.MAX_FILE_BYTES + 1))
    (after / "m.py").write_bytes(b"x" * texts.MAX_FILE_BYTES)
    (after / "rest.py").write_bytes(b"x" * 10)
    names = ("large.py", "latin.py", "link.py", "m.py", "out/secret.py", "pipe.py", "rest.py")
    found = gathered(trees, Changes(added=names, unsafe=("link.py", "pipe.py")))
    assert {path: source.problem for path, source in found.items()} == {
        "large.py": "too large or unreadable",
        "latin.py": "not UTF-8",
        "link.py": "no plain file",
        "m.py": "",
        "out/secret.py": "too large or unreadable",
        "pipe.py": "no plain file",
        "rest.py": "too large or unreadable",
    }


def test_unchanged_lists_of_dependencies_are_kept_where_they_matter(trees):
    before, _ = trees
    (before / "Cargo.toml").write_text("[dependencies]\n")
    assert gathered(trees, Changes(), DEPENDENCIES, ("Cargo.toml", "src/a.rs")) == {
        "Cargo.toml": Source(before="[dependencies]\n", after="[dependencies]\n")
    }
    assert gathered(trees, Changes(), COMMENTS, ("Cargo.toml",)) == {}


def test_nothing_is_read_for_a_task_that_asks_for_nothing(monkeypatch, tmp_path):
    task = get_task("mutations/rust-error-negated").model_copy(update={"constraints": ()})
    monkeypatch.setattr(texts, "gather_sources", None)
    monkeypatch.setattr(texts, "text_files", None)
    assert gather_asked(task, tmp_path, Changes(modified=("src/lib.rs",)), ()) == texts.Asked()


def step(**fields):
    base = {"call_id": "c", "name": "bash", "arguments": "{}", "start_ms": 0, "model_call": 0}
    return ToolStep(**{**base, **fields})


def test_steps_are_bounded_and_fit_into_a_file(monkeypatch):
    monkeypatch.setattr(texts, "MAX_STEPS_TOTAL", 10)
    kept = bounded_steps([step(arguments="x" * 8, result="r" * 9999), step(arguments="\ud800yyyy", result=None)])
    assert [one.arguments for one in kept] == ["x" * 8, "?y"]
    assert len(kept[0].result) == 500 and kept[1].result is None
    assert all(one.model_dump_json() for one in kept)
