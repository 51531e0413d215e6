"""Which tool is taken for the shell, and how its arguments are filled."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.gateway.reference.tools import SHELL_NAMES, Tool, shell_arguments, shell_tool

TEXT = {"type": "string"}


def tool(name="bash", required=("command",), **properties):
    properties = properties or {"command": TEXT}
    return Tool(name, {"type": "object", "properties": properties, "required": list(required)})


@pytest.mark.parametrize("name", sorted(SHELL_NAMES))
@pytest.mark.parametrize("prop", ["command", "cmd", "commands"])
def test_every_known_shell_is_found_behind_other_tools(name, prop):
    shell = tool(name, [prop], **{prop: TEXT})
    assert shell_tool([tool("read"), Tool(name, {}), shell]) is shell
    assert shell_arguments(shell, "ls", "look") == {prop: "ls"}


def test_no_shell_no_tool():
    assert shell_tool([tool("write"), tool("bash", ["script"], script=TEXT)]) is None
    assert shell_tool([]) is None


@pytest.mark.parametrize(
    ("prop", "value"), [("command", ["bash", "-lc", "ls"]), ("cmd", ["bash", "-lc", "ls"]), ("commands", ["ls"])]
)
def test_a_list_of_arguments_or_of_commands(prop, value):
    shell = tool("shell", [prop], **{prop: {"type": "array", "items": TEXT}})
    assert shell_arguments(shell, "ls", "") == {prop: value}


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("description", TEXT, "why"),
        ("workdir", TEXT, "."),
        ("timeout", {"type": "number", "description": "seconds"}, 120),
        ("timeout", {"type": "integer", "description": "in milliseconds"}, 120_000),
        ("timeout_ms", {"type": ["null", "integer"]}, 120_000),
        ("count", {"type": "integer"}, 1),
        ("background", {"type": "boolean"}, False),
        ("env", {"type": "object"}, {}),
        ("files", {"type": "array"}, []),
        ("mode", {"enum": ["run", "ask"]}, "run"),
        ("shell", {"type": "string", "default": "bash"}, "bash"),
        ("kind", {"const": 3}, 3),
        ("opt", {"anyOf": [{"type": "null"}, {"type": "boolean"}]}, False),
    ],
)
def test_other_required_arguments_fit_their_schema(name, schema, value):
    shell = tool("bash", ["command", name], command=TEXT, **{name: schema})
    arguments = shell_arguments(shell, "ls", "why")
    assert arguments == {"command": "ls", name: value}
    jsonschema.validate(arguments, dict(shell.schema))


def test_optional_arguments_are_left_alone_but_for_codex_time():
    shell = tool("exec_command", ["cmd"], cmd=TEXT, tty={"type": "boolean"}, yield_time_ms={"type": "number"})
    assert shell_arguments(shell, "ls", "") == {"cmd": "ls", "yield_time_ms": 30_000}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ODD = st.dictionaries(st.sampled_from(["type", "anyOf", "enum", "default", "description", "minimum"]), JSON)


@settings(max_examples=80, deadline=None)
@given(JSON, JSON, st.dictionaries(st.sampled_from(["timeout", "x", "cwd"]), ODD | JSON))
def test_hostile_schemas_raise_nothing(properties, required, extra):
    shapes = ({"properties": properties, "required": required}, {"properties": {"command": properties, **extra}})
    for shape in shapes:
        shell = Tool("bash", {"required": [*extra, "absent"], **shape})
        found = shell_tool([shell])
        assert found is None or shell_arguments(found, "ls", "why")
