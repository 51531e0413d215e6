"""The agent contract: everything the harness knows about one coding-agent CLI, as data.

Every text may hold `string.Template` placeholders, filled by the runner for one cell:
`$BASE_URL` (ends in /v1), `$HOST_URL` (the same without /v1), `$MODEL`, `$KEY` (the cell's token),
`$PREFIX` (the agent's read-only install), `$NODE` (a Node binary), `$HOME`, `$WORKDIR`, `$PROMPT`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

WireApi = Literal["chat", "responses", "messages"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NpmInstall(_Data):
    """An npm package, installed with `npm ci --ignore-scripts` from the lock in `agents/locks/<name>/`."""

    kind: Literal["npm"] = "npm"
    package: str
    bins: dict[str, tuple[str, ...]] = Field(
        {}, description="name under $PREFIX/bin -> globs in the install; the first match is linked"
    )


class PypiInstall(_Data):
    """A PyPI package in a venv of its own, from the hashed requirements in `agents/locks/`."""

    kind: Literal["pypi"] = "pypi"
    package: str
    python: tuple[str, ...] = Field(description="interpreters that fit, first found wins, e.g. python3.11")


class BuiltIn(_Data):
    """Nothing to install: the agent is a program every sandbox has."""

    kind: Literal["builtin"] = "builtin"


Install = Annotated[NpmInstall | PypiInstall | BuiltIn, Field(discriminator="kind")]


class AgentDefinition(_Data):
    """One agent CLI: how to install, point at an endpoint, start on one prompt, and what it leaves behind."""

    name: str
    title: str
    version: str
    home_page: str
    licence: str
    wire_api: WireApi = "chat"
    install: Install
    argv: tuple[str, ...] = Field(description="the command for one headless prompt, in human mode")
    env: dict[str, str] = {}
    files: dict[str, str] = Field({}, description="path under HOME -> content")
    housekeeping: tuple[str, ...] = Field((), description="globs of the agent's own files in the workdir")
    modes: dict[str, dict[str, str]] = Field({"factory": {}}, description="behaviour mode -> extra env")
    makes_calls: bool = Field(True, description="False only for the built-in nop agent")
    known_gaps: tuple[str, ...] = ()
