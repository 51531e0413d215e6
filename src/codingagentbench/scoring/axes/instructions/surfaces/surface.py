"""What the reading of one file's public names gives, and how source becomes a signature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codingagentbench.scoring.axes.instructions.languages import line_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_WHOLE = frozenset((
    "char_literal", "character_literal", "interpreted_string_literal", "raw_string_literal", "regex", "string",
    "string_literal", "template_string",
))  # fmt: skip
_CLOSING = (")", "]", "}", ">")


PASSED_ON = "passed on from elsewhere"
"""The signature of a name that is public here and declared in another file."""


@dataclass(frozen=True, slots=True)
class Member:
    """One public name, qualified within its file or package; the signature is free of layout and comments."""

    name: str
    signature: str
    line: int


@dataclass(slots=True)
class Surface:
    """The public members of a text, and the names it may pass on from elsewhere.

    `everything_of` is what it takes over whole, each with the name below which that shows: `from x import *`
    below none, a class's bases below the class.
    """

    members: list[Member] = field(default_factory=list)
    passed_on: set[str] = field(default_factory=set)
    everything_of: set[tuple[str, str]] = field(default_factory=set)

    def pass_on(self, name: str, node: Node) -> None:
        """A member that is declared in another file."""
        self.passed_on.add(name)
        self.add(name, PASSED_ON, node)

    def add(self, name: str, signature: str, node: Node) -> None:
        """One more member, declared at `node`."""
        self.members.append(Member(name, signature, line_of(node)))


def is_comment(node: Node) -> bool:
    """Whether a node is a comment of any kind."""
    return node.type.endswith("comment")


def tokens(node: Node | None, without: Iterable[Node | None] = ()) -> Iterator[str]:
    """The leaf texts of a node, without comments and without the nodes in `without`."""
    left_out = {other.id for other in without if other is not None}
    waiting = [] if node is None else [node]
    while waiting:
        here = waiting.pop()
        if is_comment(here) or here.id in left_out:
            continue
        if here.type in _WHOLE or not here.children:
            yield text_of(here)
        else:
            waiting.extend(reversed(here.children))


def plain(node: Node | None, without: Iterable[Node | None] = ()) -> str:
    """A node's text with one blank between tokens, no comments, and no comma before a closing bracket."""
    kept: list[str] = []
    for token in tokens(node, without):
        if token in _CLOSING and kept and kept[-1] == ",":
            kept.pop()
        kept.append(token)
    return " ".join(kept)


def named(node: Node | None, field_name: str) -> str:
    """The text of a node's field; empty where there is none."""
    return text_of(node.child_by_field_name(field_name)) if node is not None else ""


def words(*parts: str) -> str:
    """The parts that are not empty, joined by blanks."""
    return " ".join(part for part in parts if part)
