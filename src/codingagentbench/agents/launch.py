"""Fills an agent's templates for one cell: the command, its environment and its files under HOME."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from codingagentbench.core.agent import AgentDefinition
from codingagentbench.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class LaunchSite:
    """Where things are as the agent sees them, inside its sandbox."""

    base_url: str
    """Ends in /v1."""
    model: str
    key: str
    """The cell's own token, worth nothing elsewhere."""
    prefix: str
    node: str
    home: str
    workdir: str
    prompt: str
    behavior_mode: str = "factory"


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start. `files` maps a path under HOME to its content."""

    argv: tuple[str, ...]
    env: dict[str, str]
    files: dict[str, str]


def launch(agent: AgentDefinition, site: LaunchSite) -> Launch:
    """The filled-in command of an agent for one cell.

    Raises:
        UsageError: the agent has no such behaviour mode, or a template names an unknown placeholder.
    """
    if site.behavior_mode not in agent.modes:
        raise UsageError(
            f"agent {agent.name!r} has no behaviour mode {site.behavior_mode!r}",
            remedy=f"known modes: {', '.join(sorted(agent.modes))}",
        )
    names = {
        "BASE_URL": site.base_url,
        "HOST_URL": site.base_url.removesuffix("/v1"),
        "MODEL": site.model,
        "KEY": site.key,
        "PREFIX": site.prefix,
        "NODE": site.node,
        "HOME": site.home,
        "WORKDIR": site.workdir,
        "PROMPT": site.prompt,
    }

    def fill(text: str) -> str:
        try:
            return Template(text).substitute(names)
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"template {text[:60]!r} of agent {agent.name!r}: bad placeholder {error}",
                remedy=f"known placeholders: {', '.join('$' + name for name in names)}; write $$ for a dollar",
            ) from None

    env = {**agent.env, **agent.modes[site.behavior_mode]}
    return Launch(
        argv=tuple(fill(part) for part in agent.argv),
        env={name: fill(text) for name, text in env.items()},
        files={path: fill(text) for path, text in agent.files.items()},
    )
