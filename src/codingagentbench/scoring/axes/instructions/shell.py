"""The simple commands of a shell script, wherever they stand: in lists, conditions, loops, substitutions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import line_of, parse, text_of, walk
from codingagentbench.scoring.axes.instructions.shell_words import UNKNOWN, Variables, value_of, words_of

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class SimpleCommand:
    """One command as it is written; a word may hold `UNKNOWN`.

    `fed` is what stands on its input: None for the shell's own, `UNKNOWN` for text that cannot be told.
    """

    words: tuple[str, ...]
    line: int
    fed: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A parsed script. `whole` is false where the text is no valid shell: commands may be missing then."""

    commands: tuple[SimpleCommand, ...]
    whole: bool


@dataclass(slots=True)
class _Reading:
    variables: Variables = field(default_factory=dict)
    fed: dict[int, str] = field(default_factory=dict)
    """Id of a command's node -> what a pipe, a here-document or a here-string gives it."""


def read_script(text: str) -> Script:
    """Every simple command of a script in source order, whether or not a condition would let it run."""
    root = parse("bash", text)
    reading = _Reading()
    commands = []
    for node in walk(root):
        match node.type:
            case "variable_assignment":
                _assign(node, reading.variables)
            case "for_statement":
                reading.variables.pop(text_of(node.child_by_field_name("variable")), None)
            case "pipeline":
                _pipe(node, reading)
            case "redirected_statement":
                _redirect(node, reading)
            case "command":
                commands.append(_command(node, reading))
    return Script(tuple(command for command in commands if command.words), not root.has_error)


def _assign(node: Node, variables: Variables) -> None:
    """An assignment before a command does not count for that command's own words, but for nothing else either."""
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    told = "" if value is None else value_of(value, variables)
    if "+=" in text_of(node)[: len(text_of(name)) + 2]:
        told = variables.get(text_of(name), UNKNOWN) + told
    variables[text_of(name)] = told


def _command(node: Node, reading: _Reading) -> SimpleCommand:
    words: list[str] = []
    for child in node.children:
        if child.type == "herestring_redirect":
            reading.fed[node.id] = "".join(value_of(inner, reading.variables) for inner in child.named_children)
        elif child.type not in ("file_redirect", "heredoc_redirect", "variable_assignment"):
            words += words_of(child if child.type != "command_name" else _name(child), reading.variables)
    return SimpleCommand(tuple(words), line_of(node), reading.fed.get(node.id))


def _name(node: Node) -> Node:
    """A command's name as a word of its own kind, so that a variable in it is split like any other."""
    return node.children[0] if node.child_count == 1 else node


def _pipe(node: Node, reading: _Reading) -> None:
    stages = node.named_children
    for left, right in pairwise(stages):
        for command in _ends(right):
            reading.fed[command.id] = _printed(left, reading)


def _redirect(node: Node, reading: _Reading) -> None:
    """A here-document feeds the statement it hangs on; a pipe may hang on the here-document in turn."""
    body = node.child_by_field_name("body")
    for redirect in node.children_by_field_name("redirect"):
        if redirect.type != "heredoc_redirect":
            continue
        content = next((text_of(child) for child in redirect.children if child.type == "heredoc_body"), "")
        for command in _ends(body) if body else ():
            reading.fed[command.id] = content
        for pipeline in (child for child in redirect.children if child.type == "pipeline"):
            first = _is_cat(body)
            for command in _ends(pipeline.named_children[0]) if pipeline.named_children else ():
                reading.fed[command.id] = content if first else UNKNOWN


def _is_cat(body: Node | None) -> bool:
    return body is not None and text_of(body.child_by_field_name("name")) in ("cat", "tee")


def _ends(node: Node) -> Iterator[Node]:
    """The commands that a statement's input reaches."""
    return (inner for inner in walk(node) if inner.type == "command")


def _printed(node: Node, reading: _Reading) -> str:
    """What `echo` or `printf` prints; of any other statement it cannot be told."""
    if node.type == "redirected_statement":
        _redirect(node, reading)
        body = node.child_by_field_name("body")
        return reading.fed.get(body.id, UNKNOWN) if body is not None and _is_cat(body) else UNKNOWN
    if node.type != "command" or text_of(node.child_by_field_name("name")) not in ("echo", "printf"):
        return UNKNOWN
    words = _command(node, reading).words[1:]
    return " ".join(word for word in words if not word.startswith("-")).replace("\\n", "\n").replace("%s", "")
