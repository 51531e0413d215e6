"""A sweep's definition: a declared matrix of cells, read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.spec import Limits, ModelId, Name

PluginStack = tuple[str, ...]


def _unique(values: tuple[Any, ...]) -> tuple[Any, ...]:
    twice = [value for index, value in enumerate(values) if value in values[:index]]
    if twice:
        raise ValueError(f"{twice[0]!r} is listed twice")
    return values


_Unique = AfterValidator(_unique)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Matrix(_Data):
    """The `[sweep]` table: every agent with every model on every task, `runs` times."""

    id: Name
    tuis: Annotated[tuple[Name, ...], _Unique] = Field(min_length=1, description="agent names")
    models: Annotated[tuple[ModelId, ...], _Unique] = Field(min_length=1, description="vendor/name")
    tasks: Annotated[tuple[str, ...], _Unique] = Field(min_length=1, description="globs over family/slug")
    runs: int = Field(1, ge=1, le=10_000)
    twins: float = Field(
        0.0, ge=0, le=1, description="share of the tasks whose impossible twin is run too; true: all"
    )
    sandbox: Name = "local"
    behavior_modes: Annotated[tuple[str, ...], _Unique] = Field(("factory",), min_length=1)
    plugin_stacks: Annotated[tuple[PluginStack, ...], _Unique] = Field(((),), min_length=1)
    retry_invalid: int = Field(2, ge=0, le=100, description="more tries after an invalid attempt")
    retry_delay_s: float = Field(2.0, ge=0, le=300, description="before the first of them; then times four each")


class Exclude(_Data):
    """Takes cells out of the matrix: those that match every glob given."""

    tui: str = "*"
    model: str = "*"
    task: str = "*"
    behavior_mode: str = "*"


class Include(_Data):
    """Adds cells beside the matrix, after the excludes."""

    tui: Name
    model: ModelId
    task: str = Field(description="a glob over family/slug")
    plugin_stack: PluginStack = ()
    behavior_mode: str = "factory"
    runs: int | None = Field(None, ge=1, le=10_000, description="the sweep's when absent")


class SweepDefinition(_Data):
    """A whole file. Only the limits that are given override those of the tasks."""

    sweep: Matrix
    limits: Limits = Limits()
    exclude: tuple[Exclude, ...] = ()
    include: tuple[Include, ...] = ()


_TABLES: dict[str, type[BaseModel]] = {"sweep": Matrix, "limits": Limits, "exclude": Exclude, "include": Include}


@dataclass(frozen=True, slots=True)
class SweepFile:
    """A definition with its text and where it was read."""

    path: Path
    text: str
    definition: SweepDefinition

    @property
    def sweep_id(self) -> str:
        """The sweep's id."""
        return self.definition.sweep.id


def load_sweep(path: Path) -> SweepFile:
    """Read a sweep file.

    Raises:
        MalformedFile: it cannot be read, is no TOML, or holds a wrong key or value.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedFile(
            f"the sweep file cannot be read ({error})", where=str(path), remedy="give the path of a TOML file"
        ) from error
    return parse_sweep(text, path)


def parse_sweep(text: str, path: Path) -> SweepFile:
    """Read a definition from its text; `path` is named in errors.

    Raises:
        MalformedFile: it is no TOML, or holds a wrong key or value.
    """
    try:
        return SweepFile(path, text, SweepDefinition.model_validate(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise MalformedFile(
            f"not TOML: {error}", where=str(path), remedy="docs/sweeps.md has an example"
        ) from error
    except ValidationError as error:
        raise _malformed(path, error) from error


def _malformed(path: Path, error: ValidationError) -> MalformedFile:
    first = error.errors(include_url=False)[0]
    loc = first["loc"]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")
    kind, message = first["type"], first["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        message, remedy = "unknown key", did_you_mean(str(loc[-1]), _known_keys(loc))
    elif kind == "missing":
        message, remedy = "required and absent", f"add `{loc[-1]}` ({path.name})"
    else:
        remedy = "docs/sweeps.md lists every key with its values"
    return MalformedFile(f"{key}: {message}", where=str(path), remedy=remedy)


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    if len(loc) == 1:
        return list(_TABLES)
    table = _TABLES.get(str(loc[0]))
    return list(table.model_fields) if table else []


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A remedy that names the closest known names, or all of them when few."""
    names = sorted(known)
    close = get_close_matches(given, names, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"known: {shown}" if names else "none is known here"
