"""Reads a plugin from a TOML file: given by path, or by name in a folder of `CAB_PLUGINS` (colon-separated).

name = "terse"
version = "1"
applies_to = ["opencode"]            # empty: every agent
args = ["--verbose"]                 # put before the prompt
[env]
SOME_SWITCH = "1"
[files]                              # path under HOME -> content
".config/thing.toml" = "x = 1"
[workdir_files]                      # path in the workdir -> content, there before the agent starts
"NOTES.md" = "be terse"
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from codingagentbench.core.digest import digest_of
from codingagentbench.core.errors import MalformedFile, UsageError
from codingagentbench.core.spec import Name


def _inside(path: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise ValueError(f"{path!r} must be a relative path without '..'")
    return path


RelativePath = Annotated[str, AfterValidator(_inside)]


class Plugin(BaseModel):
    """One plugin. What it was is known by `reference` in the record's plugin stack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    version: str = "0"
    applies_to: tuple[Name, ...] = ()
    args: tuple[str, ...] = ()
    env: dict[str, str] = {}
    files: dict[RelativePath, str] = {}
    workdir_files: dict[RelativePath, str] = {}

    @property
    def reference(self) -> str:
        """`name@version#digest`: the content is part of the identity."""
        return f"{self.name}@{self.version}#{digest_of(self.model_dump(mode='json'))[7:19]}"

    def fits(self, agent: str) -> bool:
        """Whether it applies to this agent; one that does not is skipped and counted."""
        return not self.applies_to or agent in self.applies_to


def load_plugin(name: str) -> Plugin:
    """Read one plugin by path or name.

    Raises:
        UsageError: there is none. MalformedFile: the file is not a plugin.
    """
    path = _find(name)
    try:
        return Plugin.model_validate(tomllib.loads(path.read_text()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MalformedFile(f"not TOML: {error}", where=str(path), remedy="see docs/plugins.md") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise MalformedFile(f"{field}: {first['msg']}", where=str(path), remedy="see docs/plugins.md") from None


def load_stack(names: tuple[str, ...]) -> tuple[Plugin, ...]:
    """The plugins of a stack, in order."""
    return tuple(load_plugin(name) for name in names)


def _find(name: str) -> Path:
    folders = [Path(folder) for folder in os.environ.get("CAB_PLUGINS", "").split(":") if folder]
    for path in (Path(name), *(folder / f"{name}.toml" for folder in folders)):
        if path.is_file():
            return path
    raise UsageError(
        f"no plugin {name!r}", remedy="give the path of a TOML file, or set CAB_PLUGINS to its folder"
    )
