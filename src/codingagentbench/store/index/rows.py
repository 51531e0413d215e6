"""Lines out of the tables: columns at once, so that 100,000 of them take about a second."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from codingagentbench.core.errors import StoreError
from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.store.index.shapes import Axes, Latency, Shape
from codingagentbench.store.index.where import plugins
from codingagentbench.store.line import CellLine

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MADE = ("latency", "axes")
FIELDS = tuple(name for name in CellLine.__dataclass_fields__ if name not in _MADE)
COLUMNS = ", ".join(f"line.{name}" for name in (*FIELDS, "shape", "numbers"))
"""What `lines_of` needs of the table `line`."""

_Enum = TypeVar("_Enum", bound=StrEnum)


def lines_of(found: DuckDBPyConnection, shapes: Mapping[int, Shape]) -> list[CellLine]:
    """The lines of an executed query for `COLUMNS`, in its order.

    Raises:
        StoreError: an outcome, cause or limit that this version does not know.
    """
    columns: dict[str, list[Any]] = {name: column.tolist() for name, column in _fetched(found).items()}
    for name, kind in (("outcome", Outcome), ("cause", InvalidCause), ("limit_hit", LimitKind)):
        columns[name] = _known(columns[name], kind)
    for name in ("plugin_stack", "violations"):
        columns[name] = _parsed(columns[name])
    numbers = columns.pop("numbers")
    used = [shapes[shape] for shape in columns.pop("shape")]
    with _no_collection():
        columns["latency"] = list(map(Latency, used, numbers))
        columns["axes"] = list(map(Axes, used, numbers))
        return list(map(CellLine, *(columns[name] for name in CellLine.__dataclass_fields__)))


def plain(line: CellLine) -> tuple[dict[str, float], dict[str, dict[str, Any]]]:
    """A line's latency, and its axes under its own methodology, as documents."""
    latency, axes = line.latency, line.axes
    return (
        latency.document() if isinstance(latency, Latency) else dict(latency),
        axes.document(line.methodology)
        if isinstance(axes, Axes)
        else {name: value.model_dump() for name, value in axes.get(line.methodology, {}).items()},
    )


def _fetched(found: DuckDBPyConnection) -> dict[str, Any]:
    fetched: dict[str, Any] = found.fetchnumpy()
    return fetched


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without it every few thousand new objects have the collector walk over all that there are."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _known(texts: list[str | None], kind: type[_Enum]) -> list[_Enum | None]:
    try:
        known = {text: None if text is None else kind(text) for text in set(texts)}
    except ValueError as error:
        raise StoreError(
            f"a cell has a value that this version does not know: {error}",
            remedy="use the codingagentbench version that wrote the ledger, or a newer one",
        ) from error
    return [known[text] for text in texts]


def _parsed(texts: list[str]) -> list[tuple[str, ...]]:
    parsed = {text: plugins(text) for text in set(texts)}
    return [parsed[text] for text in texts]
