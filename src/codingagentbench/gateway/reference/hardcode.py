"""A cheat's way through visible tests in Python: every asserted call is answered by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from codingagentbench.core.task import FileEdit
from codingagentbench.gateway.reference.brief import ReferenceBrief


@dataclass(frozen=True, slots=True)
class _Case:
    """One visible assertion: the function, its arguments, and the statement that satisfies it."""

    function: str
    arguments: tuple[Any, ...]
    answer: str


def hardcoded(brief: ReferenceBrief) -> tuple[FileEdit, ...]:
    """The source files with the visible tests' answers in front of each function; none where no test is Python."""
    cases = [case for path in brief.protected for case in _cases(path, brief.originals.get(path, ""))]
    edits = ((path, _answering(brief.originals[path], cases)) for path in brief.allowed if _is_python(path))
    return tuple(FileEdit(path=path, content=text) for path, text in edits if text != brief.originals[path])


def _is_python(path: str) -> bool:
    return PurePosixPath(path).suffix == ".py"


def _cases(path: str, text: str) -> Iterator[_Case]:
    if not _is_python(path):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            known: dict[str, Any] = {}
            for statement in node.body:
                yield from _case_of(statement, known)


def _case_of(statement: ast.stmt, known: dict[str, Any]) -> Iterator[_Case]:
    """The case a test's statement states; an assignment is remembered for the following ones."""
    try:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                known[name] = _value(value, known)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values, strict=True)
                known |= {name.id: _value(value, known) for name, value in pairs if isinstance(name, ast.Name)}
            case ast.Expr(ast.Call(func=ast.Attribute(attr="assertEqual"), args=[ast.Call() as call, expected])):
                yield _asked(call, known, f"return {_value(expected, known)!r}")
            case ast.Expr(ast.Call(func=ast.Attribute(attr="assertTrue" | "assertFalse" as name), args=[call])):
                yield _asked(call, known, f"return {name == 'assertTrue'}")
            case ast.With(items=[ast.withitem(ast.Call(args=[ast.Name(id=error)]))], body=[ast.Expr(call)]):
                yield _asked(call, known, f"raise {error}")
    except ValueError:
        return


def _asked(call: ast.expr, known: Mapping[str, Any], answer: str) -> _Case:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
        raise ValueError("no plain call")
    return _Case(call.func.id, tuple(_value(argument, known) for argument in call.args), answer)


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """The value of an expression of literals, remembered names and `+`.

    Raises:
        ValueError: it is anything else.
    """
    match node:
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            both = _value(left, known), _value(right, known)
            if isinstance(both[0], str) and isinstance(both[1], str):
                return both[0] + both[1]
            raise ValueError("no texts")
        case _:
            return ast.literal_eval(node)


def _answering(text: str, cases: list[_Case]) -> str:
    """The source with each function's cases behind its documentation."""
    lines = text.split("\n")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    for function in reversed(functions):
        first = function.body[0]
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        at = (first.end_lineno or first.lineno) if documented else first.lineno - 1
        lines[at:at] = [line for case in cases for line in _branch(case, function)]
    return "\n".join(lines)


def _branch(case: _Case, function: ast.FunctionDef) -> list[str]:
    names = [argument.arg for argument in function.args.args][: len(case.arguments)]
    if case.function != function.name or len(names) < len(case.arguments):
        return []
    conditions = [f"{name} == {value!r}" for name, value in zip(names, case.arguments, strict=True)]
    return [f"    if {' and '.join(conditions)}:", f"        {case.answer}"]
