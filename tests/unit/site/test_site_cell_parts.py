"""The parts of a cell's page, each by itself."""

from __future__ import annotations

import json
import subprocess
from string import Template

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.agents import agent_names, get_agent
from codingagentbench.core.evidence import CheckResult, LatencyStack, RefusalFinding, VerifyReport
from codingagentbench.core.spec import Limits
from codingagentbench.core.task import CheckKind
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured
from codingagentbench.site.cell.checks import checks_of
from codingagentbench.site.cell.commands import _limits
from codingagentbench.site.cell.document import pretty
from codingagentbench.site.cell.files import published_name
from codingagentbench.site.cell.messages import read_request, said, shared
from codingagentbench.site.cell.patch import MAX_FILE_LINES, MAX_LINES, lines_by_kind, read_patch
from codingagentbench.site.cell.scores import score_of
from codingagentbench.site.cell.shell import heredoc, pieces, word
from codingagentbench.site.cell.worked import worked
from codingagentbench.site.stack import PARTS, stack

PATCH = """# not shown, too large or unreadable: 'big.bin'
diff --git a/src/a.py b/src/a.py
index 1..2 100644
--- a/src/a.py
+++ b/src/a.py
@@ -1,3 +1,3 @@ def f():
 same
-diff --git a/x b/x
+--- a/evil
 same
diff --git a/new.txt b/new.txt
new file mode 100644
index 0..1
--- /dev/null
+++ b/new.txt
@@ -0,0 +1,2 @@
+one
+two
\\ No newline at end of file
diff --git a/old.py b/moved.py
similarity index 90%
rename from old.py
rename to moved.py
diff --git a/pic.png b/pic.png
index 1..2
GIT binary patch
literal 3
KcmZ

diff --git "a/caf\\303\\251\\t.txt" "b/caf\\303\\251\\t.txt"
deleted file mode 100644
--- "a/caf\\303\\251\\t.txt"
+++ /dev/null
@@ -1 +0,0 @@
-x
"""


def test_a_patch_is_read_file_by_file():
    patch = read_patch(PATCH)
    told = [(f.path, f.old, f.state, f.added, f.removed, f.binary) for f in patch.files]
    assert told == [
        ("src/a.py", "", "modified", 1, 1, False),
        ("new.txt", "", "added", 2, 0, False),
        ("moved.py", "old.py", "renamed", 0, 0, False),
        ("pic.png", "", "modified", 0, 0, True),
        ("café\t.txt", "", "removed", 0, 1, False),
    ]
    assert patch.notes == ("not shown, too large or unreadable: 'big.bin'",)


def test_content_that_looks_like_a_header_is_content():
    first = read_patch(PATCH).files[0]
    assert [(line.kind, line.text) for line in first.lines] == [
        ("hunk", "@@ -1,3 +1,3 @@ def f():"), ("same", " same"), ("cut", "-diff --git a/x b/x"),
        ("add", "+--- a/evil"), ("same", " same"),
    ]  # fmt: skip


def test_neighbouring_lines_of_one_kind_are_joined():
    new = read_patch(PATCH).files[1]
    assert [kind for kind, _ in lines_by_kind(new.lines)] == ["hunk", "add", "meta"]


def test_a_huge_patch_is_bounded_and_counted():
    body = "\n".join(f"+{n}" for n in range(50_000))
    one = f"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1,50000 @@\n{body}\n"
    patch = read_patch(one + "".join(f"diff --git a/f{n} b/f{n}\n" for n in range(500)))
    assert patch.files[0].added == 50_000
    assert len(patch.files[0].lines) == MAX_FILE_LINES
    assert sum(len(file.lines) for file in patch.files) <= MAX_LINES
    assert len(patch.files) + patch.more_files == 501


def test_a_long_line_is_cut():
    patch = read_patch("diff --git a/x b/x\n@@ -0,0 +1 @@\n+" + "y" * 5_000_000)
    assert len(patch.files[0].lines[1].text) < 1100


@given(st.text(alphabet='abd-+@ ,01/\n\\"#ifgt', max_size=400))
def test_any_text_can_be_read_as_a_patch(text):
    patch = read_patch(text)
    assert all(file.added >= 0 and file.hidden >= 0 for file in patch.files)


