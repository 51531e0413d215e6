"""The gateway: an OpenAI endpoint for one cell, on a socket inside the cell's own network.

Everything an agent does at its model passes here and nowhere else, so this is where calls are metered,
traced, limited and recorded, and where the real key stays.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from codingagentbench.core.evidence import ModelCall, ToolStep, Violation
from codingagentbench.core.outcome import InvalidCause
from codingagentbench.core.spec import Limits
from codingagentbench.gateway import replies
from codingagentbench.gateway.budget import Price
from codingagentbench.gateway.cell import CellLog, GatewayStop
from codingagentbench.gateway.door import Door
from codingagentbench.gateway.draft import CallDraft
from codingagentbench.gateway.intake import Intake, TooLarge
from codingagentbench.gateway.notes import Note, NoteKind
from codingagentbench.gateway.redact import Redactor
from codingagentbench.gateway.relay import Relay
from codingagentbench.gateway.request import Outgoing, agent_request, outgoing
from codingagentbench.gateway.upstream import Upstream

MAX_CONNECTIONS = 64
"""Per cell: further ones are dropped, so that one agent cannot take the harness's file descriptors."""
_CLOSE_TIMEOUT_S = 2.0
_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())  # What hostile bytes make aiohttp say is no business of the terminal.


class Gateway:
    """Serves one cell. The upstream is the caller's: it may serve many cells and is not closed here.

    `started` is the cell's start on the monotonic clock. `secrets` (real keys) never reach the agent nor the
    record; the cell's `token` is kept out of the record likewise. `price` gives USD for (prompt, completion,
    cached) tokens. After `max_failures` failed calls in a row the cell ends as invalid. `on_call` is told of every
    ended call, redacted.

    Raises:
        UsageError: a cost limit without a price table.
    """

    def __init__(
        self,
        upstream: Upstream,
        *,
        model: str,
        token: str,
        limits: Limits,
        started: float,
        secrets: Sequence[str] = (),
        price: Price | None = None,
        max_failures: int = 4,
        on_call: Callable[[ModelCall], None] | None = None,
    ) -> None:
        self._upstream = upstream
        self._model = model
        self._token = token
        self._keys = tuple(secret for secret in secrets if secret != token)
        self._log = CellLog(
            limits=limits,
            started=started,
            secrets=(*self._keys, token),
            price=price,
            max_failures=max_failures,
            on_call=on_call,
        )
        self._door = Door(model=model, token=token, keys=Redactor(self._keys), log=self._log)
        self._intake = Intake()
        self._active: set[asyncio.Task[Any] | None] = set()
        self._server: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._closing = False

    async def serve(self, sock: socket.socket) -> None:
        """Answer on a bound or listening socket until `close`, which also closes the socket."""
        self._server = web.Server(
            self._handle, handler_cancellation=True, access_log=None, logger=_LOG, lingering_time=1.0
        )
        self._listener = await asyncio.get_running_loop().create_server(self._protocol, sock=sock)

    async def close(self) -> None:
        """Stop listening, break off calls under way (each is recorded), forget connections. Safe to repeat."""
        self._closing = True
        if self._listener is not None:
            self._listener.close()
        active = [task for task in self._active if task is not None]
        for task in active:
            task.cancel()
        if active:
            await asyncio.wait(active, timeout=_CLOSE_TIMEOUT_S)
        if self._server is not None and self._server.connections:
            self._server.pre_shutdown()
            await self._server.shutdown(_CLOSE_TIMEOUT_S)

    async def wait(self) -> str:
        """Return the reason once the cell must end (a sandbox's `Stopper`)."""
        return await self._log.wait()

    @property
    def stop(self) -> GatewayStop | None:
        """Why the cell must end; None while it need not."""
        return self._log.stop

    @property
    def calls(self) -> list[ModelCall]:
        """Every ended call in the order they began, refused ones included."""
        return self._log.calls

    @property
    def notes(self) -> list[Note]:
        """What was refused, removed or added, each with its count."""
        return self._log.notes.all()

    @property
    def violations(self) -> list[Violation]:
        """The notes that are integrity facts: unlisted models, a real key in a request."""
        return self._log.notes.violations()

    @property
    def cost_usd(self) -> float | None:
        """Spent so far; None without a price table or when some call's price is not known."""
        return self._log.budget.usd

    def invalid_cause(self) -> tuple[InvalidCause, str] | None:
        """After the run: why the endpoint left no measurement, None when it did. Assumes the agent makes calls."""
        return self._log.conclusion()

    def tool_steps(self) -> list[ToolStep]:
        """The tool calls the model asked for, with their results as later requests carried them; redacted."""
        return self._log.transcript.steps()

    def texts(self) -> dict[int, str]:
        """Index of the model call -> the assistant's text; redacted."""
        return self._log.transcript.texts()

    def first_seen(self, values: Iterable[str]) -> dict[str, int]:
        """Value -> index of the first call whose request holds it, also encoded. Reads every body: after the run.

        Values of fewer than 8 characters are never found.
        """
        return self._log.first_seen(values)

    def model_build_id(self) -> str:
        """`<echoed model>@<system_fingerprint>`, else the echoed model, else the model's id."""
        return self._log.model_build_id(self._model)

    def write_calls(self, directory: Path) -> None:
        """Write `model_calls.jsonl` and `bodies/<sha256>.json.gz` into `directory`; only files, no network."""
        self._log.write(directory)

    def _protocol(self) -> asyncio.BaseProtocol:
        if self._server is None or self._closing or len(self._server.connections) >= MAX_CONNECTIONS:
            return _Refused()
        return self._server()

    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        task = asyncio.current_task()
        started, body = time.monotonic(), b""
        self._active.add(task)
        try:
            body = await self._intake.read(http)
            return await self._route(http, self._begin(http, body, started))
        except TooLarge as error:
            return self._reply(self._begin(http, b"", started), replies.error(413, str(error), code="too_large"))
        except web.RequestPayloadError:
            unreadable = replies.error(400, "The request body cannot be decoded.", code="invalid_body")
            return self._reply(self._begin(http, b"", started), unreadable)
        finally:
            self._intake.release(body)
            self._active.discard(task)

    def _begin(self, http: web.BaseRequest, body: bytes, started: float) -> CallDraft:
        return self._log.begin(agent_request(http.method, http.path, http.headers, body), started)

    def _reply(self, draft: CallDraft, reply: web.Response) -> web.Response:
        draft.status = reply.status
        self._log.end(draft)
        return reply

    async def _route(self, http: web.BaseRequest, draft: CallDraft) -> web.StreamResponse:
        reply = self._door.answer(draft)
        if reply is not None:
            return self._reply(draft, reply)
        try:
            sent = outgoing(draft.request)
        except ValueError as error:
            return self._reply(draft, replies.error(400, f"The request body is {error}.", code="invalid_json"))
        self._account(draft, sent)
        relay = Relay(
            http, draft, log=self._log, upstream=self._upstream, keys=self._keys, cell_ended=lambda: self._closing
        )
        return await relay.run(sent.request)

    def _account(self, draft: CallDraft, sent: Outgoing) -> None:
        """What is known of a call when it is sent on."""
        self._log.budget.calls += 1
        self._log.transcript.saw_request(draft.request.tool_results(), self._log.ms(draft.started))
        self._door.passes(draft)
        if sent.hosted_removed:
            self._log.note(NoteKind.HOSTED_TOOLS_REMOVED, ", ".join(sent.hosted_removed), draft.index)
        if sent.usage_injected:
            self._log.note(NoteKind.USAGE_INJECTED, "stream_options.include_usage", draft.index)


class _Refused(asyncio.Protocol):
    """A connection beyond what a cell may have."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Drop it."""
        transport.close()
