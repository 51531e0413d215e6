"""From a policy's turns and a request to the model's answer, still free of any wire format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from codingagentbench.gateway.reference.blocks import edit_blocks
from codingagentbench.gateway.reference.brief import ReferenceBrief
from codingagentbench.gateway.reference.dialogue import Dialogue
from codingagentbench.gateway.reference.shell import edit_commands
from codingagentbench.gateway.reference.tools import Tool, shell_arguments, shell_tool
from codingagentbench.gateway.reference.turns import Apply, Run, Say, Turn

SIDE_TEXT = "Reference task"
"""The answer to a call that is not the task itself, such as one for a session title."""

NO_SHELL_TEXT = "None of the tools offered runs a shell command, so I cannot do anything."

# aider says this after adding files an answer named; it has thrown that answer's edits away
_AIDER_ADDED_FILES = "I added these files to the chat"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of an offered tool; `arguments` is JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: text, a tool call, or both. The dialogue goes on only after a tool call."""

    text: str
    call: ToolCall | None = None

    @property
    def size(self) -> int:
        """Bytes of everything the model said."""
        return len(self.text.encode()) + (len(self.call.arguments.encode()) if self.call else 0)


class Script:
    """A policy's turns on one task, rendered for whatever the agent offers."""

    def __init__(self, turns: tuple[Turn, ...], brief: ReferenceBrief) -> None:
        self._turns = turns
        self._brief = brief

    def answer(self, dialogue: Dialogue) -> Reply:
        """What the model says to this request. Depends on nothing but the request."""
        if dialogue.wants_edit_blocks:
            return Reply(self._blocks_or_closing(dialogue))
        if not dialogue.tools:
            return Reply(SIDE_TEXT)
        done = dialogue.steps_done
        if done >= len(self._steps):
            return Reply(self._closing)
        tool = shell_tool(dialogue.tools)
        return self._step(tool, done) if tool else Reply(NO_SHELL_TEXT)

    def _step(self, tool: Tool, at: int) -> Reply:
        note, command = self._steps[at]
        arguments = shell_arguments(tool, command, note or "Run a command")
        return Reply(note, ToolCall(tool.name, json.dumps(arguments, ensure_ascii=False)))

    def _blocks_or_closing(self, dialogue: Dialogue) -> str:
        """The edits, once more when aider only added files for them; else, when they were given, the end."""
        told = any(m.role == "assistant" and self._blocks and self._blocks in m.text for m in dialogue.messages)
        again = _AIDER_ADDED_FILES in dialogue.last_user_text
        if not self._blocks or (told and not again):
            return self._closing
        return f"{self._blocks}\n{self._closing}"

    @cached_property
    def _steps(self) -> tuple[tuple[str, str], ...]:
        """(note, command) of every shell call."""
        steps: list[tuple[str, str]] = []
        for turn in self._turns:
            if isinstance(turn, Run):
                steps.append((turn.note, turn.command))
            elif isinstance(turn, Apply):
                steps.extend((turn.note, command) for command in edit_commands(turn.edits))
        return tuple(steps)

    @cached_property
    def _blocks(self) -> str:
        applied = (turn for turn in self._turns if isinstance(turn, Apply))
        # stripped, because aider keeps an answer without the blanks at its ends
        return "\n".join(
            f"{turn.note}\n\n{edit_blocks(turn.edits, self._brief.originals)}" for turn in applied
        ).lstrip()

    @cached_property
    def _closing(self) -> str:
        return "\n".join(turn.text for turn in self._turns if isinstance(turn, Say))
