"""Where the names of points go in a drawing, so that none covers another name or a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LETTER = 6.6
_LINE = 13.0
"""Room for a letter and a line of the drawing's 12-unit type, a little more than most fonts take."""

_GAP = 9.0
_DOT = 6.0
_RINGS = (0.0, 14.0, 28.0, 44.0)
"""How far a name may move away from its point, nearest first."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        """Whether it lies wholly in the other."""
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A name and where its text starts (`x`, baseline `y`); `far` when a line must lead to its point."""

    text: str
    x: float
    y: float
    box: Box
    far: bool


def place_labels(
    points: Sequence[tuple[float, float, str]], area: Box, avoid: Sequence[Box] = ()
) -> list[Mark | None]:
    """A mark for each (x, y, name) in the order given, None where no free place is near enough.

    Args:
        avoid: what names must not cover besides each other and the points.
    """
    dots = [*avoid, *(Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y, _ in points)]
    taken: list[Box] = []
    marks: list[Mark | None] = []
    for x, y, text in points:
        fits = (
            mark
            for mark in _places(x, y, text)
            if mark.box.inside(area) and not any(mark.box.meets(other) for other in (*taken, *dots))
        )
        mark = next(fits, None)
        marks.append(mark)
        if mark:
            taken.append(mark.box)
    return marks


def _places(x: float, y: float, text: str) -> Iterator[Mark]:
    """Right, left, above and below of the point, then further away."""
    width = len(text) * _LETTER
    for ring in _RINGS:
        for left, middle in (
            (x + _GAP, y - ring), (x - _GAP - width, y - ring), (x + _GAP, y + ring), (x - _GAP - width, y + ring),
            (x - width / 2, y - _GAP - _LINE / 2 - ring), (x - width / 2, y + _GAP + _LINE / 2 + ring),
        ):  # fmt: skip
            box = Box(left, middle - _LINE / 2, left + width, middle + _LINE / 2)
            yield Mark(text, left, middle + 4, box, far=ring > 0)
