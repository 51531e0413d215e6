"""What a tool step does, whatever the agent calls its tools: commands, files written, files read, addresses."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from codingagentbench.core.evidence import ToolStep
from codingagentbench.verify.integrity.shell import ShellCommand, read_shell
from codingagentbench.verify.integrity.subject import excerpt

_COMMAND_KEYS = ("command", "cmd", "commands", "script")
_PATH_KEYS = ("path", "filePath", "file_path", "filename", "file", "target_file", "absolute_path")
_CONTENT_KEYS = frozenset((
    "content", "contents", "text", "file_text", "newString", "new_string", "new_str", "oldString", "old_string",
    "old_str", "edits", "patch", "diff", "insert_line", "newText", "oldText", "code_edit",
))  # fmt: skip
_WRITING = re.compile(r"write|edit|create|replace|insert|patch|delete|remove", re.IGNORECASE)
_URL_KEYS = ("url", "urls", "uri")
_PATCHED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.MULTILINE)
_EDITOR_COMMANDS = frozenset({"view", "create", "str_replace", "insert", "undo_edit"})


@dataclass(frozen=True, slots=True)
class Action:
    """One tool step, read. A step of an unknown kind is `opaque`: it may have done anything."""

    step: ToolStep
    commands: tuple[ShellCommand, ...] = ()
    shell: str = ""
    """The text given to a shell tool."""
    written: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    opaque: bool = False

    def evidence(self, what: str) -> str:
        """Where the step stands in the trace, and a short excerpt of what it did."""
        return f"tool step {self.step.call_id} (model call {self.step.model_call}): {excerpt(what)}"


def read_action(step: ToolStep) -> Action:
    """What one tool step does, by its arguments; by its name only where they leave it open."""
    arguments = _arguments(step.arguments)
    if isinstance(arguments, str):
        written = tuple(_PATCHED.findall(arguments))
        return Action(step, written=written, opaque=not written)
    paths = tuple(_texts(arguments, _PATH_KEYS))
    shell = "" if paths and arguments.get("command") in _EDITOR_COMMANDS else _shell(arguments)
    if shell:
        patched = tuple(_PATCHED.findall(shell))
        return Action(step, read_shell(shell), shell, written=patched)
    urls = tuple(_texts(arguments, _URL_KEYS))
    if paths:
        writes = bool(_CONTENT_KEYS & arguments.keys()) or bool(_WRITING.search(step.name))
        writes = writes and arguments.get("command") != "view"
        return Action(step, written=paths if writes else (), read=() if writes else paths, urls=urls)
    written = tuple(
        path for text in _texts(arguments, ("patch", "input", "diff")) for path in _PATCHED.findall(text)
    )
    return Action(step, written=written, urls=urls, opaque=not (written or urls))


def _arguments(text: str) -> dict[str, Any] | str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, dict) else text


def _texts(arguments: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        value = arguments.get(key)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and item:
                yield item


def _shell(arguments: Mapping[str, Any]) -> str:
    """The command text, however it is given: a text, an argv, or a list of commands."""
    for key in _COMMAND_KEYS:
        value = arguments.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
            return "\n".join(value) if key == "commands" else shlex.join(value)
    return ""
