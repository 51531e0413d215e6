"""Answers the gateway gives itself, in the shapes of the OpenAI API."""

from __future__ import annotations

from typing import Any

from aiohttp import web


def error(
    status: int, message: str, *, code: str, kind: str = "invalid_request_error", final: bool = True
) -> web.Response:
    """An OpenAI error object. `final` adds the header that makes the OpenAI clients give up at once."""
    headers = {"x-should-retry": "false"} if final else {}
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return web.json_response(body, status=status, headers=headers)


def model_entry(model: str) -> dict[str, Any]:
    """One entry of the models list."""
    return {"id": model, "object": "model", "created": 0, "owned_by": model.split("/", 1)[0]}


def model_list(model: str) -> web.Response:
    """The only model there is."""
    return web.json_response({"object": "list", "data": [model_entry(model)]})
