"""C: functions of headers that are not static."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import text_of, walk
from codingagentbench.scoring.axes.instructions.surfaces.surface import Surface, is_comment, plain, words

if TYPE_CHECKING:
    from tree_sitter import Node

_GROUPS = frozenset((
    "declaration_list", "linkage_specification", "preproc_elif", "preproc_else", "preproc_if", "preproc_ifdef",
    "translation_unit",
))  # fmt: skip
_WRAPPERS = ("array_declarator", "function_declarator", "parenthesized_declarator", "pointer_declarator")
_FOR_CXX = re.compile(
    r"^[ \t]*#[ \t]*ifdef[ \t]+__cplusplus\b.*?^[ \t]*#[ \t]*endif\b[^\n]*", re.MULTILINE | re.DOTALL
)


def without_cxx(text: str) -> str:
    """The text without what only a C++ compiler reads, line by line: half an `extern "C" { }` is no C."""
    return _FOR_CXX.sub(lambda match: "\n" * match[0].count("\n"), text)


def surface(root: Node) -> Surface:
    """Types make a signature; the names of parameters do not."""
    found = Surface()
    for node in walk(root, into=_GROUPS):
        if node.type in ("declaration", "function_definition") and "static" not in _storage(node):
            for declarator in node.children_by_field_name("declarator"):
                _declared(node, declarator, found)
        elif node.type == "preproc_include":
            found.everything_of.add(("", plain(node)))
    return found


def _storage(node: Node) -> list[str]:
    return [text_of(child) for child in node.children if child.type == "storage_class_specifier"]


def _declared(node: Node, declarator: Node, found: Surface) -> None:
    stars, inner = "", declarator
    while inner.type == "pointer_declarator":
        stars, below = stars + "*", inner.child_by_field_name("declarator")
        if below is None:
            return
        inner = below
    name = inner.child_by_field_name("declarator")
    if inner.type == "function_declarator" and name is not None and name.type == "identifier":
        qualifiers = [text_of(child) for child in node.children if child.type == "type_qualifier"]
        given = words(*qualifiers, plain(node.child_by_field_name("type")), stars)
        found.add(text_of(name), f"{given} ({_types(inner)})", node)


def _types(function: Node) -> str:
    listed = function.child_by_field_name("parameters")
    types = [
        plain(child, [_name(child)])
        for child in (listed.named_children if listed is not None else ())
        if not is_comment(child)
    ]
    return ", ".join(types)


def _name(parameter: Node) -> Node | None:
    """The identifier that a parameter declares, inside its stars and brackets."""
    here = parameter.child_by_field_name("declarator")
    while here is not None and here.type in _WRAPPERS:
        inner = here.child_by_field_name("declarator")
        here = inner if inner is not None else next(iter(here.named_children), None)
    return here if here is not None and here.type == "identifier" else None
