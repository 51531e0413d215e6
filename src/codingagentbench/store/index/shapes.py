"""A cell's latency and axes, split: the JSON text without its numbers, which few cells differ in, and the numbers.

So 100,000 cells need a handful of parsed documents and one array of floats each, and an axis value is made when it
is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codingagentbench.core.values import AxisValue, Measured, NotApplicable, NotMeasured

NUMBER = r'([A-Za-z0-9_])":(-?[0-9][0-9.eE+-]*)'
"""A number after a key, in JSON without spaces. Only a quote that ends a text can follow a letter: one that begins
it follows `{`, `[`, `,` or `:`, and one inside it a backslash. So no text can look like a key and its number."""

SLOT = r'\1":1e999'
"""What stands for a number in a shape; no number in a document is infinite."""

_KINDS: dict[str, type[Measured] | type[NotMeasured] | type[NotApplicable]] = {
    "measured": Measured,
    "not_measured": NotMeasured,
    "not_applicable": NotApplicable,
}


@dataclass(frozen=True, slots=True)
class _Slot:
    """The place of a number among the cell's numbers."""

    at: int


@dataclass(frozen=True, slots=True)
class AxisAt:
    """Where an axis has its numbers in cells of one shape, counted from 1 as in SQL; None where it has none."""

    methodology: str
    axis: str
    kind: str
    value_at: int | None
    low_at: int | None
    high_at: int | None


class Shape:
    """One document `{"latency": {...}, "scores": {methodology: {axis: value}}}` with slots for numbers."""

    __slots__ = ("_documents", "latency", "scores")

    def __init__(self, text: str) -> None:
        slots = iter(range(len(text)))

        def number(digits: str) -> _Slot | float:
            return _Slot(next(slots)) if digits == "1e999" else float(digits)

        found = json.loads(text, parse_float=number)
        self.latency: dict[str, Any] = found["latency"]
        self.scores: dict[str, dict[str, dict[str, Any]]] = found["scores"]
        self._documents: dict[str, list[_Document]] = {}

    def axes(self) -> Iterator[AxisAt]:
        """Where every axis has its numbers."""
        for methodology, card in self.scores.items():
            for axis, value in card.items():
                ends = (_at(value.get(name)) for name in ("value", "low", "high"))
                yield AxisAt(methodology, axis, value["kind"], *ends)

    def documents(self, methodology: str) -> list[_Document]:
        """The axis values under a methodology, with what a record may leave out, and where numbers go."""
        if methodology not in self._documents:
            card = self.scores.get(methodology, {})
            self._documents[methodology] = [_document(axis, fields) for axis, fields in card.items()]
        return self._documents[methodology]


_Document = tuple[str, dict[str, Any], tuple[tuple[str, int], ...]]
"""An axis, its value as a document, and the places of its numbers by field."""


def _document(axis: str, fields: dict[str, Any]) -> _Document:
    slots = tuple((name, field.at) for name, field in fields.items() if isinstance(field, _Slot))
    whole = _KINDS[fields["kind"]](**fields | {name: 0.0 for name, _ in slots})
    return (axis, whole.model_dump(), slots)


def _at(field: object) -> int | None:
    return field.at + 1 if isinstance(field, _Slot) else None


def _filled(field: Any, numbers: Sequence[float]) -> Any:
    return float(numbers[field.at]) if isinstance(field, _Slot) else field


class _View(Mapping[str, Any]):
    """A mapping that makes its values when they are asked for; equal to a dictionary of the same."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(dict(self))


class Latency(_View):
    """Parts of the wall clock in ms, by name."""

    __slots__ = ("_numbers", "_shape")

    def __init__(self, shape: Shape, numbers: Sequence[float]) -> None:
        self._shape = shape
        self._numbers = numbers

    def __getitem__(self, part: str) -> float:
        value: float = _filled(self._shape.latency[part], self._numbers)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._shape.latency)

    def __len__(self) -> int:
        return len(self._shape.latency)

    def document(self) -> dict[str, float]:
        """The same as a dictionary, made at once."""
        return {part: _filled(field, self._numbers) for part, field in self._shape.latency.items()}


class Axes(_View):
    """Axis values by methodology and name."""

    __slots__ = ("_numbers", "_shape")

    def __init__(self, shape: Shape, numbers: Sequence[float]) -> None:
        self._shape = shape
        self._numbers = numbers

    def __getitem__(self, methodology: str) -> Mapping[str, AxisValue]:
        return _Card(self._shape.scores[methodology], self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shape.scores)

    def __len__(self) -> int:
        return len(self._shape.scores)

    def document(self, methodology: str) -> dict[str, dict[str, Any]]:
        """The axis values under a methodology as JSON holds them, without making each of them first."""
        numbers = self._numbers
        return {
            axis: {**fields, **{name: float(numbers[at]) for name, at in slots}}
            for axis, fields, slots in self._shape.documents(methodology)
        }


class _Card(_View):
    """Axis values under one methodology."""

    __slots__ = ("_card", "_numbers")

    def __init__(self, card: dict[str, dict[str, Any]], numbers: Sequence[float]) -> None:
        self._card = card
        self._numbers = numbers

    def __getitem__(self, axis: str) -> AxisValue:
        fields = self._card[axis]
        filled = {name: _filled(field, self._numbers) for name, field in fields.items()}
        return _KINDS[fields["kind"]](**filled)

    def __iter__(self) -> Iterator[str]:
        return iter(self._card)

    def __len__(self) -> int:
        return len(self._card)
