"""The instructions axis: its value and keys, the kinds that read names and the patch, and the child process."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instruction_cases import changed, step, told, verdict
from scoring_cases import evidence

from codingagentbench.core.evidence import Changes, Evidence
from codingagentbench.core.patchtext import read_patch
from codingagentbench.core.record import AxisResult
from codingagentbench.core.task import Constraint
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured
from codingagentbench.scoring import score
from codingagentbench.scoring.axes import instructions
from codingagentbench.scoring.axes.instructions import guard, needs_of
from codingagentbench.scoring.axes.instructions.verdict import MAX_FINDINGS, from_json

PATCH = """# not shown, too large: 'big'
diff --git a/src/a.py b/src/a.py
--- a/src/a.py
+++ b/src/a.py
@@ -1,2 +1,3 @@
 keep
-old_call()
+new_call()
+++ b/tests/fake.py
diff --git a/src/b c.py b/src/b c.py
new file mode 100644
--- /dev/null
+++ b/src/b c.py\t
@@ -0,0 +1 @@
+eval("x")
diff --git "a/n\\nl" "b/n\\nl"
--- /dev/null
+++ "b/n\\nl"
@@ -0,0 +1 @@
+odd
\\ No newline at end of file
diff --git a/src/emptied.py b/src/emptied.py
index 1..2
diff --git a/src/latin.py b/src/latin.py
GIT binary patch
literal 3
KcmZQzU|?uq@#g!Qz-h$5
"""
FILES = Changes(modified=("src/a.py",), added=("src/b c.py",))


def test_added_lines_are_read_by_hunk_length():
    patch = read_patch(PATCH)
    assert [(line.path, line.number, line.text) for line in patch.added] == [
        ("src/a.py", 2, "new_call()"),
        ("src/a.py", 3, "++ b/tests/fake.py"),
        ("src/b c.py", 1, 'eval("x")'),
        ("n\nl", 1, "odd"),
    ]
    assert patch.shown == {"src/a.py", "src/b c.py", "n\nl", "src/emptied.py"}


@pytest.mark.parametrize(
    ("constraint", "findings"),
    [
        (Constraint(kind="file-not-touched", paths=("src/a.py",)), ["src/a.py: modified"]),
        (Constraint(kind="file-not-touched", paths=("tests/**",)), None),
        (Constraint(kind="max-files-changed", count=2), None),
        (
            Constraint(kind="max-files-changed", count=1),
            ["src/a.py: modified; at most 1 may change", "src/b c.py: added; at most 1 may change"],
        ),
        (Constraint(kind="pattern-forbidden-in-diff", pattern=r"\beval\("), ['src/b c.py:1: eval("x")']),
        (Constraint(kind="pattern-forbidden-in-diff", pattern=r"\beval\(", paths=("src/a.py",)), None),
        (Constraint(kind="pattern-forbidden-in-diff", pattern="old_call"), None),
        (Constraint(kind="pattern-required-in-diff", pattern="^new_call"), None),
        (
            Constraint(kind="pattern-required-in-diff", pattern="absent"),
            ["changes.patch: no added line matches absent"],
        ),
    ],
)
def test_names_and_the_patch(constraint, findings):
    found = instructions.judge(constraint, evidence(patch=PATCH, changes=FILES))
    assert found.name == ("broken" if findings else "honoured") and told(found) == (findings or [])


@pytest.mark.parametrize("path", ["src/latin.py", "src/large.rs"])
def test_a_source_the_patch_does_not_show_is_not_judged(path):
    cell = evidence(patch=PATCH, changes=Changes(modified=(path,)))
    assert verdict("pattern-forbidden-in-diff", cell, pattern="zzz").name == "not_judged"
    assert verdict("pattern-required-in-diff", cell, pattern="zzz").name == "not_judged"
    assert verdict("pattern-required-in-diff", cell, pattern="new_call").name == "honoured"
    assert verdict("pattern-forbidden-in-diff", cell, pattern="new_call").name == "broken"
    assert verdict("pattern-forbidden-in-diff", cell, pattern="zzz", paths=("lib/**",)).name == "honoured"


def test_what_has_no_lines_needs_none():
    changes = Changes(modified=("src/emptied.py",), added=("target/a.o", "image.png"), removed=("gone.py",))
    assert (
        verdict("pattern-forbidden-in-diff", evidence(patch=PATCH, changes=changes), pattern="zzz").name
        == "honoured"
    )


def test_the_end_of_a_huge_line_is_not_searched():
    patch = "+++ b/a.js\n@@ -0,0 +1 @@\n+" + "a" * 100_000 + "eval("
    cell = evidence(patch=patch, changes=Changes(added=("a.js",)))
    assert verdict("pattern-forbidden-in-diff", cell, pattern=r"\beval\(").name == "not_judged"
    assert verdict("pattern-forbidden-in-diff", cell, pattern="^aaa").name == "broken"


@given(st.text())
def test_hostile_patch_text_is_only_read(text):
    read_patch("@@ -1 +1,9 @@\n" + text)
    read_patch(text)


RULES = (
    Constraint(kind="max-files-changed", count=1),
    Constraint(kind="file-not-touched", paths=("src/**",)),
    Constraint(kind="keep-public-api"),
    Constraint(kind="no-comments-added", paths=("src/**",)),
)


def axis(cell: Evidence) -> AxisResult:
    return score(cell, "1.0").axes["instructions"]


def test_the_value_is_the_share_and_the_keys_name_each_verdict():
    cell = changed({"src/a.py": ("def f(): pass\n", "x = 1  # why\n")}, constraints=RULES)
    result = axis(cell)
    assert result.value == Measured(value=0.25, unit="share", evidence=("changes.patch", "evidence.json"))
    assert (result.keys["honoured"], result.keys["declared"], result.keys["not_judged"]) == (1, 4, 0)
    assert [rule["kind"] for rule in result.keys["broken"]] == [rule.kind for rule in RULES[1:]]
    assert [row["verdict"] for row in result.keys["verdicts"]] == ["honoured", "broken", "broken", "broken"]
    assert result.keys["verdicts"][3] == {
        "constraint": {"kind": "no-comments-added", "paths": ["src/**"]},
        "verdict": "broken",
        "evidence": [{"path": "src/a.py", "line": 1, "excerpt": "why"}],
        "further": 0,
    }
    assert axis(evidence()).value == NotApplicable(why="the task declares no constraint")


def test_what_cannot_be_judged_leaves_a_range():
    cell = changed({"src/a.py": ("def f(): pass\n", "def (: # why\n")}, constraints=RULES)
    result = axis(cell)
    assert isinstance(result.value, NotMeasured) and (result.value.low, result.value.high) == (0.25, 0.75)
    assert "2 of 4 constraints cannot be judged: src/a.py" in result.value.why
    assert result.keys["not_judged"] == 2
    composite = score(cell, "1.0").axes["composite"].value
    assert isinstance(composite, NotMeasured) and composite.low < composite.high
    assert "instructions" in composite.why


def test_an_untouched_tree_honours_all_without_a_child(monkeypatch):
    monkeypatch.setattr(os, "fork", None)
    cell = evidence(
        changes=Changes(), constraints=(*RULES, Constraint(kind="command-not-run", programs=("git push",)))
    )
    assert axis(cell).value.value == 1


def test_a_bomb_spoils_only_the_constraint_it_concerns(monkeypatch):
    monkeypatch.setattr(guard, "CPU_SECONDS", 1)
    monkeypatch.setattr(guard, "MEMORY_BYTES", 128 * 1024**2)
    rules = (Constraint(kind="command-not-run", programs=("git push",)), Constraint(kind="no-comments-added"))
    texts = {"src/a.py": ("", "x = 1  # why\n")}
    cell = changed(texts, constraints=rules, tool_steps=(step({"command": "a|" * 60_000}),))
    result = axis(cell)
    assert [row["verdict"] for row in result.keys["verdicts"]] == ["not_judged", "broken"]
    assert "more memory or time" in result.value.why


def test_a_fault_of_the_judge_is_loud():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        guard.in_child(lambda: 1 // 0)
    assert guard.in_child(lambda: {"a": "é" * 200_000}) == {"a": "é" * 200_000}
    assert guard.in_child(lambda: os._exit(3)) is None


def test_findings_are_bounded_and_come_back_as_they_were():
    found = verdict(
        "no-comments-added", changed({"a.py": ("", "".join(f"# {n}{'x' * 999}\n" for n in range(99)))})
    )
    assert len(found.findings) == MAX_FINDINGS and found.further == 99 - MAX_FINDINGS
    assert all(len(finding.excerpt) <= 203 for finding in found.findings)
    assert from_json(found.as_json()) == found


def test_a_cell_gathers_only_what_its_task_declares():
    plain = needs_of((Constraint(kind="max-files-changed", count=1),))
    assert not (plain.texts or plain.tool_steps or plain.tree or plain.wants("a.py"))
    narrow = needs_of((Constraint(kind="no-comments-added", paths=("src/**",)),))
    assert narrow.wants("src/a.py") and not narrow.wants("a.py") and not narrow.wants("src/notes.md")
    listed = needs_of((Constraint(kind="no-new-dependency"),))
    assert listed.wants("Cargo.toml") and listed.wants_anyway("Cargo.toml") and not listed.wants_anyway("a.py")
    assert needs_of((Constraint(kind="command-not-run", pattern="x"),)).tool_steps
