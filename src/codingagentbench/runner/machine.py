"""What this machine has for running cells: for `cab doctor`."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from typing import Any

from codingagentbench.agents import agent_names, find_installation, get_agent
from codingagentbench.core.errors import CabError
from codingagentbench.sandbox import doctor as sandbox_findings
from codingagentbench.tasks import list_tasks
from codingagentbench.tasks.toolchains import Toolchain, needed_by, toolchain


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a machine needs. Without a `required` one no cell can run."""

    name: str
    ok: bool
    detail: str = ""
    remedy: str = ""
    required: bool = False

    def as_json(self) -> dict[str, Any]:
        """The fields."""
        return asdict(self)


def examine() -> list[Item]:
    """Look at the sandbox, git, toolchains, agents and the corpus."""
    return [*_sandbox(), _git(), *_toolchains(), *_agents(), _corpus()]


def _sandbox() -> list[Item]:
    return [Item(f.name, f.ok, f.detail, f.remedy, required=True) for f in sandbox_findings()]


def _git() -> Item:
    found = shutil.which("git")
    return Item("git", bool(found), found or "", "" if found else "apt-get install git", required=True)


def _toolchains() -> list[Item]:
    users: dict[str, list[str]] = {}
    for task in list_tasks():
        for name in needed_by(task):
            users.setdefault(name, []).append(task.id)
    return [_toolchain(toolchain(name), ids) for name, ids in sorted(users.items())]


def _toolchain(tool: Toolchain, ids: list[str]) -> Item:
    detail = tool.version or f"needed by {', '.join(ids)}"
    return Item(f"toolchain {tool.name}", tool.found, detail, "" if tool.found else tool.remedy)


def _agents() -> list[Item]:
    items = []
    for name in agent_names():
        agent = get_agent(name)
        try:
            found = find_installation(agent)
            items.append(Item(f"agent {name}", True, f"{agent.version} {found.runtime}".strip()))
        except CabError as error:
            items.append(Item(f"agent {name}", False, error.what, error.remedy))
    return items


def _corpus() -> Item:
    try:
        return Item("corpus", True, f"{len(list_tasks())} tasks", required=True)
    except CabError as error:
        return Item("corpus", False, error.what, error.remedy, required=True)
