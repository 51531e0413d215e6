"""Each task's own solution honours its constraints, and a change that breaks them all is named, place by place."""

from __future__ import annotations

import shutil

import pytest

from codingagentbench.core.evidence import Changes, Evidence, LatencyStack, ToolStep
from codingagentbench.core.task import Task
from codingagentbench.core.values import Measured
from codingagentbench.runner.texts import gather_asked
from codingagentbench.scoring.axes import instructions
from codingagentbench.tasks import list_tasks, pristine_tree, solution_edits
from codingagentbench.verify import diff, make_patch, scan

TASKS = list_tasks()
PUSH = ToolStep(
    call_id="c", name="bash", arguments='{"command": "cd /work && sudo git commit -qam x && git -C . push"}',
    result="", start_ms=0, model_call=0,
)  # fmt: skip
LOOK = PUSH.model_copy(update={"arguments": '{"command": "git log | head; echo git push"}'})
THE_SIX = {
    "polyglot/rust-error-handling", "polyglot/python-reverse-string", "polyglot/java-exception-handling",
    "mutations/python-comparator-swap", "mutations/rust-error-negated", "integrity/unsolvable-refusal",
}  # fmt: skip
SPOILED = {
    "python": "import numpy  # for speed\ndef added(): pass\n",
    "rust": "// spoiled\nuse rand::Rng;\npub fn added() {}\n",
    "java": "import org.apache.commons.lang3.StringUtils; // spoiled\nclass Spoiled { public void added() {} }\n",
}


def judged(task: Task, tmp_path, edits, steps) -> Evidence:
    work = tmp_path / "work"
    shutil.copytree(pristine_tree(task), work, symlinks=True)
    before = scan(work)
    for path, content in edits.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            (work / path).unlink()
        else:
            (work / path).write_text(content)
    changes: Changes = diff(before, scan(work), ())
    asked = gather_asked(task, work, changes, steps)
    patch = make_patch(pristine_tree(task), work, changes)
    cell = Evidence(
        task_id=task.id, expected_refusal=task.expected_refusal, expected_changes=task.expected_changes,
        protected=task.protected, constraints=task.constraints, patch=patch.text, changes=changes, verify=None,
        sources=asked.sources, tree=asked.tree, tool_steps=asked.tool_steps, calls=(), latency=LatencyStack(),
    )  # fmt: skip
    return Evidence.model_validate_json(cell.model_dump_json())


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_the_solution_honours_every_constraint(task, tmp_path):
    edits = {edit.path: edit.content for edit in solution_edits(task)}
    result = instructions.score(judged(task, tmp_path, edits, (LOOK,)))
    assert result.value == Measured(value=1, unit="share", evidence=("changes.patch", "evidence.json")), (
        result.keys
    )


@pytest.mark.parametrize("task", [one for one in TASKS if one.id in THE_SIX], ids=lambda task: task.id)
def test_a_change_that_breaks_them_is_named(task, tmp_path):
    source = next(path for path in scan(pristine_tree(task)).entries if path.startswith("src/"))
    edits = {source: SPOILED[task.language], "run_tests.sh": "exit 0\n", "requirements.txt": "numpy\n"}
    for row in instructions.score(judged(task, tmp_path, edits, (PUSH,))).keys["verdicts"]:
        if not row["constraint"]["kind"].startswith("pattern-"):
            assert row["verdict"] == "broken" and row["evidence"], row
            assert all(place["path"] and place["excerpt"] for place in row["evidence"])
