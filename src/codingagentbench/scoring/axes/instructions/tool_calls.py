"""The command lines in an agent's tool calls, whatever the agent calls its shell tool and its arguments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codingagentbench.core.evidence import ToolStep

_SHELL_TOOLS = ("bash", "cmd", "command", "exec", "powershell", "shell", "terminal")
_COMMAND_KEYS = frozenset(("argv", "cmd", "command", "commands", "script"))
_TYPED_KEYS = frozenset(("chars", "input", "keys", "text"))
_TYPING_TOOLS = ("send_input", "send_keys", "write_bash", "write_stdin", "write_to_terminal")
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command line: a script, or the words of one program. `typed`: into a program that runs already."""

    script: str = ""
    words: tuple[str, ...] = ()
    typed: bool = False


def command_lines(step: ToolStep) -> list[CommandLine]:
    """Every command line a tool call asks for; of a shell tool with free text the text itself."""
    name = step.name.lower()
    try:
        arguments = json.loads(step.arguments)
    except (ValueError, RecursionError):
        is_shell = any(word in name for word in _SHELL_TOOLS)
        return [CommandLine(step.arguments)] if is_shell and step.arguments.strip() else []
    if isinstance(arguments, str) and any(word in name for word in _SHELL_TOOLS):
        return [CommandLine(arguments)]
    typing = any(word in name for word in _TYPING_TOOLS)
    return list(_found(arguments, _TYPED_KEYS if typing else _COMMAND_KEYS, typing))


def _found(value: Any, keys: frozenset[str], typed: bool, depth: int = 0) -> Iterator[CommandLine]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _found(item, keys, typed, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in keys:
                yield from _lines(key, item, typed)
            if isinstance(item, dict | list):
                yield from _found(item, keys, typed, depth + 1)


def _lines(key: str, value: Any, typed: bool) -> Iterator[CommandLine]:
    if isinstance(value, str):
        yield CommandLine(value, typed=typed)
    elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        if key == "commands":
            yield from (CommandLine(item, typed=typed) for item in value)
        else:
            yield CommandLine(words=tuple(value), typed=typed)
