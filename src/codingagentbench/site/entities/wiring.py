"""An agent's definition in words: how it is installed, started and pointed at an endpoint."""

from __future__ import annotations

import re

from codingagentbench.core.agent import AgentDefinition, NpmInstall, PypiInstall

_DIALECTS = {
    "chat": "chat completions: POST /v1/chat/completions",
    "responses": "responses: POST /v1/responses",
    "messages": "messages: POST /v1/messages",
}
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./$-]+")

PLACEHOLDERS = (
    ("$BASE_URL", "the endpoint, ending in /v1"),
    ("$HOST_URL", "the endpoint without /v1"),
    ("$MODEL", "the model's id"),
    ("$KEY", "the cell's own token"),
    ("$PREFIX", "where the agent is installed, read-only"),
    ("$NODE", "the Node program"),
    ("$HOME", "a throw-away home folder"),
    ("$WORKDIR", "the task's files"),
    ("$PROMPT", "the task's instruction"),
)
"""What the harness fills in, and with what."""


def dialect(agent: AgentDefinition) -> str:
    """The API it speaks, in words."""
    return _DIALECTS[agent.wire_api]


def install_words(agent: AgentDefinition) -> str:
    """How it is installed and what pins it."""
    plan = agent.install
    if isinstance(plan, NpmInstall):
        pinned = "a lock file pins every dependency by digest; no install scripts"
        return f"npm package {plan.package} {agent.version}; {pinned}"
    if isinstance(plan, PypiInstall):
        return (
            f"PyPI package {plan.package} {agent.version} in a venv of its own ({' or '.join(plan.python)}); "
            "a lock pins every dependency by digest"
        )
    return "built in: nothing to install"


def command(agent: AgentDefinition) -> str:
    """Its command as a shell would take it, an option a line."""
    words = [_quoted(word) for word in agent.argv]
    lines = [words[0]]
    for word in words[1:]:
        if word.startswith("-") or _is_last(word):
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return " \\\n  ".join(lines)


def environment(agent: AgentDefinition, mode: str = "factory") -> str:
    """The variables it is given."""
    return "\n".join(
        f"{name}={_quoted(text)}" for name, text in {**agent.env, **agent.modes.get(mode, {})}.items()
    )


def placeholders(agent: AgentDefinition) -> list[tuple[str, str]]:
    """Those that its definition uses."""
    text = "\n".join((*agent.argv, *agent.env.values(), *agent.files, *agent.files.values()))
    return [(name, meaning) for name, meaning in PLACEHOLDERS if name in text]


def _is_last(word: str) -> bool:
    return "$PROMPT" in word


def _quoted(word: str) -> str:
    if word == "$PROMPT" or not _PLAIN.fullmatch(word):
        escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
        return f'"{escaped}"'
    return word
