"""The simple commands of a shell text, read by a real grammar: here-documents and comments hold none.

A command is reported wherever it stands: in a pipeline, a loop, a substitution, behind `sudo` or `timeout 5`, or
in the text given to `bash -c`. Nothing is expanded; `$HOME` and the like at the start of a path become `~`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from codingagentbench.core.shelltext import for_bash_grammar, from_bash_grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_BYTES = 256 * 1024
"""A longer text is not read: no model writes one."""
_MAX_DEPTH = 3
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash"})
_WRAPPERS = frozenset({"sudo", "env", "timeout", "nohup", "time", "nice", "stdbuf", "exec", "command", "xargs"})
_WRAPPER_WORD = re.compile(r"-.*|\d+(\.\d+)?[smhd]?|[A-Za-z_]\w*=.*", re.DOTALL)
_HOME = re.compile(r"^(?:/home/agent|/root|\$HOME|\$\{HOME\})(?=/|$)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """One simple command. `words` are without quotes and begin with the program; empty for a redirect alone."""

    words: tuple[str, ...]
    writes: tuple[str, ...] = ()
    """Targets of its output redirects."""

    @property
    def name(self) -> str:
        """The program's name without its folder."""
        return PurePosixPath(self.words[0]).name if self.words else ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words behind the name."""
        return self.words[1:]

    @property
    def text(self) -> str:
        """The command on one line, for evidence."""
        return " ".join((*self.words, *(f"> {target}" for target in self.writes)))


def read_shell(text: str, depth: int = 0) -> tuple[ShellCommand, ...]:
    """Every simple command of a shell text, outer ones first; none of a text that is too long."""
    data = for_bash_grammar(text).encode()
    if len(data) > MAX_BYTES or depth > _MAX_DEPTH:
        return ()
    found: list[ShellCommand] = []
    for node in _walk(_parser().parse(data).root_node):
        command = _command(node) if node.type == "command" else _redirect(node)
        if command is not None:
            found.append(command)
            found.extend(_inner(command, depth))
    return tuple(found)


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def _walk(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children))


def _command(node: Node) -> ShellCommand | None:
    words = [_plain(child) for child in node.named_children if child.type not in _NO_WORD]
    while words and PurePosixPath(words[0]).name in _WRAPPERS:
        del words[0]
        while words and _WRAPPER_WORD.fullmatch(words[0]):
            del words[0]
    return ShellCommand(tuple(words)) if words else None


_NO_WORD = frozenset({"variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect"})


def _redirect(node: Node) -> ShellCommand | None:
    if node.type != "file_redirect" or not any(child.type.startswith((">", "&>")) for child in node.children):
        return None
    target = node.child_by_field_name("destination")
    if target is None or target.type == "number":
        return None
    return ShellCommand((), (_plain(target),))


def _plain(node: Node) -> str:
    """A word as the program gets it, expansions left as they are written."""
    text = from_bash_grammar((node.text or b"").decode("utf-8", "replace"))
    match node.type:
        case "raw_string":
            text = text[1:-1]
        case "string":
            text = _ESCAPED.sub(r"\1", text[1:-1])
        case "concatenation":
            text = "".join(_plain(child) for child in node.children)
        case "command_name" if node.child_count == 1:
            text = _plain(node.children[0])
        case "word":
            text = _ESCAPED.sub(r"\1", text)
    return _HOME.sub("~", text)


def _inner(command: ShellCommand, depth: int) -> tuple[ShellCommand, ...]:
    """The commands of a text that is given to a shell or to `eval`."""
    if command.name == "eval":
        return read_shell(" ".join(command.arguments), depth + 1)
    if command.name not in _SHELLS:
        return ()
    for option, text in zip(command.arguments, command.arguments[1:], strict=False):
        if re.fullmatch(r"-[a-z]*c[a-z]*", option):
            return read_shell(text, depth + 1)
    return ()
