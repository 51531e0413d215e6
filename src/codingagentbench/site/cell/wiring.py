"""How an agent is pointed at an endpoint of one's own, made from its definition: what `cab run` does, by hand."""

from __future__ import annotations

import shlex

from codingagentbench.core.agent import AgentDefinition
from codingagentbench.core.task import Task
from codingagentbench.site.cell.shell import heredoc, names, word

_END = "CAB_FILE"
_PROMPT_END = "CAB_PROMPT"


def wiring(agent: AgentDefinition, task: Task, mode: str) -> str:
    """A script for bash that takes `CAB_ENDPOINT`, `CAB_KEY` and `CAB_MODEL` from the environment.

    It runs in a subshell with a HOME and a workdir of its own, so nothing of the caller's is touched.
    """
    env = {**agent.env, **agent.modes.get(mode, {})}
    used = set().union(*(names(text) for text in (*agent.argv, *env.values(), *agent.files.values())))
    lines = [
        "(", "set -eu",
        f"cab agents install {agent.name}",
        *_variables(agent, task, used),
        *_files(agent),
        *_prompt(task),
        *_command(agent, env),
        "git status --short",
        ")",
    ]  # fmt: skip
    return "\n".join(lines)


def _variables(agent: AgentDefinition, task: Task, used: set[str]) -> list[str]:
    given = {
        "BASE_URL": '"$CAB_ENDPOINT"',
        "HOST_URL": '"${CAB_ENDPOINT%/v1}"',
        "MODEL": '"$CAB_MODEL"',
        "KEY": '"$CAB_KEY"',
        "PREFIX": f'"$(cab agents path {agent.name})"',
        "NODE": f'"$(cab agents path {agent.name} --node)"',
    }
    return [
        *(f"{name}={value}" for name, value in given.items() if name in used),
        'WORKDIR="$(mktemp -d)/work"',
        f'cab tasks workdir {shlex.quote(task.id)} "$WORKDIR"',
        'cd "$WORKDIR"',
        'export HOME="$(mktemp -d)"',
        "unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME",
        "git config --global user.name agent",
        "git config --global user.email agent@localhost",
    ]


def _files(agent: AgentDefinition) -> list[str]:
    lines: list[str] = []
    for path, text in agent.files.items():
        folder = path.rpartition("/")[0]
        target = word(f"$HOME/{path.replace('$', '$$')}")
        if folder:
            lines.append(f"mkdir -p {word(f'$HOME/{folder}')}")
        lines += [f"cat > {target} <<{_END}", heredoc(text).rstrip("\n"), _END]
    return lines


def _prompt(task: Task) -> list[str]:
    return [f"PROMPT=\"$(cat <<'{_PROMPT_END}'", task.instruction.strip(), _PROMPT_END, ')"']


def _command(agent: AgentDefinition, env: dict[str, str]) -> list[str]:
    words = [*(f"{name}={word(text)}" for name, text in env.items()), *(word(part) for part in agent.argv)]
    return [f"env {_folded(words)}"]


def _folded(words: list[str]) -> str:
    """Over several lines; options stay with their values."""
    lines = [""]
    for text in words:
        if lines[-1] and len(lines[-1]) + len(text) > 90:
            lines.append("")
        lines[-1] = f"{lines[-1]} {text}".strip()
    return " \\\n  ".join(lines)
