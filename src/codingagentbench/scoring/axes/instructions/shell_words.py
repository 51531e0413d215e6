"""What a word of a shell command comes to, as far as its text alone tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codingagentbench.core.shelltext import from_bash_grammar
from codingagentbench.scoring.axes.instructions.languages import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

UNKNOWN = "\0"
"""Stands in a word for what only a running shell would know. No word of a shell can hold this character."""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_IN_QUOTES = re.compile(r'\\([$`"\\\n])')
_PLAIN = frozenset(("number", "regex", "test_operator", "variable_name", "word"))
_PARAMETER = re.compile(r"\$(\w+)|\$\{(\w+)\}")

Variables = dict[str, str]


def words_of(node: Node, variables: Variables) -> list[str]:
    """The words an argument becomes: one, but for a known variable without quotes, which is split at blanks."""
    value = value_of(node, variables)
    return value.split() if node.type in ("expansion", "simple_expansion") and UNKNOWN not in value else [value]


def value_of(node: Node, variables: Variables) -> str:
    """A word's value with quotes and escapes resolved; `UNKNOWN` stands for each part that cannot be told."""
    text = text_of(node)
    match node.type:
        case "raw_string":
            value = text[1:-1]
        case "ansi_c_string":
            value = _ANSI.sub(lambda match: _ansi_character(match[0][1:]), text[2:-1])
        case "string" | "translated_string":
            value = _quoted(node, variables)
        case "simple_expansion" | "expansion":
            value = _parameter(text, variables)
        case "command_name" | "concatenation":
            value = "".join(value_of(child, variables) for child in node.children)
        case kind if kind in _PLAIN or not (node.named_child_count or "$" in text or "`" in text):
            value = _ESCAPED.sub(lambda match: match[1].replace("\n", ""), text)
        case _:
            value = UNKNOWN
    return value


def _parameter(text: str, variables: Variables) -> str:
    match = _PARAMETER.fullmatch(text)
    return variables.get(match[1] or match[2], UNKNOWN) if match else UNKNOWN


def _quoted(node: Node, variables: Variables) -> str:
    """Between double quotes. The grammar leaves blanks out of its nodes, so the gaps are filled from the text."""
    source = node.text or b""
    start = node.start_byte
    parts, at = [], 0
    for child in node.named_children:
        parts.append(_unescaped(source[at : child.start_byte - start]))
        inner = child.type in ("string", "string_content")
        parts.append(_unescaped(child.text or b"") if inner else value_of(child, variables))
        at = child.end_byte - start
    parts.append(_unescaped(source[at:]))
    return "".join(parts).removeprefix("$").removeprefix('"').removesuffix('"')


def _unescaped(source: bytes) -> str:
    text = from_bash_grammar(source.decode("utf-8", "replace"))
    return _ESCAPED_IN_QUOTES.sub(lambda match: match[1].replace("\n", ""), text)


_ANSI = re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.)", re.DOTALL)
_ANSI_PLAIN = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "v": "\v",
}


def _ansi_character(code: str) -> str:
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else UNKNOWN
    if code[0] in "01234567":
        return chr(int(code, 8))
    return _ANSI_PLAIN.get(code, code)
