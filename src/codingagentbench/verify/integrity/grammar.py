"""The grammars of the languages that source files are read in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_BYTES = 512 * 1024
"""A longer source file is not read."""

_GRAMMARS = {
    ".py": "python", ".rs": "rust", ".java": "java", ".js": "javascript", ".mjs": "javascript",
    ".cjs": "javascript", ".jsx": "javascript", ".go": "go", ".c": "c", ".h": "c",
}  # fmt: skip


def parse_source(path: str, text: str) -> Node | None:
    """The root of a file's syntax tree; None where the language is not known or the text too long."""
    name = _GRAMMARS.get(PurePosixPath(path).suffix.lower())
    data = text.encode("utf-8", "replace")
    if name is None or len(data) > MAX_BYTES:
        return None
    return _parser(name).parse(data).root_node


def walk(root: Node) -> Iterator[Node]:
    """Every node, parents before children, in the order of the text."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children))


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


@cache
def _parser(name: str) -> Parser:
    from tree_sitter import Language, Parser

    return Parser(Language(import_module(f"tree_sitter_{name}").language()))
