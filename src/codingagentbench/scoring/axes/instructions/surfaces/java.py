"""Java: public and protected members of all types that are not private, qualified by package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.surfaces.surface import Surface, is_comment, named, plain, words

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "annotation_type_declaration": "@interface",
    "class_declaration": "class",
    "enum_declaration": "enum",
    "interface_declaration": "interface",
    "record_declaration": "record",
}
_OPEN = ("annotation_type_declaration", "interface_declaration")
"""Kinds of types whose members are public without saying so."""
_TELLING = ("abstract", "protected", "static")


def surface(root: Node) -> Surface:
    """Types of parameters, results, exceptions and generics make a signature; the names of parameters do not."""
    found = Surface()
    package = next((node for node in root.children if node.type == "package_declaration"), None)
    prefix = "" if package is None else plain(package.named_children[-1]).replace(" ", "") + "."
    for node in root.named_children:
        if node.type in _TYPES:
            _type(node, prefix, found, True)
    return found


def _modifiers(node: Node) -> list[str]:
    listed = next((child for child in node.children if child.type == "modifiers"), None)
    return [] if listed is None else [plain(child) for child in listed.children]


def _is_shown(node: Node, in_open: bool) -> bool:
    modifiers = _modifiers(node)
    return "public" in modifiers or "protected" in modifiers or (in_open and "private" not in modifiers)


def _type(node: Node, prefix: str, found: Surface, shown: bool) -> None:
    name = prefix + named(node, "name")
    body = node.child_by_field_name("body")
    if not shown or body is None:
        return
    parts = [plain(node.child_by_field_name(part)) for part in ("type_parameters", "parameters")]
    found.add(
        name, words(_telling(node), _TYPES[node.type], parts[0], _parameters(node) if parts[1] else ""), node
    )
    above = words(*(plain(child) for child in node.children if child.type in ("superclass", "super_interfaces")))
    if above:
        found.everything_of.add((name, above))
    _body(body, f"{name}.", found, node.type in _OPEN)


def _body(body: Node, prefix: str, found: Surface, is_open: bool) -> None:
    for node in body.named_children:
        if node.type == "enum_body_declarations":
            _body(node, prefix, found, is_open)
        elif node.type == "enum_constant":
            found.add(prefix + named(node, "name"), "constant", node)
        elif _is_shown(node, is_open):
            _member(node, prefix, found, is_open)


def _member(node: Node, prefix: str, found: Surface, is_open: bool) -> None:
    match node.type:
        case "method_declaration" | "annotation_type_element_declaration":
            telling = "" if is_open else _telling(node)
            found.add(prefix + named(node, "name") + _parameters(node), words(telling, _method(node)), node)
        case "constructor_declaration":
            found.add(f"{prefix}new{_parameters(node)}", words(_telling(node), _method(node)), node)
        case "field_declaration" | "constant_declaration":
            kind = words("" if is_open else _telling(node), plain(node.child_by_field_name("type")))
            for declarator in node.children_by_field_name("declarator"):
                shape = plain(declarator.child_by_field_name("dimensions"))
                found.add(prefix + named(declarator, "name"), words(kind, shape), node)
        case kind if kind in _TYPES:
            _type(node, prefix, found, True)


def _telling(node: Node) -> str:
    modifiers = _modifiers(node)
    return words(*(word for word in _TELLING if word in modifiers))


def _method(node: Node) -> str:
    throws = next((child for child in node.children if child.type == "throws"), None)
    generics = plain(node.child_by_field_name("type_parameters"))
    return words(generics, plain(node.child_by_field_name("type")), plain(throws))


def _parameters(node: Node) -> str:
    """The types of the parameters, which tell overloads apart."""
    listed = node.child_by_field_name("parameters")
    types = [
        plain(child, [part for part in child.children if part.type in ("identifier", "modifiers")])
        if child.type == "formal_parameter"
        else plain(child, [part for part in child.children if part.type in ("modifiers", "variable_declarator")])
        for child in (listed.named_children if listed is not None else ())
        if not is_comment(child)
    ]
    return f"({', '.join(types)})"
