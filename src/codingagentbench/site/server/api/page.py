"""`api.html`: the operations of the API for people, from its OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from codingagentbench.site.output import Page
from codingagentbench.site.server.api.answers import ROOT
from codingagentbench.site.server.snapshots import Snapshot

API_PAGE = "api.html"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str
    kind: str
    required: bool
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `path` starts at the root of the site."""

    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answer: str
    example: bool


def api_page(snapshot: Snapshot, document: dict[str, Any]) -> Response:
    """The page."""
    page = Page(
        path=API_PAGE,
        template="api.html",
        title="API",
        summary="Every result of this site as JSON: the operations and what they take.",
        context={"tags": operations(document), "description": document["info"]["description"], "root": ROOT},
        social_image=False,
    )
    return Response(snapshot.renderer.html(page), media_type="text/html; charset=utf-8")


def operations(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """Operations by tag, in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        told = methods["get"]
        found.setdefault(told["tags"][0], []).append(_operation(path, told, document["components"]["schemas"]))
    return found


def _operation(path: str, told: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    parameters = tuple(_parameter(one, schemas) for one in told.get("parameters", ()))
    return Operation(
        path=f"{ROOT}{path}",
        summary=told["summary"],
        description=_plain(told.get("description", "")),
        parameters=parameters,
        answer=_answer(told["responses"]["200"]),
        example=not any(parameter.required for parameter in parameters) and not path.startswith("/live"),
    )


def _parameter(told: dict[str, Any], schemas: dict[str, Any]) -> Parameter:
    schema = _resolved(told["schema"], schemas)
    default = schema.get("default")
    return Parameter(
        name=told["name"],
        place=told["in"],
        kind=_kind(schema),
        required=bool(told.get("required")),
        default=""
        if default in (None, "")
        else str(default).lower()
        if isinstance(default, bool)
        else str(default),
        description=_meaning(told.get("description", schema.get("description", "")), schema),
    )


_FEW = 6


def _plain(text: str) -> str:
    """One paragraph, without the marks for code."""
    return " ".join(text.replace("`", "").split())


def _meaning(text: str, schema: dict[str, Any]) -> str:
    values = schema.get("enum", ())
    told = [_plain(text), f"one of {', '.join(map(str, values))}" if len(values) > _FEW else ""]
    return "; ".join(part for part in told if part)


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, an alternative with null taken for what else it may be."""
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(choices) == 1:
        schema = {**schema, **choices[0]}
        del schema["anyOf"]
    if "$ref" in schema:
        schema = {**schemas[schema["$ref"].rpartition("/")[2]], **schema}
        del schema["$ref"]
    return schema


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])) if len(schema["enum"]) <= _FEW else "a name"
    return str(schema.get("type", "any"))


def _answer(told: dict[str, Any]) -> str:
    for kind, content in told.get("content", {}).items():
        schema = content.get("schema", {})
        return _kind(schema) if "$ref" in schema else kind
    return ""
