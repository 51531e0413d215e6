"""Python: public defs, classes, their methods and module variables; `__all__` decides where it is a plain list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import text_of, walk
from codingagentbench.scoring.axes.instructions.surfaces.surface import Surface, named, plain, words

if TYPE_CHECKING:
    from tree_sitter import Node

_BLOCKS = frozenset((
    "block", "else_clause", "elif_clause", "except_clause", "expression_statement", "finally_clause",
    "if_statement", "module", "try_statement", "with_statement",
))  # fmt: skip
_KINDS = ("classmethod", "property", "staticmethod")


def surface(root: Node) -> Surface:
    """Parameter names, kinds and defaults make a signature; annotations, bodies and docstrings do not."""
    found = Surface()
    declared = _declared_all(root)
    _scope(root, "", found)
    if declared is not None:
        found.members = [member for member in found.members if member.name.split(".")[0] in declared]
        found.passed_on &= declared
    return found


def _statements(scope: Node) -> Iterator[Node]:
    """What a module or class body declares, the branches of conditions included."""
    return (node for node in walk(scope, into=_BLOCKS) if node is not scope)


def _scope(scope: Node, prefix: str, found: Surface) -> None:
    for node in _statements(scope):
        match node.type:
            case "function_definition":
                _function(node, (), prefix, found)
            case "class_definition":
                _class(node, prefix, found)
            case "decorated_definition":
                _decorated(node, prefix, found)
            case "assignment":
                _variables(node, prefix, found)
            case "import_from_statement" | "import_statement" if not prefix:
                _imports(node, found)


def _decorated(node: Node, prefix: str, found: Surface) -> None:
    inner = node.child_by_field_name("definition")
    decorators = [plain(child) for child in node.children if child.type == "decorator"]
    if inner is not None and inner.type == "class_definition":
        _class(inner, prefix, found)
    elif inner is not None:
        _function(inner, tuple(name for name in _KINDS if f"@ {name}" in decorators), prefix, found)


def _function(node: Node, kinds: tuple[str, ...], prefix: str, found: Surface) -> None:
    name = named(node, "name")
    if _is_public(name, in_class=bool(prefix)):
        start = "async def" if node.children[0].type == "async" else "def"
        parameters = node.child_by_field_name("parameters")
        listed = [_parameter(child) for child in parameters.named_children] if parameters else []
        shown = ", ".join(parameter for parameter in listed if parameter)
        found.add(prefix + name, words(*kinds, f"{start} ({shown})"), node)


def _parameter(node: Node) -> str:
    """Its name and default: `a`, `a=1`, `*a`, `/`."""
    match node.type:
        case "comment":
            return ""
        case "default_parameter" | "typed_default_parameter":
            return f"{named(node, 'name')}={plain(node.child_by_field_name('value'))}"
        case "typed_parameter":
            return _parameter(node.named_children[0])
    return plain(node).replace(" ", "")


def _class(node: Node, prefix: str, found: Surface) -> None:
    name = named(node, "name")
    body = node.child_by_field_name("body")
    if not _is_public(name, in_class=False) or body is None:
        return
    found.add(prefix + name, "class", node)
    bases = plain(node.child_by_field_name("superclasses"))
    if bases:
        found.everything_of.add((f"{prefix}{name}", bases))
    _scope(body, f"{prefix}{name}.", found)


def _variables(node: Node, prefix: str, found: Surface) -> None:
    left = node.child_by_field_name("left")
    targets = [] if left is None else [left] if left.type == "identifier" else left.named_children
    for target in targets:
        name = text_of(target)
        if target.type == "identifier" and not name.startswith("_"):
            found.add(prefix + name, "variable", target)


def _imports(node: Node, found: Surface) -> None:
    if any(child.type == "wildcard_import" for child in node.children):
        found.everything_of.add(("", plain(node)))
    for child in node.children_by_field_name("name"):
        name = named(child, "alias") if child.type == "aliased_import" else text_of(child).split(".")[0]
        if not name.startswith("_"):
            found.passed_on.add(name)


def _declared_all(root: Node) -> set[str] | None:
    """The names of `__all__`; None when there is none, or when it is more than one plain list."""
    values = [
        node.child_by_field_name("right")
        for node in _statements(root)
        if node.type in ("assignment", "augmented_assignment") and named(node, "left") == "__all__"
    ]
    if len(values) != 1 or values[0] is None or values[0].type not in ("list", "tuple"):
        return None
    return {text_of(item).strip("\"'") for item in values[0].named_children if item.type == "string"}


def _is_public(name: str, *, in_class: bool) -> bool:
    special = in_class and name.startswith("__") and name.endswith("__")
    return special or not name.startswith("_")
