"""A sweep's attempts as Parquet parts, and the manifest that says which files are of them.

A part is written under a name of its own and counts once the manifest, which is replaced in one step, names it. What
a killed process left behind is in no manifest and is deleted by the next. All of it happens under the folder's lock.
"""

from __future__ import annotations

import glob
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codingagentbench.store.index import sql
from codingagentbench.store.index.tail import Mark

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_FORMAT = 1
_MANIFEST = "manifest.json"
_KEPT = ("lock", _MANIFEST)
_NAME = re.compile(r"part-[0-9a-f]{16}")
_ROW_GROUP = 8192
_GROWN = 10_000
"""Parts of more rows than this are not merged again."""


@dataclass(frozen=True, slots=True)
class Part:
    """Attempts in `<name>.parquet` and their shapes in `<name>.shapes.parquet`. `last`: the highest row number."""

    name: str
    rows: int
    last: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """`generation` changes when everything was made anew; `mark` is how far the ledger was read."""

    generation: str
    mark: Mark
    parts: tuple[Part, ...]


class Parts:
    """The parts in one folder. Every method needs the folder's lock."""

    def __init__(self, folder: Path, db: DuckDBPyConnection) -> None:
        self.folder = folder
        self._db = db

    def manifest(self) -> Manifest:
        """What the folder holds; nothing, where there is no manifest that this version wrote."""
        try:
            found = json.loads((self.folder / _MANIFEST).read_bytes())
            if found["format"] != _FORMAT:
                return _empty()
            parts = tuple(Part(str(p["name"]), int(p["rows"]), int(p["last"])) for p in found["parts"])
            mark = Mark(int(found["rows"]), int(found["last"]), str(found["ends"]))
        except (OSError, ValueError, KeyError, TypeError):
            return _empty()
        if not all(_NAME.fullmatch(part.name) and self._there(part) for part in parts):
            return _empty()
        return Manifest(str(found["generation"]), mark, parts)

    def _there(self, part: Part) -> bool:
        return all(path.is_file() for path in self._paths(part.name))

    def _paths(self, name: str) -> tuple[Path, Path]:
        return (self.folder / f"{name}.parquet", self.folder / f"{name}.shapes.parquet")

    def publish(self, manifest: Manifest) -> None:
        """Make the manifest count, and delete what it does not name."""
        document = {
            "format": _FORMAT,
            "generation": manifest.generation,
            "rows": manifest.mark.rows,
            "last": manifest.mark.last,
            "ends": manifest.mark.ends,
            "parts": [{"name": part.name, "rows": part.rows, "last": part.last} for part in manifest.parts],
        }
        fresh = self.folder / f"{_MANIFEST}.new"
        fresh.write_text(json.dumps(document), encoding="utf-8")
        fresh.replace(self.folder / _MANIFEST)
        kept = {*_KEPT, *(path.name for part in manifest.parts for path in self._paths(part.name))}
        for path in self.folder.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def write(self, batch: Sequence[tuple[Any, ...]]) -> Part:
        """One part of attempts as `LedgerTail.after` gives them."""
        import numpy as np

        seq, ordinal, shown, place, summary = zip(*batch, strict=True)
        numbers = {"seq": seq, "ordinal": ordinal, "shown": shown}
        columns = {name: np.array(values, dtype=np.int64) for name, values in numbers.items()}
        texts = {"place": place, "summary": summary}
        columns |= {name: np.array(values, dtype=object) for name, values in texts.items()}
        self._db.register("fresh", columns)
        try:
            self._db.execute(sql.SPLIT)
        finally:
            self._db.unregister("fresh")
        try:
            return self._save(self._db.sql(sql.SPLIT_ATTEMPTS), self._db.sql(sql.SPLIT_SHAPES), len(seq), seq[-1])
        finally:
            self._db.execute("drop table split")

    def merged(self, parts: Sequence[Part], fresh: Part) -> tuple[Part, ...]:
        """The parts with a new one, merged with the small ones before it, so that there are never many."""
        kept, small, rows = list(parts), [fresh], fresh.rows
        while kept and kept[-1].rows <= min(2 * rows, _GROWN):
            small.insert(0, kept.pop())
            rows += small[0].rows
        if len(small) == 1:
            return (*kept, fresh)
        attempts = self._db.sql(sql.MERGE_ATTEMPTS, params=[self.files(small)])
        shapes = self._db.sql(sql.MERGE_SHAPES, params=[self.files(small, shapes=True)])
        return (*kept, self._save(attempts, shapes, rows, fresh.last))

    def _save(self, attempts: DuckDBPyRelation, shapes: DuckDBPyRelation, rows: int, last: int) -> Part:
        name = f"part-{secrets.token_hex(8)}"
        for relation, path in zip((attempts, shapes), self._paths(name), strict=True):
            relation.write_parquet(str(path), compression="zstd", row_group_size=_ROW_GROUP)
        return Part(name, rows, last)

    def files(self, parts: Sequence[Part], *, shapes: bool = False) -> list[str]:
        """Paths as DuckDB takes them: it reads a path as a glob."""
        return [glob.escape(str(self._paths(part.name)[int(shapes)].resolve())) for part in parts]


def _empty() -> Manifest:
    return Manifest(secrets.token_hex(8), Mark(), ())


def grown(manifest: Manifest, parts: tuple[Part, ...], mark: Mark) -> Manifest:
    """The manifest with other parts, read as far as `mark`."""
    return replace(manifest, parts=parts, mark=mark)


def empty_manifest() -> Manifest:
    """A manifest of nothing, of a generation of its own."""
    return _empty()


def batches(parts: Parts, found: Iterator[list[tuple[Any, ...]]]) -> Iterator[Part]:
    """A part of each batch."""
    return (parts.write(batch) for batch in found)
