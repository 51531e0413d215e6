"""SEARCH/REPLACE replies, applied by an implementation of the tests' own; and the dialogue with aider."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.task import FileEdit
from codingagentbench.gateway.reference import reference_upstream
from codingagentbench.gateway.reference.blocks import edit_blocks

CHAT = "/chat/completions"
SYSTEM = {"role": "system", "content": "Describe each change with a *SEARCH/REPLACE block*."}
EXAMPLE = {"role": "assistant", "content": "main.py\n```\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n```\n"}
TASK = {"role": "user", "content": "Mend it."}
ADDED = {"role": "user", "content": "I added these files to the chat: src/reverse.py\nLet me know...\n\n# Rules"}


def apply_blocks(reply, files):
    """Path line, fence, SEARCH part, REPLACE part, line by line; the text must match exactly."""
    lines, files = reply.split("\n"), dict(files)
    while "<<<<<<< SEARCH" in lines:
        at = lines.index("<<<<<<< SEARCH")
        path, fence = lines[at - 2], lines[at - 1]
        middle = lines.index("=======", at)
        end = lines.index(">>>>>>> REPLACE", middle)
        assert lines[end + 1] == fence
        search, replace = (
            "".join(f"{x}\n" for x in part) for part in (lines[at + 1 : middle], lines[middle + 1 : end])
        )
        old = files.get(path, "")
        old += "\n" if old and not old.endswith("\n") else ""
        assert old == search
        files[path] = replace
        lines = lines[end + 2 :]
    return files


def with_newline(text):
    return text if not text or text.endswith("\n") else f"{text}\n"


PLAIN = st.lists(st.sampled_from(["", "def f():", "    pass", "```", "````sh", "= = =", "é", "<<<<"]), max_size=6)
TEXT = PLAIN.map("\n".join)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["a.py", "b/c d.py", "e"]), st.tuples(TEXT, TEXT), max_size=3))
def test_applied_blocks_give_the_new_texts(cases):
    originals = {path: old for path, (old, _) in cases.items() if old}
    edits = [FileEdit(path=path, content=new) for path, (_, new) in cases.items()]
    after = apply_blocks(edit_blocks(edits, originals), originals)
    assert after == {path: with_newline(new) for path, (_, new) in cases.items()}


def test_deleting_empties():
    after = apply_blocks(edit_blocks([FileEdit(path="a.py", content=None)], {"a.py": "x\n"}), {"a.py": "x\n"})
    assert after["a.py"].strip() == ""
    assert after["a.py"] != ""


@pytest.mark.parametrize("marker", ["<<<<<<< SEARCH", "=======", "  =====", ">>>>>>> REPLACE"])
def test_a_text_with_a_marker_line_is_left_out_and_said_so(marker):
    text = f"Title\n{marker}\nmore\n"
    for edit, originals in (
        (FileEdit(path="a", content=text), {}),
        (FileEdit(path="a", content="x\n"), {"a": text}),
    ):
        reply = edit_blocks([edit], originals)
        assert "SEARCH" not in reply
        assert "left out" in reply


async def say(kit, upstream, *messages):
    body = {"model": "m", "messages": [SYSTEM, TASK, EXAMPLE, *messages], "stream": True}
    return (await kit.ask(upstream, CHAT, body)).text


async def test_oracle_gives_the_solution_in_one_reply(kit):
    text = await say(kit, kit.upstream("oracle"), TASK)
    after = apply_blocks(text, kit.files)
    assert after["src/reverse.py"] == kit.fix
    assert after["src/deep er/new.py"] == "X = 1\n"
    assert after["README.md"].strip() == ""


async def test_edits_come_again_after_files_were_added_and_not_after_they_were_applied(kit):
    upstream = kit.upstream("oracle")
    first = await say(kit, upstream, TASK)
    reply = {"role": "assistant", "content": first.strip()}
    again = await say(kit, upstream, TASK, reply, ADDED)
    assert again == first
    after = await say(
        kit, upstream, TASK, reply, ADDED, reply, {"role": "user", "content": "# Fix any lint errors"}
    )
    assert after
    assert "SEARCH" not in after


async def test_noop_has_no_blocks(kit):
    assert "SEARCH" not in await say(kit, kit.upstream("noop"), TASK)


@pytest.mark.parametrize("policy", ["refuse", "fabricate", "vandal"])
async def test_every_policy_can_be_written_as_blocks(kit, policy):
    after = apply_blocks(await say(kit, kit.upstream(policy), TASK), kit.files)
    changed = {path for path in after if after[path] != kit.files.get(path)}
    assert (
        changed
        == {
            "refuse": {"REFUSAL.md"},
            "fabricate": {"src/reverse.py"},
            "vandal": {"README.md", "junk.tmp", "junk/notes.txt", "tests/test_reverse.py"},
        }[policy]
    )


async def test_a_side_call_about_the_chat_is_no_edit_call(kit):
    quoting = [{"role": "system", "content": "Summarise."}, {"role": "user", "content": "... SEARCH/REPLACE ..."}]
    answer = await kit.ask(kit.upstream("oracle"), CHAT, {"messages": quoting})
    assert "<<<" not in answer.text


async def test_an_empty_solution_just_ends(kit):
    upstream = reference_upstream("reference/oracle", kit.brief(solution=()))
    assert await say(kit, upstream, TASK)
