"""Tasks: folders in the Harbor layout, as data, as trees to work in, and the toolchains they need."""

from codingagentbench.tasks.corpus import find_corpus, get_task, list_tasks
from codingagentbench.tasks.edits import solution_edits, text_files
from codingagentbench.tasks.harbor import plan_json
from codingagentbench.tasks.lint import lint_task
from codingagentbench.tasks.load import load_task
from codingagentbench.tasks.toolchains import Toolchain, needed_by, require, toolchain, toolchains
from codingagentbench.tasks.twin import derive_twin, falsified, twin_choices, write_twin
from codingagentbench.tasks.workdir import prepare_workdir, pristine_tree

__all__ = [
    "Toolchain",
    "derive_twin",
    "falsified",
    "find_corpus",
    "get_task",
    "lint_task",
    "list_tasks",
    "load_task",
    "needed_by",
    "plan_json",
    "prepare_workdir",
    "pristine_tree",
    "require",
    "solution_edits",
    "text_files",
    "toolchain",
    "toolchains",
    "twin_choices",
    "write_twin",
]
