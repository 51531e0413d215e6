"""Cells taken out of rankings afterwards: `removals.toml` in the results folder. Nothing is deleted.

[[removal]]
cell = "spring/pi/acme/large/polyglot/one/run1"   # the cell's folder
date = 2026-11-23
why = "The task's hidden checks were wrong until this day."
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from codingagentbench.core.errors import MalformedFile, StoreError

REMOVALS_NAME = "removals.toml"


class Removal(BaseModel):
    """One removed cell. `cell` is its folder, relative to the results folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cell: str = Field(min_length=1)
    date: date
    why: str

    @field_validator("why")
    @classmethod
    def _said(cls, why: str) -> str:
        if len(why.split()) < 3:
            raise ValueError("say why, in a sentence")
        return why


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    removal: tuple[Removal, ...] = ()


def read_removals(results: Path) -> tuple[Removal, ...]:
    """The removals of a results folder, in the file's order; none when there is no file.

    Raises:
        MalformedFile: the file cannot be read as one, or names a cell twice.
        StoreError: it is there and cannot be opened.
    """
    path = results / REMOVALS_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StoreError(
            f"cannot be read ({error.strerror})", where=str(path), remedy="check permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise _malformed(path, f"not UTF-8: {error.reason}") from None
    try:
        found = _File.model_validate(tomllib.loads(text)).removal
    except tomllib.TOMLDecodeError as error:
        raise _malformed(path, f"not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _malformed(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if len({removal.cell for removal in found}) < len(found):
        raise _malformed(path, "a cell is named twice")
    return found


def _malformed(path: Path, what: str) -> MalformedFile:
    remedy = "each [[removal]] has a cell (its folder), a date and a reason (docs/decisions/0009-removals.md)"
    return MalformedFile(what, where=str(path), remedy=remedy)
