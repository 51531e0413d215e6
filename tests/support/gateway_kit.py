"""A gateway on a loopback socket, and an agent's side of the wire."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from codingagentbench.core.spec import Limits
from codingagentbench.gateway import Gateway, Upstream

MODEL = "vendor/model-x"
TOKEN = "cell-token-0123456789abcdef"
REAL_KEY = "sk-real/KEY+0123456789abcdefghij="


@dataclass
class Reply:
    """An answer as the agent sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["error"]["code"]


@dataclass
class Cell:
    """A served gateway with a client that holds the cell's token."""

    gateway: Gateway
    url: str
    session: aiohttp.ClientSession

    async def post(self, path: str, body: Any, *, token: str = TOKEN, **options: Any) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **options}
        async with self.session.post(self.url + path, data=data, headers=headers) as answer:
            return Reply(answer.status, dict(answer.headers), await answer.read())

    async def get(self, path: str, *, token: str = TOKEN) -> Reply:
        async with self.session.get(self.url + path, headers={"Authorization": f"Bearer {token}"}) as answer:
            return Reply(answer.status, dict(answer.headers), await answer.read())

    async def chat(self, *, stream: bool = True, messages: list[Any] | None = None, **more: Any) -> Reply:
        messages = messages or [{"role": "user", "content": "Please say hello."}]
        body = {"model": MODEL, "stream": stream, "messages": messages, **more}
        return await self.post("/v1/chat/completions", body)

    async def responses(self, *, stream: bool = True, items: list[Any] | None = None, **more: Any) -> Reply:
        items = items or [{"role": "user", "content": [{"type": "input_text", "text": "Please say hello."}]}]
        return await self.post("/v1/responses", {"model": MODEL, "stream": stream, "input": items, **more})


def listening_socket() -> socket.socket:
    """As a sandbox hands it over: bound and listening on loopback."""
    sock = socket.create_server(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


@asynccontextmanager
async def serving(upstream: Upstream, *, limits: Limits | None = None, **options: Any) -> AsyncIterator[Cell]:
    """A gateway in front of `upstream`; both are closed at the end."""
    options = {"model": MODEL, "token": TOKEN, "secrets": (REAL_KEY,), "started": time.monotonic(), **options}
    gateway = Gateway(upstream, limits=limits or Limits(), **options)
    sock = listening_socket()
    url = "http://{}:{}".format(*sock.getsockname())
    await gateway.serve(sock)
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            yield Cell(gateway, url, session)
    finally:
        await gateway.close()
        await upstream.close()
