"""Literal values in source files, in one form for all languages: a test's value is found again in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codingagentbench.verify.integrity.grammar import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_STRINGS = frozenset({
    "string", "string_literal", "raw_string_literal", "interpreted_string_literal", "char_literal",
    "character_literal", "template_string",
})  # fmt: skip
_NUMBERS = frozenset({
    "integer", "float", "integer_literal", "float_literal", "decimal_integer_literal", "hex_integer_literal",
    "decimal_floating_point_literal", "number", "int_literal", "number_literal",
})  # fmt: skip
_GROUPS = frozenset({
    "list", "tuple", "set", "dictionary", "pair", "array", "array_expression", "tuple_expression", "token_tree",
    "object", "array_initializer", "literal_value", "literal_element", "initializer_list",
    "parenthesized_expression",
})  # fmt: skip
_INTERPOLATED = frozenset({"interpolation", "template_substitution"})
_MAX_DEPTH, _MAX_BYTES = 12, 4096
"""A literal nested deeper or written longer is none that a test would state."""

_QUOTED = re.compile(r"(?P<prefix>[A-Za-z]*#*)(?P<quote>\"\"\"|'''|[\"'`])(?P<body>.*)(?P=quote)#*", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))", re.DOTALL
)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_SUFFIX = re.compile(r"(?<=\d)(?:[iu](?:8|16|32|64|128|size)|f32|f64|[lLfFdDuU]+)$")


def literal(node: Node, depth: int = 0) -> str | None:
    """The value a node writes out, as a key that is the same however it is written; None for anything else.

    A text is `"` and its characters, a number its digits, a list, tuple, array or map `[` its members `]`.
    """
    if depth > _MAX_DEPTH or node.end_byte - node.start_byte > _MAX_BYTES:
        return None
    if node.type in _STRINGS:
        return _string(node)
    if node.type in _NUMBERS:
        return _SUFFIX.sub("", text_of(node).replace("_", ""))
    if node.type in ("unary_operator", "unary_expression", "negative_literal"):
        inner = literal(node.named_children[-1], depth + 1) if node.named_children else None
        return f"-{inner}" if inner and text_of(node).startswith("-") else None
    if node.type == "reference_expression" or _is_vec(node):
        return literal(node.named_children[-1], depth + 1)
    return _group(node, depth) if node.type in _GROUPS else None


def literals_in(node: Node) -> Iterator[tuple[Node, str]]:
    """The largest literals below a node."""
    pending = [node]
    while pending:
        here = pending.pop()
        key = literal(here)
        if key is not None:
            yield here, key
        else:
            pending.extend(reversed(here.children))


def parts_in(node: Node) -> Iterator[str]:
    """The keys of every literal below a node, those inside a list or tuple too."""
    pending = [node]
    while pending:
        here = pending.pop()
        key = literal(here)
        if key is not None:
            yield key
        if here.type not in _STRINGS:
            pending.extend(here.children)


def is_distinctive(key: str) -> bool:
    """Whether a value is so particular that code holds it only because somebody put that very value there."""
    if key.startswith('"'):
        return len(key.strip('"').strip()) >= 3
    if key.startswith("["):
        return key.count(",") >= 1
    return len(re.sub(r"\D", "", key)) >= 3


def is_told(key: str, text: str, packed: str) -> bool:
    """Whether a value stands in what everybody was told: `text`, and the same without blanks (`packed`)."""
    if key.startswith('"'):
        return key[1:] in text
    if key.startswith("["):
        return key.replace('"', "") in packed
    return bool(re.search(rf"(?<![\w.]){re.escape(key)}(?![\w.])", text))


def pack(text: str) -> str:
    """A text without blanks and quotes, for `is_told`."""
    return re.sub(r"[\s\"']", "", text)


def _is_vec(node: Node) -> bool:
    return node.type == "macro_invocation" and text_of(node).startswith("vec!") and node.named_child_count > 1


def _string(node: Node) -> str | None:
    if any(child.type in _INTERPOLATED for child in node.children):
        return None
    match = _QUOTED.fullmatch(text_of(node))
    if match is None:
        return None
    raw = "r" in match["prefix"].lower()
    return '"' + (match["body"] if raw else _ESCAPE.sub(_unescaped, match["body"]))


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3] or match[4]
    if digits is None:
        return _CONTROLS.get(match[5], match[5])
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else match[0]


def _group(node: Node, depth: int) -> str | None:
    members: list[str] = []
    for child in node.children:
        if child.is_named and child.type != "comment":
            key = literal(child, depth + 1)
            if key is None:
                return None
            members.append(key)
        elif not child.is_named and re.search(r"\w|[!&|+*/]", text_of(child)):
            return None
    if len(members) == 1 and text_of(node).startswith("("):
        return members[0]
    return f"[{','.join(members)}]"
