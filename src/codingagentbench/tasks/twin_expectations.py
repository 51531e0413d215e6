"""Expectations in visible tests: where they stand, what they are about, and what would be wrong in their place.

One finder a language. Each looks only for forms it is sure of; a test it does not understand has no expectation.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from codingagentbench.tasks.twin_literals import wrong_in, wrong_python


@dataclass(frozen=True, slots=True)
class Expectation:
    """`actual` is compared with `text[start:end]` (characters) of a test file; `wrong` is put there in a twin."""

    path: str
    start: int
    end: int
    actual: str
    wrong: str


Found = tuple[int, int, str, str]
"""Start, end, what is compared, and the wrong source."""
Finder = Callable[[str, Set[str]], Iterator[Found]]


def expectations(path: str, text: str, modules: Set[str]) -> tuple[Expectation, ...]:
    """Those of one file about code of `modules` (names of source files without suffix), in order.

    What a file asserts twice of the same expression is left out: a wrong answer there would contradict the file
    itself, so that not even a special case passes it.
    """
    finder = _FINDERS.get(PurePosixPath(path).suffix)
    found = list(finder(text, modules)) if finder else []
    often = Counter("".join(actual.split()) for _, _, actual, _ in found)
    return tuple(
        Expectation(path, start, end, actual, wrong)
        for start, end, actual, wrong in found
        if often["".join(actual.split())] == 1
    )


def _python(text: str, modules: Set[str]) -> Iterator[Found]:
    """`self.assertEqual(call, literal)` where the call is of a name imported from one of the modules."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in modules
        for alias in node.names
    }
    asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_assert_equal(node)]
    for node in sorted(asserts, key=lambda node: (node.lineno, node.col_offset)):
        actual, expected = node.args[:2]
        if _calls(actual, names):
            start, end = _span(text, expected)
            wrong = wrong_python(text[start:end])
            if wrong is not None:
                yield start, end, ast.unparse(actual), wrong


def _is_assert_equal(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "assertEqual" and len(node.args) >= 2


def _calls(expression: ast.expr, names: Set[str]) -> bool:
    calls = (node for node in ast.walk(expression) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id in names for call in calls)


def _span(text: str, node: ast.expr) -> tuple[int, int]:
    """Offsets in characters; ast counts the columns in bytes."""
    lines = text.splitlines(keepends=True)

    def offset(line: int, column: int) -> int:
        before = sum(map(len, lines[: line - 1]))
        return before + len(lines[line - 1].encode()[:column].decode())

    return (
        offset(node.lineno, node.col_offset),
        offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
    )


def _rust(text: str, modules: Set[str]) -> Iterator[Found]:
    """`assert_eq!(call, expected)` where the call is of a name that a `use` brings in."""
    used = re.findall(r"\buse\s+\w+::(?:\{([^}]*)\}|(\w+))", text)
    names = {name for group, one in used for name in re.findall(r"\w+", group or one)}
    for start, end in _arguments(text, "assert_eq!("):
        parts = _split(text, start, end)
        if len(parts) != 2:
            continue
        actual = text[slice(*parts[0])].strip()
        wrong = wrong_in(text[slice(*parts[1])])
        if wrong is not None and any(re.search(rf"\b{name}\s*\(", actual) for name in names):
            yield *parts[1], actual, wrong


def _java(text: str, modules: Set[str]) -> Iterator[Found]:
    """`check("name", call.equals(expected))` and `check("name", call == number)` of a plain runner."""
    for start, end in _arguments(text, " check("):
        parts = _split(text, start, end)
        condition = text[slice(*parts[-1])] if len(parts) == 2 else ""
        found = re.search(
            r"^(\s*[^&|=]*\(.*?\))(\.equals\((?P<text>.*?)\)|\s*==\s*(?P<number>\d+)L?)(?=\s*(&&|$))",
            condition,
            re.S,
        )
        if found is None:
            continue
        part = "text" if found["text"] is not None else "number"
        wrong = wrong_in(found[part])
        if wrong is not None:
            base = parts[1][0]
            yield base + found.start(part), base + found.end(part), found[1].strip(), wrong


def _arguments(text: str, opening: str) -> Iterator[tuple[int, int]]:
    """Where the arguments of each such call begin and end."""
    at = text.find(opening)
    while at >= 0:
        start = at + len(opening)
        end = _closing(text, start)
        if end is not None:
            yield start, end
        at = text.find(opening, start)


_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|\'(?:\\[^\n]{1,10}?|[^\'\\\n])\'|[(\[{]|[)\]}]|,', re.S)


def _closing(text: str, start: int) -> int | None:
    """The offset of the bracket that closes what is open at `start`."""
    depth = 1
    for token in _TOKEN.finditer(text, start):
        depth += (token[0] in "([{") - (token[0] in ")]}")
        if depth == 0:
            return token.start()
    return None


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The arguments between two offsets; a comma before the end makes none."""
    parts, depth, begun = [], 0, start
    for token in _TOKEN.finditer(text, start, end):
        depth += (token[0] in "([{") - (token[0] in ")]}")
        if token[0] == "," and depth == 0:
            parts.append((begun, token.start()))
            begun = token.end()
    return [*parts, (begun, end)] if text[begun:end].strip() else parts


_FINDERS: dict[str, Finder] = {".py": _python, ".rs": _rust, ".java": _java}
