"""Rust: `pub` items, the items of public traits, the variants of public enums, and implemented traits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import text_of, walk
from codingagentbench.scoring.axes.instructions.surfaces.surface import Surface, is_comment, named, plain, words

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = ("enum_item", "struct_item", "trait_item", "union_item")
_DERIVE = re.compile(r"derive \((.*)\)")


def surface(root: Node) -> Surface:
    """Types, generics and bounds make a signature; the names of parameters do not."""
    found = Surface()
    _items(root, "", found, _hidden_types(root))
    return found


def _hidden_types(root: Node) -> set[str]:
    return {named(node, "name") for node in root.children if node.type in _TYPES and not _is_public(node)}


def _items(scope: Node, prefix: str, found: Surface, hidden: set[str], *, all_public: bool = False) -> None:
    for node, attributes in _with_attributes(scope):
        if any("cfg ( test )" in attribute for attribute in attributes):
            continue
        if node.type == "impl_item":
            _implementation(node, prefix, found, hidden)
        elif node.type == "macro_definition":
            if any("macro_export" in attribute for attribute in attributes):
                found.add(f"{named(node, 'name')}!", "macro", node)
        elif all_public or _is_public(node):
            _item(node, prefix, found)
            _derived(node, prefix, attributes, found)


def _with_attributes(scope: Node) -> Iterator[tuple[Node, list[str]]]:
    """The items of a scope with the attributes that stand before each."""
    attributes: list[str] = []
    for node in scope.named_children:
        if node.type == "attribute_item":
            attributes.append(plain(node))
        elif not is_comment(node):
            yield node, attributes
            attributes = []


def _is_public(node: Node) -> bool:
    return any(child.type == "visibility_modifier" and text_of(child) == "pub" for child in node.children)


def _item(node: Node, prefix: str, found: Surface) -> None:
    name = prefix + named(node, "name")
    match node.type:
        case "function_item" | "function_signature_item":
            found.add(name, _function(node), node)
        case "struct_item" | "union_item":
            found.add(name, words("struct", _generics(node), _tuple_fields(node)), node)
            _fields(node, name, found)
        case "enum_item":
            found.add(name, words("enum", _generics(node)), node)
            _variants(node, name, found)
        case "trait_item":
            found.add(name, words("trait", _generics(node), plain(node.child_by_field_name("bounds"))), node)
            _inside(node, name, found)
        case "const_item" | "static_item":
            found.add(name, f"{node.children[1].type} : {plain(node.child_by_field_name('type'))}", node)
        case "type_item" | "associated_type":
            found.add(name, plain(node, [_visibility(node)]), node)
        case "mod_item":
            found.add(name, "mod", node)
            _inside(node, name, found, all_public=False)
        case "use_declaration":
            _passed_on(node, found)


def _inside(node: Node, name: str, found: Surface, *, all_public: bool = True) -> None:
    body = node.child_by_field_name("body")
    if body is not None:
        _items(body, f"{name}::", found, _hidden_types(body), all_public=all_public)


def _visibility(node: Node) -> Node | None:
    return next((child for child in node.children if child.type == "visibility_modifier"), None)


def _generics(node: Node) -> str:
    where = next((child for child in node.children if child.type == "where_clause"), None)
    return words(plain(node.child_by_field_name("type_parameters")), plain(where))


def _function(node: Node) -> str:
    modifiers = next((child for child in node.children if child.type == "function_modifiers"), None)
    parameters = node.child_by_field_name("parameters")
    types = [
        plain(child.child_by_field_name("type") if child.type == "parameter" else child)
        for child in (parameters.named_children if parameters else ())
        if not is_comment(child) and child.type != "attribute_item"
    ]
    given = plain(node.child_by_field_name("return_type"))
    return words(plain(modifiers), "fn", _generics(node), f"({', '.join(types)})", given and f"-> {given}")


def _tuple_fields(node: Node) -> str:
    body = node.child_by_field_name("body")
    return plain(body) if body is not None and body.type == "ordered_field_declaration_list" else ""


def _fields(node: Node, name: str, found: Surface) -> None:
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        if child.type == "field_declaration" and _is_public(child):
            found.add(f"{name}.{named(child, 'name')}", plain(child.child_by_field_name("type")), child)


def _variants(node: Node, name: str, found: Surface) -> None:
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        if child.type == "enum_variant":
            shape = plain(child.child_by_field_name("body"))
            found.add(f"{name}::{named(child, 'name')}", words("variant", shape), child)


def _implementation(node: Node, prefix: str, found: Surface, hidden: set[str]) -> None:
    subject = plain(node.child_by_field_name("type"))
    trait = plain(node.child_by_field_name("trait"))
    base = re.split(r"[ <]", subject)[0]
    body = node.child_by_field_name("body")
    if base in hidden or body is None:
        return
    if trait:
        found.add(f"impl {trait.rsplit(':: ', 1)[-1]} for {prefix}{base}", "", node)
    else:
        _items(body, f"{prefix}{base}::", found, set())


def _derived(node: Node, prefix: str, attributes: list[str], found: Surface) -> None:
    for attribute in attributes:
        match = _DERIVE.search(attribute)
        for trait in match[1].split(",") if match and node.type in _TYPES else ():
            if trait.strip():
                short = trait.strip().rsplit(":: ", 1)[-1]
                found.add(f"impl {short} for {prefix}{named(node, 'name')}", "", node)


def _passed_on(node: Node, found: Surface) -> None:
    """`pub use a::{b, c as d}` passes on `b` and `d`; a wildcard passes on everything of a path."""
    argument = node.child_by_field_name("argument")
    if argument is None:
        return
    for child in walk(argument):
        if child.type == "use_wildcard":
            found.everything_of.add(("", plain(node)))
        elif child.type == "use_as_clause":
            found.pass_on(named(child, "alias"), node)
        elif child.type == "identifier" and _is_used(child):
            found.pass_on(text_of(child), node)


def _is_used(name: Node) -> bool:
    """Whether a name in a `use` is what it brings in, and no part of the way to it."""
    parent = name.parent
    while parent is not None and parent.type == "scoped_identifier":
        if parent.child_by_field_name("name") != name:
            return False
        name, parent = parent, parent.parent
    return parent is not None and parent.type in ("use_declaration", "use_list")
