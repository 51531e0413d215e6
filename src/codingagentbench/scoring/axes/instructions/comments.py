"""`no-comments-added`: comments after the work that were not there before, wherever they stood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from codingagentbench.core.evidence import Evidence
from codingagentbench.core.task import Constraint
from codingagentbench.scoring.axes.instructions.languages import (
    Language,
    is_source,
    line_of,
    parse,
    text_of,
    walk,
)
from codingagentbench.scoring.axes.instructions.sources import Changed, changed_files
from codingagentbench.scoring.axes.instructions.verdict import Finding, Verdict, conclude

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENTS = frozenset(("block_comment", "comment", "html_comment", "line_comment"))
_MARKERS = {"bash": ("#",), "python": ("#",)}
_DIRECTIVE = re.compile(r"#!|#.*coding[:=]|//go:|// \+build ")
"""For the system, the interpreter or the compiler, not for a reader."""
_SAME_COMMENT = 0.6
"""Likeness from which a lost comment and a new one are the same one, reworded."""
_MAX_PAIRED = 100
_MAX_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a comment: its words without markers and indentation, so that moving it changes nothing."""

    words: str
    line: int


@dataclass(frozen=True, slots=True)
class _Side:
    """The remarks of one version; `whole` is false where the text could not be parsed."""

    remarks: tuple[Remark, ...]
    whole: bool

    def count(self) -> Counter[str]:
        return Counter(remark.words for remark in self.remarks)


def judge(constraint: Constraint, evidence: Evidence) -> Verdict:
    """A moved, re-indented or reworded comment is not an added one; a copied one is."""
    files, doubts = changed_files(constraint, evidence, is_source)
    sides = [(file.path, *_versions(file, constraint.docstrings)) for file in files]
    readable = [side for side in sides if _is_readable(*side[1:])]
    unread = sorted({path for path, *_ in sides} - {path for path, *_ in readable})
    doubts += [Finding(path, None, "it cannot be parsed, and it may hold comments") for path in unread]
    return conclude(list(_added(readable)), doubts)


def _versions(file: Changed, docstrings: bool) -> tuple[_Side, _Side]:
    return _side(file.language, file.before or "", docstrings), _side(file.language, file.after or "", docstrings)


def _is_readable(before: _Side, after: _Side) -> bool:
    """A text without comments has none added, whatever it was before."""
    return after.whole and (before.whole or not after.remarks)


def _added(files: list[tuple[str, _Side, _Side]]) -> Iterator[Finding]:
    surplus: Counter[str] = Counter()
    for _, before, after in files:
        surplus.update(after.count())
        surplus.subtract(before.count())
    for path, before, after in files:
        own = after.count() - before.count()
        new = []
        for remark in reversed(after.remarks):
            if own[remark.words] > 0 and surplus[remark.words] > 0:
                own[remark.words] -= 1
                surplus[remark.words] -= 1
                new.append(remark)
        lost = list((before.count() - after.count()).elements())
        yield from (Finding(path, remark.line, remark.words) for remark in _not_reworded(new[::-1], lost))


def _not_reworded(new: list[Remark], lost: list[str]) -> list[Remark]:
    """New remarks that are no rewording of a lost one; each lost one excuses a single new one."""
    left = lost[:_MAX_PAIRED]
    added = []
    for remark in new[:_MAX_PAIRED]:
        old = next((words for words in left if _alike(words, remark.words)), None)
        if old is None:
            added.append(remark)
        else:
            left.remove(old)
    return added + new[_MAX_PAIRED:]


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old[:_MAX_COMPARED], new[:_MAX_COMPARED], autojunk=False)
    return matcher.quick_ratio() >= _SAME_COMMENT and matcher.ratio() >= _SAME_COMMENT


@lru_cache(maxsize=64)
def _side(language: Language, text: str, docstrings: bool) -> _Side:
    """The remarks of a text. One without any mark of a comment has none, whether or not it can be parsed."""
    quotes = ('"', "'") if docstrings and language == "python" else ()
    if not any(mark in text for mark in (*_MARKERS.get(language, ("//", "/*", "<!--", "-->")), *quotes)):
        return _Side((), True)
    root = parse(language, text)
    nodes = [
        node for node in walk(root, but=_COMMENTS) if node.type in _COMMENTS or (quotes and _is_docstring(node))
    ]
    remarks = tuple(remark for node in nodes for remark in _remarks(node))
    return _Side(remarks, not root.has_error)


def _is_docstring(node: Node) -> bool:
    """A string that stands alone as the first statement of a module, class or function."""
    if node.type != "string" or node.parent is None or node.parent.type != "expression_statement":
        return False
    block = node.parent.parent
    first = next((child for child in block.named_children if child.type != "comment"), None) if block else None
    if block is None or first != node.parent:
        return False
    owner = block.parent
    return block.type == "module" or (
        owner is not None and owner.type in ("class_definition", "function_definition")
    )


_EDGES = re.compile(r"^[\s#/*!]+|[\s*]+/?$|^[rRuUbB]{0,2}(\"\"\"|''')|(\"\"\"|''')$")


def _remarks(node: Node) -> Iterator[Remark]:
    text, first = text_of(node), line_of(node)
    if _DIRECTIVE.match(text) and (first <= 2 or text.startswith("//")):
        return
    for number, line in enumerate(text.splitlines(), first):
        words = " ".join(_EDGES.sub("", line).split())
        if words:
            yield Remark(words, number)
