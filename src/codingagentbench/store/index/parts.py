"""A sweep's attempts as Parquet parts, and the manifest that says which files are of them.

A part is written under a name of its own and counts once the manifest, which is replaced in one step, names it.
What a killed process left behind is in no manifest and is deleted by the next. All of it happens under the lock of
the folder.
"""

from __future__ import annotations

import glob
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codingagentbench.store.index import sql
from codingagentbench.store.index.tail import NOTHING_READ, Mark

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_FORMAT = 1
_MANIFEST = "manifest.json"
_NAME = re.compile(r"part-[0-9a-f]{16}")
_OURS = re.compile(r"part-[0-9a-f]{16}(\.shapes)?\.parquet|manifest-[0-9a-f]{16}\.new")
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


def nothing() -> Manifest:
    """A manifest without parts, of a generation of its own."""
    return Manifest(secrets.token_hex(8), NOTHING_READ, ())


class Parts:
    """The parts in one folder. Every method needs the folder's lock."""

    def __init__(self, folder: Path, db: DuckDBPyConnection) -> None:
        self.folder = folder
        self._db = db

    def manifest(self) -> Manifest:
        """What the folder holds; nothing, where there is no manifest of this format or a file is gone."""
        try:
            found = json.loads((self.folder / _MANIFEST).read_bytes())
            parts = tuple(Part(str(p["name"]), int(p["rows"]), int(p["last"])) for p in found["parts"])
            mark = Mark(int(found["last"]), str(found["known"]))
            known = found["format"] == _FORMAT
            generation = str(found["generation"])
        except (OSError, ValueError, KeyError, TypeError):
            return nothing()
        whole = all(_NAME.fullmatch(part.name) and self._there(part) for part in parts)
        until = parts[-1].last if parts else 0
        return Manifest(generation, mark, parts) if known and whole and until == mark.last else nothing()

    def _there(self, part: Part) -> bool:
        return all(path.is_file() for path in self._paths(part.name))

    def _paths(self, name: str) -> tuple[Path, Path]:
        return (self.folder / f"{name}.parquet", self.folder / f"{name}.shapes.parquet")

    def publish(self, manifest: Manifest) -> None:
        """Make the manifest count, and delete the parts it does not name."""
        document = {
            "format": _FORMAT,
            "generation": manifest.generation,
            "last": manifest.mark.last,
            "known": manifest.mark.known,
            "parts": [{"name": part.name, "rows": part.rows, "last": part.last} for part in manifest.parts],
        }
        fresh = self.folder / f"manifest-{secrets.token_hex(8)}.new"
        fresh.write_text(json.dumps(document), encoding="utf-8")
        fresh.replace(self.folder / _MANIFEST)
        kept = {path.name for part in manifest.parts for path in self._paths(part.name)}
        for path in self.folder.iterdir():
            if path.name not in kept and _OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def write(self, batch: Sequence[tuple[Any, ...]]) -> Part:
        """One part of attempts as `LedgerTail.after` gives them."""
        import numpy as np

        seq, ordinal, shown, place, summary = zip(*batch, strict=True)
        whole = {"seq": seq, "ordinal": ordinal, "shown": shown}
        columns: dict[str, Any] = {name: np.array(values, dtype=np.int64) for name, values in whole.items()}
        columns |= {"place": np.array(place, dtype=object), "summary": np.array(summary, dtype=object)}
        self._db.register("fresh", columns)
        try:
            self._db.execute(sql.SPLIT)
        finally:
            self._db.unregister("fresh")
        return self._save(self._db.sql(sql.SPLIT_ATTEMPTS), self._db.sql(sql.SPLIT_SHAPES), len(seq), seq[-1])

    def merged(self, parts: Sequence[Part], fresh: Part) -> tuple[Part, ...]:
        """The parts with a new one, merged with the small ones before it, so that there are never many."""
        kept, small, rows = list(parts), [fresh], fresh.rows
        while kept and kept[-1].rows <= min(2 * rows, _GROWN):
            small.insert(0, kept.pop())
            rows += small[0].rows
        if len(small) > 1:
            attempts = self._db.sql(sql.MERGE_ATTEMPTS, params=[self.files(small)])
            shapes = self._db.sql(sql.READ_SHAPES, params=[self.files(small, shapes=True)])
            fresh = self._save(attempts, shapes, rows, fresh.last)
        return (*kept, fresh)

    def _save(self, attempts: DuckDBPyRelation, shapes: DuckDBPyRelation, rows: int, last: int) -> Part:
        name = f"part-{secrets.token_hex(8)}"
        for relation, path in zip((attempts, shapes), self._paths(name), strict=True):
            relation.write_parquet(str(path), compression="zstd", row_group_size=_ROW_GROUP)
        return Part(name, rows, last)

    def files(self, parts: Sequence[Part], *, shapes: bool = False) -> list[str]:
        """Paths as DuckDB takes them: it reads a path as a glob."""
        return [glob.escape(str(self._paths(part.name)[int(shapes)].resolve())) for part in parts]
