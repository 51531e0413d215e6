"""Patches, steps and checks of two cells compared: what is alike, what is not, and what is too large."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.evidence import CheckResult, Span, VerifyReport
from codingagentbench.core.task import CheckKind
from codingagentbench.site.compare.checks import compare_checks
from codingagentbench.site.compare.patches import DIFF_SHOWN, FILES, compare_patches, split_patch
from codingagentbench.site.compare.steps import MAX_STEPS, SHORT, compare_traces
from codingagentbench.site.entities.spread import spread
from codingagentbench.site.stack import PARTS, stack


def file_patch(path, *lines, start=1):
    body = "\n".join(lines)
    names = f"diff --git a/{path} b/{path}\nindex 1..2 100644\n--- a/{path}\n+++ b/{path}\n"
    return f"{names}@@ -{start} +{start} @@\n{body}\n"


ONE = file_patch("src/a.py", " kept", "-old", "+new")
TWO = file_patch("b.txt", "+--- not a header", "+diff --git a/x b/x")


def test_files_are_compared_one_by_one_and_those_that_differ_come_first():
    other = file_patch("src/a.py", " kept", "-old", "+newer") + file_patch("c.txt", "+c")
    found = compare_patches(ONE + TWO, other + TWO)
    assert [(file.path, file.status) for file in found.files] == [
        ("src/a.py", "different"), ("c.txt", "only B"), ("b.txt", "same"),
    ]  # fmt: skip
    shown = {line.text: line.kind for line in found.files[0].lines}
    assert shown["-+new"] == "cut"
    assert shown["++newer"] == "add"
    assert found.files[0].added == (1, 1)
    assert not found.same


def test_the_same_change_at_another_place_is_told_from_the_same_change():
    found = compare_patches(ONE, file_patch("src/a.py", " kept", "-old", "+new", start=9))
    assert found.files[0].status == "different"
    assert found.files[0].lines == ()


def test_lines_that_look_like_headers_stay_lines():
    files = split_patch(TWO)
    assert list(files) == ["b.txt"]
    assert "+--- not a header" in files["b.txt"]
    assert compare_patches(TWO, "").files[0].added == (2, 0)


def test_names_with_spaces_and_quotes():
    assert list(split_patch("diff --git a/x b/y b/x b/y\n")) == ["x b/y"]
    assert list(split_patch('diff --git "a/\\303\\244" "b/\\303\\244"\n')) == ['"a/\\303\\244" "b/\\303\\244"']
    assert list(split_patch("diff --git a/old name b/new name\n")) == ["new name"]
    assert split_patch("no patch at all\n") == {}


def test_large_patches_are_bounded():
    many = "".join(file_patch(f"f{n:03d}", "+x") for n in range(FILES + 5))
    assert compare_patches(many, "").left_out == 5
    long = compare_patches(
        file_patch("a", *(f"+{n}" for n in range(20_000))), file_patch("a", *(f"-{n}" for n in range(20_000)))
    )
    assert len(long.files[0].lines) == DIFF_SHOWN
    assert long.files[0].cut


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='diff -g@+ab/\n"', max_size=300))
def test_a_patch_is_the_same_as_itself_whatever_it_is(patch):
    assert compare_patches(patch, patch).same


def call(index, start, reasons=("stop",)):
    return Span(
        trace_id="t", id=f"m{index}", parent=None, kind="model_call", name="chat acme/large", start=start,
        end=start + 5, attrs={"gen_ai.response.finish_reasons": list(reasons)},
    )  # fmt: skip


def tool(index, start, name, arguments):
    return Span(
        trace_id="t", id=f"t{index}", parent=None, kind="tool_call", name=name, start=start, end=start + 1,
        attrs={"gen_ai.tool.call.arguments": arguments},
    )  # fmt: skip


def test_one_command_is_the_same_step_whatever_the_shell_tool_is_called():
    ours = [
        call(1, 0),
        tool(1, 5, "bash", '{"command": "ls  -l"}'),
        call(2, 10),
        tool(2, 11, "edit", '{"path": "a"}'),
    ]
    theirs = [call(1, 0), tool(1, 5, "exec_command", '{"cmd": "ls -l"}'), call(2, 9)]
    found = compare_traces(ours, theirs)
    assert [pair.mark for pair in found.pairs] == ["same", "same", "same", "only A"]
    assert found.pairs[1].other.name == "exec_command"


def test_steps_are_those_of_the_agent_in_time_order():
    spans = [
        call(2, 50),
        Span(trace_id="t", id="v", parent=None, kind="verify", name="v", start=0, end=1),
        call(1, 1),
    ]
    assert [pair.one.start for pair in compare_traces(spans, ()).pairs] == [1, 50]


def test_arguments_of_any_kind_do_not_break_it():
    odd = [None, 7, ["a"], {"x": {}}, "[" * 5000, "x" * 200_000, '{"commands": ["a", 1]}', "\x00"]
    found = compare_traces([tool(n, n, "t", one) for n, one in enumerate(odd)], ())
    assert len(found.pairs) == len(odd)
    assert all(len(pair.one.short) <= SHORT for pair in found.pairs)


def test_only_so_many_steps_are_compared():
    many = [call(n, n) for n in range(MAX_STEPS + 7)]
    found = compare_traces(many, many[:3])
    assert found.left_out == (7, 0)
    assert found.counts == (MAX_STEPS + 7, 3)
    assert len(found.pairs) == MAX_STEPS


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=20), st.lists(st.sampled_from("abc"), max_size=20))
def test_every_step_of_either_side_is_in_the_comparison_once_and_in_order(ours, theirs):
    sides = [[tool(n, n, name, "") for n, name in enumerate(side)] for side in (ours, theirs)]
    found = compare_traces(*sides)
    assert [pair.one.name for pair in found.pairs if pair.one] == ours
    assert [pair.other.name for pair in found.pairs if pair.other] == theirs


def report(**passed):
    kind = CheckKind.FAIL_TO_PASS
    return VerifyReport(
        checks=tuple(CheckResult(id=name, kind=kind, passed=good, answered=True) for name, good in passed.items())
    )


def test_checks_that_differ_come_with_regressions_first():
    found = compare_checks(
        report(a=True, b=False, c=True, d=False), report(a=False, b=True, c=True, d=False, e=True)
    )
    assert [(check.id, check.regression) for check in found.differ] == [("a", True), ("b", False), ("e", False)]
    assert (found.regressions, found.gains, found.both_pass, found.both_fail) == (1, 2, 1, 1)
    assert found.differ[2].one == "not reported"


def test_a_side_that_was_not_verified_is_named():
    assert compare_checks(None, report(a=True)).none == ("A",)
    assert compare_checks(None, None).none == ("A", "B")


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(PARTS), st.floats(0, 1e7), min_size=1))
def test_a_stack_adds_up_and_its_parts_lie_end_to_end(latency):
    made = stack(latency)
    assert abs(made.total - sum(latency.values())) <= 1e-6 * max(1.0, made.total)
    assert all(abs(one.x + one.width - other.x) < 1e-6 for one, other in pairwise(made.parts))
    if made.total > 0:
        assert abs(sum(part.width for part in made.parts) - 100) < 1e-6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_a_spread_is_in_order(values):
    found = spread(values)
    assert found.least <= found.low <= found.median <= found.high <= found.most
    assert found.n == len(values)
