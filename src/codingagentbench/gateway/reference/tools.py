"""Finding the shell tool among those a request offers, and filling in its arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SHELL_NAMES = frozenset(
    ("bash", "Bash", "shell", "exec_command", "run_shell_command", "terminal", "run_commands"),
)
_COMMAND_PROPERTIES = ("command", "cmd", "commands")
_FOLDER_PROPERTIES = frozenset(("workdir", "cwd", "path", "directory", "working_directory"))
_LONG_S = 120
_LONGEST_YIELD_MS = 30_000


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the agent offers, with the JSON Schema of its arguments."""

    name: str
    schema: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        """Argument name -> its schema."""
        found = self.schema.get("properties")
        return found if isinstance(found, Mapping) else {}

    @property
    def required(self) -> tuple[str, ...]:
        """Arguments that must be given."""
        found = self.schema.get("required")
        return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()


def shell_tool(tools: Iterable[Tool]) -> Tool | None:
    """The first offered tool that runs a command line, None when there is none we know."""
    return next((t for t in tools if t.name in SHELL_NAMES and _command_property(t)), None)


def shell_arguments(tool: Tool, command: str, why: str) -> dict[str, Any]:
    """Arguments that run `command` with the tool `shell_tool` found; other required ones get a fitting value."""
    name = _command_property(tool)
    arguments: dict[str, Any] = {name: _command_value(name, tool.properties[name], command)}
    for other in tool.required:
        if other not in arguments:
            arguments[other] = _filler(other, _mapping(tool.properties.get(other)), why)
    # codex hands back control after this long, with the command still running: never let that happen.
    if "yield_time_ms" in tool.properties:
        arguments["yield_time_ms"] = _LONGEST_YIELD_MS
    return arguments


def _command_property(tool: Tool) -> str:
    return next((name for name in _COMMAND_PROPERTIES if name in tool.properties), "")


def _command_value(name: str, schema: Any, command: str) -> Any:
    if _type(_mapping(schema)) != "array":
        return command
    return [command] if name == "commands" else ["bash", "-lc", command]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _type(schema: Mapping[str, Any]) -> str:
    """The first type but null that the schema allows, `string` when it names none."""
    options = [schema, *(_mapping(s) for key in ("anyOf", "oneOf") for s in _list(schema.get(key)))]
    for option in options:
        types = option.get("type")
        for name in _list(types) or [types]:
            if isinstance(name, str) and name != "null":
                return name
    return "string"


def _filler(name: str, schema: Mapping[str, Any], why: str) -> Any:
    given = [schema[key] for key in ("const", "default") if key in schema] + _list(schema.get("enum"))
    if given:
        return given[0]
    kind = _type(schema)
    if kind in {"integer", "number"}:
        return _number(name, schema)
    if kind == "string":
        return "." if name.lower() in _FOLDER_PROPERTIES else why
    return {"boolean": False, "array": [], "object": {}}.get(kind)


def _number(name: str, schema: Mapping[str, Any]) -> int:
    """A generous time where the name asks for one, in the unit the schema tells; else 1."""
    if "time" not in name.lower():
        return 1
    told = f"{name} {schema.get('description', '')}".lower()
    return _LONG_S * 1000 if "_ms" in told or "millisecond" in told else _LONG_S
