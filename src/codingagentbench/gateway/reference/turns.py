"""A policy is data: the turns a scripted model takes, before it is known what the agent offers."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.core.task import FileEdit


@dataclass(frozen=True, slots=True)
class Run:
    """Look at something with a shell command. Left out where the agent has no shell tool."""

    command: str
    note: str = ""
    """Said beside the action."""


@dataclass(frozen=True, slots=True)
class Apply:
    """Write and delete whole files."""

    edits: tuple[FileEdit, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """The closing text, after which an agent stops by itself."""

    text: str


Turn = Run | Apply | Say
