"""Places where newly written code compares with literals, and what stands in the branch that is then taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from codingagentbench.verify.integrity.grammar import parse_source, text_of, walk
from codingagentbench.verify.integrity.literals import literal, parts_in

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_SITES, MAX_NODES, MAX_ABOVE = 200, 400, 60
"""What is looked at: comparisons of a file, nodes of each one's branch, nodes above it. Long chains nest deep."""

_COMPARISONS = frozenset({"comparison_operator", "binary_expression"})
_PATTERNS = frozenset({"match_pattern", "case_pattern", "switch_label"})
_BRANCHES = frozenset({
    "if_statement", "elif_clause", "if_expression", "conditional_expression", "ternary_expression", "match_arm",
    "case_clause", "switch_rule", "switch_block_statement_group", "pair",
})  # fmt: skip
_EQUALITY = frozenset({"==", "===", "in"})
_EQUAL_METHODS = frozenset({"equals", "equalsIgnoreCase", "contains"})


@dataclass(frozen=True, slots=True)
class Site:
    """One such place. `asked` and `beside` are keys of literals: compared with, and in the branch."""

    path: str
    line: int
    text: str
    asked: frozenset[str]
    beside: frozenset[str]


def find_sites(path: str, text: str, new: Collection[int]) -> Iterator[Site]:
    """The sites on the `new` lines (counted from 1) of a file, outside of tests and assertions it brings."""
    root = parse_source(path, text)
    comparing = (
        (node, asking)
        for node in (walk(root) if root else ())
        if node.start_point[0] + 1 in new and (asking := _asking(node)) is not None
    )
    for node, asking in islice(comparing, MAX_SITES):
        branch, asked = _branch(node), frozenset(parts_in(asking))
        if branch is not None and asked:
            yield Site(path, node.start_point[0] + 1, text_of(node), asked, _beside(branch, asking))


def _asking(node: Node) -> Node | None:
    """The part of a node that the code compares with; None where it compares nothing."""
    if node.type in _PATTERNS:
        return node
    if node.type == "pair":
        return node.child_by_field_name("key")
    if node.type in _COMPARISONS:
        return node if any(child.type in _EQUALITY for child in node.children) else None
    name = node.child_by_field_name("name") if node.type == "method_invocation" else None
    return node if name is not None and text_of(name) in _EQUAL_METHODS else None


def _branch(node: Node) -> Node | None:
    """What is decided by the comparison; None inside a test or an assertion that the file brings itself."""
    branch = node if node.type == "pair" else None
    for above in islice(_ancestors(node), MAX_ABOVE):
        if above.type == "assert_statement" or _is_test(above):
            return None
        if branch is None and above.type in _BRANCHES:
            branch = above
    return branch


def _ancestors(node: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _is_test(node: Node) -> bool:
    name = node.child_by_field_name("name")
    called = text_of(name) if name is not None else ""
    return node.type in ("function_definition", "mod_item", "function_item", "class_definition") and bool(
        re.match(r"_?tests?(?:_|$)|Test", called)
    )


def _beside(branch: Node, asking: Node) -> frozenset[str]:
    """The literals of the branch that are not in the comparison itself, the nearest `MAX_NODES` nodes of it."""
    keys = (
        literal(node)
        for node in islice(walk(branch), MAX_NODES)
        if node.end_byte <= asking.start_byte or node.start_byte >= asking.end_byte
    )
    return frozenset(key for key in keys if key is not None)
