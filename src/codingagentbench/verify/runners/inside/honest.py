"""Equality that objects cannot lie about, for hidden Python tests.

`==` and `!=` in a hidden test's own source become calls of `equal`, which first asks each value whose class is
not a built-in one whether it equals things it cannot equal all at once. A value that does is a lie, and the
test fails.
"""

from __future__ import annotations

import ast
import secrets
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

_PLAIN = (int, float, complex, bool, str, bytes, type(None))
_SEQUENCES = (list, tuple, set, frozenset)
_EQUAL = "__cab_equal__"
_MOST = 1000
"""Members of a collection that are looked at."""


class DishonestValue(AssertionError):
    """A value claims to equal whatever it is compared with."""


def _lies(value: Any) -> bool:
    baits = (secrets.randbits(62), secrets.randbits(62), secrets.token_hex(), secrets.token_hex())
    try:
        agreed = [bool(value == bait) or bool(bait == value) for bait in baits]
    except Exception:  # noqa: BLE001 - an equality that raises on strangers is an honest one
        return False
    return all(agreed[:2]) or all(agreed[2:])


def require_honest(value: Any, depth: int = 0) -> None:
    """Look through built-in collections for values that lie.

    Raises:
        DishonestValue: there is one.
    """
    kind = type(value)
    if kind in _PLAIN or depth > 8:
        return
    if kind in _SEQUENCES:
        for member in list(value)[:_MOST]:
            require_honest(member, depth + 1)
    elif kind is dict:
        for key, member in list(value.items())[:_MOST]:
            require_honest(key, depth + 1)
            require_honest(member, depth + 1)
    elif _lies(value):
        raise DishonestValue(f"a {kind.__name__} says it equals anything")


def equal(left: Any, right: Any) -> Any:
    """`left == right`, asked of honest values."""
    require_honest(left)
    require_honest(right)
    return left == right


class _Equality(ast.NodeTransformer):
    """`a == b` -> `equal(a, b)`; comparisons of more than two parts stay as they are."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            return node
        call: ast.expr = ast.Call(ast.Name(_EQUAL, ast.Load()), [node.left, *node.comparators], [])
        if isinstance(node.ops[0], ast.NotEq):
            call = ast.UnaryOp(ast.Not(), call)
        return ast.copy_location(call, node)


class _Loader(SourceFileLoader):
    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        tree = ast.fix_missing_locations(_Equality().visit(ast.parse(data, path)))
        code: CodeType = compile(tree, path, "exec", dont_inherit=True, optimize=0)
        return code

    def get_code(self, fullname: str) -> CodeType:
        """From the source alone, never from a cache."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, _EQUAL, equal)
        super().exec_module(module)


class HonestFinder:
    """Finds modules as usual, and loads those below the folder of hidden tests with honest equality."""

    def __init__(self, tests: str) -> None:
        self._below = tests.rstrip("/") + "/"

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """As `importlib.abc.MetaPathFinder` has it."""
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not (spec.origin or "").startswith(self._below):
            return None
        if type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec
