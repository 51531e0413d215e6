"""JavaScript and TypeScript: what a module exports, by `export` or by `module.exports`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import text_of
from codingagentbench.scoring.axes.instructions.surfaces.surface import Surface, is_comment, named, plain, words

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset((
    "arrow_function", "function_declaration", "function_expression", "function_signature", "generator_function",
    "generator_function_declaration",
))  # fmt: skip
_CLASSES = frozenset(("abstract_class_declaration", "class", "class_declaration"))
_VARIABLES = frozenset(("lexical_declaration", "variable_declaration"))
_METHODS = frozenset(("abstract_method_signature", "method_definition", "method_signature"))

Declared = dict[str, "Node"]


def surface(root: Node) -> Surface:
    """Number, defaults and types of parameters make a signature; the names of plain parameters do not."""
    found = Surface()
    declared = {name: node for child in root.named_children for name, node in _declarations(child)}
    for node in root.named_children:
        if node.type == "export_statement":
            _export(node, declared, found)
        elif node.type == "expression_statement":
            _common_js(node, declared, found)
    return found


def _declarations(node: Node) -> Iterator[tuple[str, Node]]:
    """The names a statement declares, and what stands behind each."""
    if node.type in ("export_statement", "ambient_declaration"):
        for child in node.named_children:
            yield from _declarations(child)
    elif node.type in _VARIABLES:
        for declarator in (child for child in node.named_children if child.type == "variable_declarator"):
            target, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
            for name in _bound(target):
                simple = value is not None and target is not None and target.type == "identifier"
                yield name, value if simple and value is not None else declarator
    elif node.child_by_field_name("name") is not None:
        yield named(node, "name"), node


def _bound(target: Node | None) -> Iterator[str]:
    """The names a target binds; of a pattern all those in it."""
    waiting = [] if target is None else [target]
    while waiting:
        node = waiting.pop()
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield text_of(node)
        elif node.type == "pair_pattern":
            waiting += [child for child in [node.child_by_field_name("value")] if child is not None]
        else:
            waiting += reversed(node.named_children)


def _export(node: Node, declared: Declared, found: Surface) -> None:
    if node.child_by_field_name("source") is not None:
        _from_elsewhere(node, found)
        return
    declaration = node.child_by_field_name("declaration")
    if any(child.type == "default" for child in node.children):
        value = declaration if declaration is not None else node.child_by_field_name("value")
        _add("default", value, declared, found)
    elif declaration is not None:
        for name, behind in _declarations(declaration):
            _add(name, behind, declared, found)
    for clause in (child for child in node.children if child.type == "export_clause"):
        for specifier in clause.named_children:
            inner = named(specifier, "name")
            name = named(specifier, "alias") or inner
            if inner in declared:
                _add(name, declared[inner], declared, found)
            elif name:
                found.pass_on(name, specifier)


def _from_elsewhere(node: Node, found: Surface) -> None:
    clause = next((child for child in node.children if child.type in ("export_clause", "namespace_export")), None)
    if clause is None:
        found.everything_of.add(("", plain(node)))
    elif clause.type == "namespace_export":
        found.pass_on(text_of(clause.named_children[-1]), clause)
    else:
        for one in clause.named_children:
            found.pass_on(named(one, "alias") or named(one, "name"), one)


def _common_js(node: Node, declared: Declared, found: Surface) -> None:
    assignment = node.named_children[0] if node.named_children else None
    if assignment is None or assignment.type != "assignment_expression":
        return
    target = plain(assignment.child_by_field_name("left")).replace(" ", "")
    value = assignment.child_by_field_name("right")
    if target == "module.exports" and value is not None:
        _exports_object(value, declared, found)
    for prefix in ("module.exports.", "exports."):
        if target.startswith(prefix):
            _add(target.removeprefix(prefix), value, declared, found)
            return


def _exports_object(value: Node, declared: Declared, found: Surface) -> None:
    if value.type != "object":
        if value.type == "call_expression":
            found.everything_of.add(("", plain(value)))
        _add("module.exports", value, declared, found)
        return
    for child in value.named_children:
        if child.type == "spread_element":
            found.everything_of.add(("", plain(child)))
        elif child.type == "shorthand_property_identifier":
            _add(text_of(child), child, declared, found)
        elif child.type == "pair":
            _add(named(child, "key").strip("\"'"), child.child_by_field_name("value"), declared, found)
        elif child.type == "method_definition":
            _add(named(child, "name"), child, declared, found)


def _add(name: str, value: Node | None, declared: Declared, found: Surface) -> None:
    if value is None:
        return
    if value.type in ("identifier", "shorthand_property_identifier"):
        behind = declared.get(text_of(value))
        if behind is None:
            found.pass_on(name, value)
            return
        value = behind
    if value.type in _FUNCTIONS or value.type in _METHODS:
        found.add(name, _function(value), value)
    elif value.type in _CLASSES:
        _class(name, value, found)
    elif value.type in ("enum_declaration", "interface_declaration", "type_alias_declaration"):
        found.add(name, plain(value, [value.child_by_field_name("name")]), value)
    else:
        found.add(name, "value", value)


def _function(node: Node) -> str:
    before = [child.type for child in node.children if child.type in ("async", "get", "set", "static", "*")]
    listed = node.child_by_field_name("parameters")
    single = node.child_by_field_name("parameter")
    shapes = [
        _shape(child) for child in (listed.named_children if listed is not None else ()) if not is_comment(child)
    ]
    if single is not None:
        shapes = ["_"]
    generics, given = (plain(node.child_by_field_name(part)) for part in ("type_parameters", "return_type"))
    return words(*before, "function", generics, f"({', '.join(shapes)})", given)


def _shape(parameter: Node) -> str:
    """`_`, with a default, a type or dots where it has them; patterns keep the names they take apart."""
    match parameter.type:
        case "identifier":
            return "_"
        case "assignment_pattern":
            left = parameter.child_by_field_name("left")
            shown = "_" if left is None or left.type == "identifier" else plain(left)
            return f"{shown} = {plain(parameter.child_by_field_name('right'))}"
        case "rest_pattern":
            return "..."
        case "required_parameter" | "optional_parameter":
            pattern = parameter.child_by_field_name("pattern")
            start = _shape(pattern) if pattern is not None else "_"
            value = plain(parameter.child_by_field_name("value"))
            optional = "?" if parameter.type == "optional_parameter" else ""
            return words(start + optional, plain(parameter.child_by_field_name("type")), value and f"= {value}")
    return plain(parameter)


def _class(name: str, node: Node, found: Surface) -> None:
    found.add(name, words("class", plain(node.child_by_field_name("type_parameters"))), node)
    above = next((plain(child) for child in node.children if child.type == "class_heritage"), "")
    if above:
        found.everything_of.add((name, above))
    body = node.child_by_field_name("body")
    for member in body.named_children if body is not None else ():
        own = named(member, "name") or named(member, "property")
        if own and not own.startswith("#") and not _is_private(member):
            static = "static " if any(child.type == "static" for child in member.children) else ""
            shown = (
                _function(member)
                if member.type in _METHODS
                else f"{static}field {plain(_type_of(member))}".strip()
            )
            found.add(f"{name}.{own}", shown, member)


def _type_of(member: Node) -> Node | None:
    return member.child_by_field_name("type")


def _is_private(member: Node) -> bool:
    return any(child.type == "accessibility_modifier" and text_of(child) == "private" for child in member.children)
