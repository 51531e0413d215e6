"""The lines of all sweeps in memory, kept up with the parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codingagentbench.store.index import sql
from codingagentbench.store.index.shapes import AxisAt, Shape

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def connect() -> DuckDBPyConnection:
    """A database in memory that loads no extension and leaves nothing in the working directory."""
    import tempfile

    import duckdb

    settings: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(Path(tempfile.gettempdir()) / "cab-duckdb"),
    }
    db = duckdb.connect(config=settings)
    for statement in sql.TABLES:
        db.execute(statement)
    return db


class Tables:
    """The tables `line` and `axis_at`, and the shapes by number."""

    def __init__(self) -> None:
        self.db = connect()
        self.shapes: dict[int, Shape] = {}

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All changes made inside count at once, or not at all."""
        known = set(self.shapes)
        self.db.execute("begin")
        try:
            yield
        except BaseException:  # whatever it is, half a change must not stay
            self.db.execute("rollback")
            for shape in self.shapes.keys() - known:
                del self.shapes[shape]
            raise
        self.db.execute("commit")

    def gain(self, ledger: str, files: Sequence[str], shapes: Sequence[str], after: int) -> None:
        """Take the attempts after a row number from these parts."""
        found = self.db.execute(sql.READ_SHAPES, [list(shapes)]).fetchall()
        self._learn({number: Shape(text) for number, text in found if number not in self.shapes})
        values = {"files": list(files), "after": after, "ledger": ledger}
        for statement in sql.GAIN:
            named = {name: value for name, value in values.items() if f"${name}" in statement}
            self.db.execute(statement, named)

    def _learn(self, shapes: Mapping[int, Shape]) -> None:
        rows = [(number, *astuple(at)) for number, shape in shapes.items() for at in shape.axes()]
        if rows:
            names = ("shape", *(field.name for field in fields(AxisAt)))
            self.db.execute(sql.LEARN, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
        self.shapes.update(shapes)

    def forget(self, ledger: str) -> None:
        """Drop the lines of a ledger."""
        self.db.execute(sql.FORGET, [ledger])

    def mark_unplanned(self, ledger: str, ordinals: Sequence[int]) -> None:
        """Say which cells of a ledger are no longer in its definition."""
        self.db.execute(sql.SET_PLANNED, {"ledger": ledger, "unplanned": list(ordinals)})

    def mark_removed(self, places: Collection[str]) -> None:
        """Say which cells were taken out of the results."""
        self.db.execute(sql.SET_REMOVED, {"places": sorted(places)})
