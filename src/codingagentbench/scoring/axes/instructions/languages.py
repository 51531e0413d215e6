"""The languages that can be parsed, by file name. Grammars are loaded when a file of theirs is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from codingagentbench.core.shelltext import for_bash_grammar, from_bash_grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

Language = Literal["bash", "c", "go", "java", "javascript", "python", "rust", "tsx", "typescript"]

_BY_SUFFIX: dict[str, Language] = {
    ".bash": "bash", ".sh": "bash",
    ".c": "c", ".h": "c",
    ".go": "go",
    ".java": "java",
    ".cjs": "javascript", ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript",
    ".py": "python", ".pyi": "python", ".pyw": "python",
    ".rs": "rust",
    ".tsx": "tsx",
    ".cts": "typescript", ".mts": "typescript", ".ts": "typescript",
}  # fmt: skip

_NO_GRAMMAR = frozenset((
    ".cc", ".clj", ".cpp", ".cs", ".cu", ".cxx", ".dart", ".erl", ".ex", ".exs", ".f90", ".fs", ".groovy",
    ".hh", ".hpp", ".hs", ".hxx", ".jl", ".kt", ".kts", ".lisp", ".lua", ".m", ".ml", ".mm", ".nim", ".pas",
    ".php", ".pl", ".pm", ".ps1", ".r", ".rb", ".scala", ".scm", ".sql", ".svelte", ".swift", ".tcl", ".vb",
    ".vue", ".zig", ".zsh",
))  # fmt: skip
"""Suffixes of sources that no grammar here reads: what a constraint asks of them cannot be judged."""

_FACTORIES: dict[Language, tuple[str, str]] = {
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}


def language_of(path: str) -> Language | None:
    """The language a file name tells, None when none here."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower())


def is_source(path: str) -> bool:
    """Whether a file name tells program source, of a language known here or not."""
    suffix = PurePosixPath(path).suffix.lower()
    return suffix in _BY_SUFFIX or suffix in _NO_GRAMMAR


@cache
def parser(language: Language) -> Parser:
    """The parser of a language, its grammar loaded."""
    import tree_sitter

    module, factory = _FACTORIES.get(language, (f"tree_sitter_{language}", "language"))
    return tree_sitter.Parser(tree_sitter.Language(getattr(import_module(module), factory)()))


def parse(language: Language, text: str) -> Node:
    """The root of a text's syntax tree; `has_error` is true where the text is not of the language."""
    text = for_bash_grammar(text) if language == "bash" else text
    return parser(language).parse(text.encode("utf-8", "surrogatepass")).root_node


def walk(node: Node, *, into: frozenset[str] | None = None, but: frozenset[str] = frozenset()) -> Iterator[Node]:
    """A node and all below it in source order, without recursion.

    Children of nodes whose type is in `but` are left out; with `into`, only children of those types are entered.
    """
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        if here.type not in but and (into is None or here is node or here.type in into):
            waiting.extend(reversed(here.children))


def text_of(node: Node | None) -> str:
    """A node's source text; empty for none."""
    if node is None or node.text is None:
        return ""
    return from_bash_grammar(node.text.decode("utf-8", "replace"))


def line_of(node: Node) -> int:
    """The line a node begins on, from 1."""
    return node.start_point.row + 1
