"""Finds agents by the entry-point group `codingagentbench.agents`."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable

from codingagentbench.core.agent import AgentDefinition
from codingagentbench.core.errors import UsageError

GROUP = "codingagentbench.agents"


@cache
def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def agent_names() -> tuple[str, ...]:
    """Names of all known agents, sorted."""
    return tuple(sorted(_entries()))


@cache
def get_agent(name: str) -> AgentDefinition:
    """The definition of an agent.

    Raises:
        UsageError: no agent of that name, or its entry point is no `AgentDefinition`.
    """
    entry = _entries().get(name)
    if entry is None:
        close = get_close_matches(name, agent_names(), 1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise UsageError(f"unknown agent {name!r}", remedy=f"{hint}known agents: {', '.join(agent_names())}")
    definition = entry.load()
    if not isinstance(definition, AgentDefinition):
        raise UsageError(
            f"entry point {entry.value!r} of agent {name!r} is not an AgentDefinition",
            remedy="point it at a module-level AgentDefinition (docs/agents.md)",
        )
    return definition


def lock_folder(name: str) -> Traversable:
    """`locks/<name>/` beside the module that defines the agent, ours or a third party's."""
    package = _entries()[name].module.rpartition(".")[0]
    return files(package) / "locks" / name