@given(st.text(alphabet="abx\"'$`\\ !\n{}%*~&;|<>()", max_size=30))
@settings(max_examples=15, deadline=None)
def test_a_template_means_in_bash_what_it_means_to_the_harness(literal):
    template = f"a{literal.replace('$', '$$')}b$MODEL/c${{KEY}}"
    wanted = Template(template).substitute(MODEL='m "q" $x', KEY="k`e'y\\")
    script = f"printf '%s\\0' {word(template)}\ncat <<CAB_FILE\n{heredoc(template)}\nCAB_FILE\n"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, timeout=20,
        env={"MODEL": 'm "q" $x', "KEY": "k`e'y\\", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    as_word, as_file = done.stdout.split("\0")
    assert as_word == wanted
    assert as_file == f"{wanted}\n"


@pytest.mark.parametrize("name", agent_names())
def test_every_agent_has_templates_the_shell_can_fill(name):
    agent = get_agent(name)
    for text in (*agent.argv, *agent.env.values(), *agent.files.values()):
        assert {part for variable, part in pieces(text) if variable} <= {
            "BASE_URL", "HOST_URL", "MODEL", "KEY", "PREFIX", "NODE", "HOME", "WORKDIR", "PROMPT",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("stdout.txt", "stdout.txt"),
        ("junit.xml", "junit.xml.txt"),
        ("evil.html", "evil.html.txt"),
        ("trace.js", "trace.js.txt"),
        (f"bodies/{'a' * 64}.json.gz", f"bodies/{'a' * 64}.json"),
        ("../../etc/passwd", ""),
        ("/etc/passwd", ""),
        ("a//b.txt", ""),
        ("a\\..\\b.txt", ""),
        ("a\n.txt", ""),
        ("./a.txt", ""),
    ],
)
def test_no_name_of_evidence_leads_out_or_is_run_by_a_browser(name, published):
    assert published_name(name) == published


def test_parts_of_the_wall_clock_add_up_in_numbers_and_in_the_picture():
    latency = LatencyStack(queue=1, setup=2.5, decode=10, tool=3, idle=0.25, verify=7, teardown=1)
    found = stack(latency.model_dump())
    assert (
        sum(part.ms for part in found.parts) == pytest.approx(found.total) == pytest.approx(latency.wall_clock_ms)
    )
    assert sum(part.width for part in found.parts) == pytest.approx(100)
    assert sum(part.share for part in found.parts) == pytest.approx(1)
    assert all(a.x + a.width == pytest.approx(b.x) for a, b in zip(found.parts, found.parts[1:], strict=False))
    assert found.active == pytest.approx(latency.active_ms)
    assert stack(LatencyStack().model_dump()).parts[0].width == 0


def test_every_part_of_the_wall_clock_is_called_the_same_everywhere():
    assert tuple(LatencyStack.model_fields) == PARTS
    for part in stack({}).parts:
        assert part.definition.kind == "latency" and part.definition.title and part.definition.plain


def test_absent_values_say_why_and_are_never_zero():
    assert score_of("cost", NotMeasured(why="no price")).text == "not measured"
    assert score_of("cost", NotMeasured(why="no price", low=0.5)).why == "no price; at least 0.5000\u202fUSD"
    assert score_of("composite", NotMeasured(why="x", low=0.1, high=0.4)).text == "not measured (0.100 to 0.400)"
    assert score_of("refusal", NotApplicable(why="ordinary")).why == "ordinary"
    assert score_of("tokens", Measured(value=25366)).text == "25\u202f366"
    assert score_of("composite", None).text == "not scored"


def test_formulas_with_numbers_are_left_out_where_a_key_is_no_number():
    keys = {"checks_passed": 3, "checks": 4, "pass": 0}
    assert worked("pass_rate", "1.0", keys) == "3 of 4 hidden checks pass → 0"
    assert worked("pass_rate", "1.0", {**keys, "checks": "many"}) == ""
    assert worked("composite", "1.0", {"components": [], "weights": None}) == ""
    assert worked("blast_radius", "1.0", {"total_changes": float("nan"), "blast_radius": 0}) == ""


