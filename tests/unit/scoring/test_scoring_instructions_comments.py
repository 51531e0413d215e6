"""`no-comments-added`: what is an added comment in each language, and what only looks like one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instruction_cases import changed, told, verdict

from codingagentbench.core.evidence import Changes, Source
from codingagentbench.scoring.axes.instructions import comments

KIND = "no-comments-added"
ADDED = {
    "a.py": ("x = 1\n", "x = 1  # one\n"),
    "a.rs": ("fn f() {}\n", "/// Does nothing.\nfn f() {}\n"),
    "b.rs": ("macro_rules! m { () => {} }\n", "macro_rules! m { () => { /* nothing */ } }\n"),
    "A.java": ("class A {}\n", "/** An A. */\nclass A {}\n"),
    "a.js": ("f(1)\n", "f(1) // one\n"),
    "a.tsx": ("const a = <b>x</b>\n", "const a = <b>{/* why */}x</b>\n"),
    "a.ts": ("let a: number\n", "let a: number /* why */\n"),
    "a.go": ("package a\n", "// Package a is one.\npackage a\n"),
    "a.c": ("int x;\n", "int x; // one\n"),
    "a.h": ("int x;\n", "/* one */ int x;\n"),
    "a.sh": ("ls\n", "ls # here\n"),
}
LOOK_ALIKES = {
    "a.py": ("x = 1\n", 'x = "# no"\ny = "//"\ndef f():\n    """# A docstring."""\n'),
    "a.rs": ("fn f() {}\n", 'fn f() { let _ = "// no /* no */"; let _ = r#"//"#; }\n'),
    "A.java": ("class A {}\n", "class A { String u = \"http://x/*y*/\"; char c = '/'; }\n"),
    "a.js": ("f(1)\n", "f(/\\/\\/ no/, `// ${1} no`, 'http://x')\n"),
    "a.tsx": ("const a = <b>x</b>\n", "const a = <b>// text</b>\n"),
    "a.go": ("package a\n", 'package a\nvar u = "http://x"\nvar v = `// no`\n'),
    "a.c": ("int x;\n", 'char *u = "/* no */ // no";\n'),
    "a.sh": ("ls\n", "echo '# no' $# ${x#y} a#b\n"),
    "run": ("", "# an unknown kind of file\n"),
    "notes.md": ("", "# A heading\n"),
    "b.sh": (None, "#!/bin/sh\nls\n"),
    "b.py": (None, "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nx = 1\n"),
    "b.go": ("package a\n", "//go:build linux\n\npackage a\n"),
}


@pytest.mark.parametrize("path", ADDED)
def test_an_added_comment_is_found_with_its_line(path):
    result = verdict(KIND, changed({path: ADDED[path]}))
    assert result.name == "broken" and told(result)[0].startswith(f"{path}:1: ")


@pytest.mark.parametrize("path", LOOK_ALIKES)
def test_what_only_looks_like_a_comment_is_none(path):
    assert verdict(KIND, changed({path: LOOK_ALIKES[path]})).name == "honoured"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f():\n    # why\n    return 1\n", "def g():\n    if x:\n        # why\n        return 1\n"),
        ("# why\nx = 1\ny = 2\n", "y = 2\nx = 1  # why\n"),
        ("# counts from zero\nx = 1\n", "# counts from one\nx = 1\n"),
        ("# a\n# b\nx = 1\n", "# b\nx = 1\n"),
        ("# why\n", ""),
    ],
    ids=["re-indented", "moved", "reworded", "removed", "emptied"],
)
def test_a_comment_that_was_there_is_no_added_one(before, after):
    assert verdict(KIND, changed({"a.py": (before, after)})).name == "honoured"


def test_moves_between_files_and_forms_add_nothing():
    moved = {"a.rs": ("// why\nfn f() {}\n", "mod b;\n"), "b.rs": (None, "/*\n * why\n */\nfn f() {}\n")}
    assert verdict(KIND, changed(moved)).name == "honoured"


def test_a_copy_is_an_added_one_and_a_rewording_excuses_a_single_one():
    copied = verdict(KIND, changed({"a.py": ("# why\nx = 1\n", "# why\nx = 1\n# why\ny = 1\n")}))
    assert told(copied) == ["a.py:3: why"]
    grown = ("# counts from zero\n", "# counts from one\n# counts from one, and more\n# because of the index\n")
    assert told(verdict(KIND, changed({"a.py": grown}))) == ["a.py:2: counts from one, and more",
                                                             "a.py:3: because of the index"]  # fmt: skip


def test_a_longer_block_comment_is_found_by_line():
    texts = ("/* a */\nint x;\n", "/* a\n * and why it is so\n */\nint x;\n")
    assert told(verdict(KIND, changed({"a.c": texts}))) == ["a.c:2: and why it is so"]


def test_docstrings_count_when_they_are_declared():
    texts = {"a.py": ("def f():\n    pass\n", 'def f():\n    """What it does."""\n    x = "text"\n')}
    assert verdict(KIND, changed(texts)).name == "honoured"
    assert told(verdict(KIND, changed(texts), docstrings=True)) == ["a.py:2: What it does."]


def test_paths_narrow_it():
    cell = changed({"src/a.py": ("", "x = 1\n"), "tests/t.py": ("", "# why\n")})
    assert verdict(KIND, cell, paths=("src/**",)).name == "honoured"
    assert verdict(KIND, cell).name == "broken"


def test_what_cannot_be_read_is_not_judged():
    assert verdict(KIND, changed({"a.py": ("", "def (: # why\n")})).name == "not_judged"
    assert verdict(KIND, changed({"a.py": ("", "def (:\n")})).name == "honoured"  # no mark of a comment in it
    assert verdict(KIND, changed({"a.rb": ("", "x = 1\n")})).name == "not_judged"
    large = changed({}).model_copy(
        update={"changes": Changes(modified=("a.py",)), "sources": {"a.py": Source(problem="too large")}}
    )
    assert told(verdict(KIND, large)) == ["a.py: too large"]
    unkept = large.model_copy(update={"sources": {}})
    assert verdict(KIND, unkept).name == "not_judged"


def test_a_sure_finding_outweighs_a_doubt():
    cell = changed({"a.py": ("", "x = 1  # why\n"), "b.py": ("", "def (: # what\n")})
    assert told(verdict(KIND, cell)) == ["a.py:1: why"]


LINES = st.lists(st.sampled_from(["x = 1", "# a", "# b", "# c and more", "y = 2  # a"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(LINES, st.randoms(use_true_random=False))
def test_no_order_of_the_same_lines_adds_a_comment(lines, random):
    after = list(lines)
    random.shuffle(after)
    old, new = (comments._side("python", "\n".join(text), False) for text in (lines, after))
    assert list(comments._added([("a.py", old, new)])) == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["python", "rust", "javascript", "c", "bash", "go", "java"]))
def test_hostile_text_is_only_read(text, language):
    comments._side(language, text, True)
