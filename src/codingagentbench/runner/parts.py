"""Gathers what a cell needs before anything is started: what is missing is said, and nothing is half done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import codingagentbench
from codingagentbench.agents import Installation, find_installation, get_agent
from codingagentbench.core.agent import AgentDefinition
from codingagentbench.core.errors import UsageError
from codingagentbench.core.globs import matches
from codingagentbench.core.spec import CellSpec
from codingagentbench.core.task import REFUSAL_DOCUMENT, Task
from codingagentbench.plugins import Plugin
from codingagentbench.runner.options import RunOptions
from codingagentbench.sandbox import SandboxKind, get_sandbox
from codingagentbench.tasks import Toolchain, find_corpus, get_task, require, solution_edits, text_files

if TYPE_CHECKING:
    from codingagentbench.gateway import Upstream
    from codingagentbench.gateway.reference import ReferenceBrief


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a cell is made of."""

    spec: CellSpec
    task: Task
    agent: AgentDefinition
    installation: Installation
    sandbox: SandboxKind
    toolchains: tuple[Toolchain, ...]
    plugins: tuple[Plugin, ...]

    @property
    def applied(self) -> tuple[Plugin, ...]:
        """The plugins of the stack that fit this agent."""
        return tuple(plugin for plugin in self.plugins if plugin.fits(self.agent.name))


def gather(spec: CellSpec, options: RunOptions) -> Parts:
    """Look everything up.

    Raises:
        UsageError: an unknown name, or a model that needs an endpoint and has none.
        MissingTool: the agent, bubblewrap or a toolchain of the task is not on this machine.
    """
    agent = get_agent(spec.tui)
    if spec.behavior_mode not in agent.modes:
        known = ", ".join(sorted(agent.modes))
        raise UsageError(
            f"agent {agent.name!r} has no behaviour mode {spec.behavior_mode!r}", remedy=f"known modes: {known}"
        )
    task = get_task(spec.task)
    if agent.makes_calls and not spec.is_reference and not options.endpoint:
        raise UsageError(
            f"model {spec.model!r} needs an endpoint",
            remedy="give --endpoint URL or set CAB_ENDPOINT (and CAB_KEY), or use a reference/... model",
        )
    unknown = [reference for reference in spec.plugin_stack if reference not in options.plugins]
    if unknown:
        raise UsageError(f"plugins without a definition: {', '.join(unknown)}", remedy="give them with --plugin")
    return Parts(
        spec=spec,
        task=task,
        agent=agent,
        installation=find_installation(agent),
        sandbox=open_sandbox(spec.sandbox),
        toolchains=tuple(require(task)),
        plugins=tuple(options.plugins[reference] for reference in spec.plugin_stack),
    )


def open_sandbox(name: str) -> SandboxKind:
    """The sandbox kind, with the harness and every corpus out of sight."""
    return get_sandbox(name, (*find_corpus(), Path(codingagentbench.__file__).resolve().parent))


def make_upstream(parts: Parts, options: RunOptions) -> Upstream:
    """What answers the agent's model calls: a scripted policy, or the endpoint."""
    from codingagentbench.gateway import HttpUpstream  # here: a sweep gathers long before it needs an HTTP stack
    from codingagentbench.gateway.reference import reference_upstream

    if parts.spec.is_reference:
        brief = _brief(parts.task)
        return reference_upstream(parts.spec.model, brief, delay_s=options.reference_delay_s)
    if not options.endpoint:
        return HttpUpstream("http://127.0.0.1:9", "")  # an agent that makes no calls never reaches it
    return HttpUpstream(options.endpoint, options.key)


@lru_cache(maxsize=32)
def _brief(task: Task) -> ReferenceBrief:
    from codingagentbench.gateway.reference import ReferenceBrief

    originals = text_files(task)
    allowed = (*task.allowed_changes, *(task.refusal.fabricated_if_changed if task.refusal else ()))
    protected = tuple(path for path in originals if matches(path, task.protected))
    return ReferenceBrief(
        task_id=task.id,
        expected_refusal=task.expected_refusal,
        solution=solution_edits(task),
        originals=originals,
        protected=protected,
        allowed=tuple(path for path in originals if matches(path, allowed) and path not in protected),
        refusal_document=task.refusal.document if task.refusal else REFUSAL_DOCUMENT,
        refusal_text="",
        language=task.language,
    )