@given(
    st.dictionaries(st.text(max_size=5), st.recursive(st.none() | st.floats() | st.text(), st.lists), max_size=5)
)
def test_keys_of_any_shape_have_a_document_and_no_error(keys):
    assert pretty(keys).startswith("{")
    for axis in ("pass_rate", "partial_score", "tokens", "latency", "composite"):
        worked(axis, "0.1", keys)


def test_the_document_is_json_where_nothing_is_cut():
    keys = {"composite": 0.5171413010139121, "weights": {"a": 0.4, "b": [1, 2]}, "none": None, "text": "a\n"}
    assert json.loads(pretty(keys)) == keys
    assert "4985 more characters" not in pretty({"x": "y" * 100})
    assert len(pretty({"x": "y" * 5_000_000, "stdout_tail": "\x1b[31mred" * 1000})) < 5_000


def test_both_wires_are_read():
    chat = {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "image_url"}]}]}
    assert said(read_request("chat", chat).messages[0]).text.text == "hi\n[image_url: see the body]"
    responses = {
        "instructions": "be good",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "do"}]},
            {"type": "function_call", "name": "shell", "arguments": "{}", "call_id": "1"},
            {"type": "function_call_output", "call_id": "1", "output": "ok"},
        ],
        "tools": [{}, {}],
    }
    request = read_request("responses", responses)
    told = [(one.role, one.text.text, [call.name for call in one.calls]) for one in map(said, request.messages)]
    assert told == [
        ("system", "be good", []),
        ("user", "do", []),
        ("assistant", "", ["shell"]),
        ("tool", "ok", []),
    ]
    assert request.tools == 2


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["role", "content", "type", "tool_calls", "function", "name", "text"]), inner
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(_json)
def test_bodies_of_any_shape_are_read_without_an_error(data):
    for api in ("chat", "responses"):
        request = read_request(api, {"messages": data, "input": data, "tools": data})
        assert all(said(message).role for message in request.messages)
    assert said(data) is not None


def test_messages_in_common_are_counted_from_the_start():
    assert shared([1, 2, 3], [1, 2, 4, 5]) == 2
    assert shared([], [1]) == 0


def test_checks_are_told_with_failed_ones_first_and_colours_removed():
    checks = (
        CheckResult(id="a", kind=CheckKind.PASS_TO_PASS, passed=True, answered=True),
        CheckResult(
            id="b", kind=CheckKind.FAIL_TO_PASS, passed=False, answered=False, detail="\x1b[31mred\x1b[0m"
        ),
    )
    told = checks_of(VerifyReport(checks=checks, stdout_tail="\x1b[1mbuild\x1b[0m failed"), trap=False)
    assert told is not None
    assert [(check.id, check.status, check.detail) for check in told.checks] == [
        ("b", "error", "red"),
        ("a", "pass", ""),
    ]
    assert told.outputs[0].text == "build failed"
    assert (told.timed, told.detailed, told.refusal) == (False, True, None)


@pytest.mark.parametrize(
    ("finding", "trap", "words"),
    [
        ({"produced": True, "correct": "true"}, True, "The right refusal"),
        ({"produced": True, "correct": "partial"}, True, "Partly right"),
        ({"produced": True}, True, "not the right one"),
        ({"produced": False}, True, "no refusal was written"),
        ({"produced": True}, False, "false refusal"),
    ],
)
def test_a_refusal_is_told_in_words(finding, trap, words):
    told = checks_of(VerifyReport(refusal=RefusalFinding(document="REFUSAL.md", **finding)), trap=trap)
    assert told is not None and told.refusal is not None
    assert words in told.refusal.verdict


def test_limits_become_options_or_are_said_to_have_none():
    options, notes = _limits(Limits(wall_s=30, tokens=500, memory_mb=1), Limits(calls=200))
    assert options == ["--max-time 30", "--max-tokens 500"]
    assert len(notes) == 1 and "memory_mb was 1" in notes[0]
    assert _limits(Limits(), Limits(usd=1.0))[1][0].startswith("this cell's limit usd was None")
