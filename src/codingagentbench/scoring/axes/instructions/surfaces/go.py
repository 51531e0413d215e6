"""Go: capitalised functions, methods, types, fields, constants and variables of a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import text_of, walk
from codingagentbench.scoring.axes.instructions.surfaces.surface import Surface, is_comment, named, plain, words

if TYPE_CHECKING:
    from tree_sitter import Node

_GROUPS = frozenset((
    "const_declaration", "const_spec_list", "source_file", "type_declaration", "var_declaration", "var_spec_list",
))  # fmt: skip


def surface(root: Node) -> Surface:
    """Types make a signature; the names of parameters and results do not."""
    found = Surface()
    for node in walk(root, into=_GROUPS):
        match node.type:
            case "function_declaration":
                _add(named(node, "name"), _function(node), node, found)
            case "method_declaration":
                _method(node, found)
            case "type_spec" | "type_alias":
                _type(node, found)
            case "const_spec" | "var_spec":
                kind = words(node.type.removesuffix("_spec"), plain(node.child_by_field_name("type")))
                for name in node.children_by_field_name("name"):
                    _add(text_of(name), kind, node, found)
    return found


def _add(name: str, signature: str, node: Node, found: Surface) -> None:
    if all(part[:1].isupper() for part in name.split(".")):
        found.add(name, signature, node)


def _function(node: Node) -> str:
    result = node.child_by_field_name("result")
    given = _types(result) if result is not None and result.type == "parameter_list" else plain(result)
    generics = plain(node.child_by_field_name("type_parameters"))
    return words("func", generics, _types(node.child_by_field_name("parameters")), given)


def _types(listed: Node | None) -> str:
    """`(a, b int)` has the types `int, int`."""
    types: list[str] = []
    for child in listed.named_children if listed is not None else ():
        if not is_comment(child):
            dots = "..." if child.type == "variadic_parameter_declaration" else ""
            kind = dots + plain(child.child_by_field_name("type"))
            types += [kind] * max(1, len(child.children_by_field_name("name")))
    return f"({', '.join(types)})"


def _method(node: Node, found: Surface) -> None:
    receiver = plain(_first_type(node.child_by_field_name("receiver")))
    base = receiver.removeprefix("* ").split(" ")[0]
    pointer = "*" if receiver.startswith("*") else ""
    _add(f"{base}.{named(node, 'name')}", words(pointer, _function(node)), node, found)


def _first_type(receiver: Node | None) -> Node | None:
    declared = (
        [child for child in receiver.named_children if not is_comment(child)] if receiver is not None else []
    )
    return declared[0].child_by_field_name("type") if declared else None


def _type(node: Node, found: Surface) -> None:
    name, kind = named(node, "name"), node.child_by_field_name("type")
    generics = plain(node.child_by_field_name("type_parameters"))
    if kind is None:
        return
    if kind.type == "struct_type":
        _add(name, words("struct", generics), node, found)
        _fields(kind, name, found)
    elif kind.type == "interface_type":
        _add(name, words("interface", generics), node, found)
        _interface(kind, name, found)
    else:
        _add(name, words("=" if node.type == "type_alias" else "type", generics, plain(kind)), node, found)


def _fields(kind: Node, name: str, found: Surface) -> None:
    for node in walk(kind, into=frozenset(("field_declaration_list",))):
        if node.type == "field_declaration":
            shown = plain(node.child_by_field_name("type"))
            names = [text_of(one) for one in node.children_by_field_name("name")]
            for one in names or [shown.split(" ")[-1]]:
                _add(f"{name}.{one}", shown if names else f"embeds {shown}", node, found)


def _interface(kind: Node, name: str, found: Surface) -> None:
    for node in kind.named_children:
        if node.type == "method_elem":
            _add(f"{name}.{named(node, 'name')}", _function(node), node, found)
        elif not is_comment(node) and name[:1].isupper():
            found.add(f"{name}.{plain(node)}", "embeds", node)
