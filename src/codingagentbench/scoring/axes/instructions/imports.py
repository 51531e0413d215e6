"""What a source file imports from outside itself, as its language writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import Language, line_of, parse, text_of, walk

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Import:
    """One import: a dotted name, a path, a crate or a specifier; relative ones are left out."""

    name: str
    line: int


@lru_cache(maxsize=64)
def imports_of(language: Language, text: str) -> tuple[Import, ...] | None:
    """Every import of a text, wherever it stands in it; None for a text that cannot be parsed."""
    reader = _READERS.get(language)
    if reader is None or not text:
        return ()
    root = parse(language, text)
    if root.has_error:
        return None
    return tuple(Import(name, line_of(node)) for node in walk(root) for name in reader(node) if name)


def _python(node: Node) -> Iterator[str]:
    if node.type == "import_statement":
        for child in node.children_by_field_name("name"):
            named = child.child_by_field_name("name") if child.type == "aliased_import" else child
            yield text_of(named)
    elif node.type == "import_from_statement":
        module = node.child_by_field_name("module_name")
        if module is not None and module.type == "dotted_name":
            yield text_of(module)
    elif node.type == "call" and text_of(node.child_by_field_name("function")).rsplit(".", 1)[-1] in (
        "__import__",
        "import_module",
    ):
        yield _first_text(node).split("/")[0].lstrip(".")


def _rust(node: Node) -> Iterator[str]:
    if node.type == "extern_crate_declaration":
        yield text_of(node.child_by_field_name("name"))
    elif node.type == "use_declaration":
        yield from _roots(text_of(node.child_by_field_name("argument")))


def _roots(argument: str) -> Iterator[str]:
    """The crates or modules that a `use` begins with: one, but for `use {a::b, c}`."""
    plain = argument.strip().removeprefix("::")
    if not plain.startswith("{"):
        yield re.split(r"[^\w#]", plain, maxsplit=1)[0]
        return
    depth, at_start = 0, True
    for match in re.finditer(r"[{},]|[\w#]+", plain):
        token = match[0]
        depth += (token == "{") - (token == "}")
        if token in "{,":
            at_start = depth == 1
        elif at_start and token != "}":
            at_start = False
            yield token


def _java(node: Node) -> Iterator[str]:
    if node.type == "import_declaration":
        name = next((child for child in node.named_children if child.type.endswith("identifier")), None)
        whole = any(child.type == "asterisk" for child in node.children)
        yield text_of(name).replace(" ", "") + (".*" if whole else "")


def _javascript(node: Node) -> Iterator[str]:
    if node.type in ("export_statement", "import_require_clause", "import_statement"):
        yield _outside(text_of(node.child_by_field_name("source")).strip("\"'"))
    elif node.type == "call_expression":
        function = node.child_by_field_name("function")
        if function is not None and (
            function.type == "import" or text_of(function) in ("require", "require.resolve")
        ):
            yield _outside(_first_text(node).strip("`"))


def _outside(specifier: str) -> str:
    return "" if specifier.startswith((".", "/", "#", "@/", "~")) else specifier


def _go(node: Node) -> Iterator[str]:
    if node.type == "import_spec":
        yield text_of(node.child_by_field_name("path")).strip('"`')


def _c(node: Node) -> Iterator[str]:
    if node.type == "preproc_include":
        path = node.child_by_field_name("path")
        if path is not None and path.type == "system_lib_string":
            yield text_of(path).strip("<>")


def _first_text(call: Node) -> str:
    """A call's first argument when it is a plain string."""
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    plain = first is not None and first.type in ("string", "template_string") and "${" not in text_of(first)
    return text_of(first).strip("\"'") if plain else ""


_READERS: dict[Language, Callable[[Node], Iterator[str]]] = {
    "c": _c, "go": _go, "java": _java, "javascript": _javascript, "python": _python, "rust": _rust,
    "tsx": _javascript, "typescript": _javascript,
}  # fmt: skip
