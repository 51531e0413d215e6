"""The model calls of an attempt: a row each, and what was new in each request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codingagentbench.core.evidence import ModelCall
from codingagentbench.site import paths
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.cell.messages import Api, Asked, Cut, Said, cut, read_request, said, shared

MAX_ROWS = 300
MAX_NEW = 12
"""Messages shown of one request."""
BODY_BYTES = 2 * 2**20
"""A larger body is only linked."""
ALL_BYTES = 8 * 2**20
"""Of all bodies that a page reads."""
ALL_CHARS = 400_000
"""Of all texts of bodies that a page shows."""
_LOOK_BACK = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said and asked for; `raw` is an answer that neither wire can read, e.g. an error page."""

    text: Cut
    calls: tuple[Asked, ...]
    raw: Cut


@dataclass(frozen=True, slots=True)
class Exchange:
    """The inside of one call. `same` messages are those of call `same_as`; `hidden` new ones are not shown."""

    total: int
    same: int
    same_as: int | None
    new: tuple[Said, ...]
    hidden: int
    tools: int
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Row:
    """One call with the paths of its bodies on the site, empty where they are not there."""

    call: ModelCall
    exchange: Exchange | None
    why: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Calls:
    """All calls; `more` are only in the file."""

    rows: tuple[Row, ...]
    more: int

    @property
    def retries(self) -> int:
        """Tries towards the endpoint after the first, over all calls shown."""
        return sum(row.call.retries for row in self.rows)

    @property
    def wait_ms(self) -> float:
        """Time between retries, over all calls shown."""
        return sum(row.call.wait_ms for row in self.rows)


def calls_of(attempt: Attempt, *, published: bool) -> Calls:
    """The table of calls. `published`: whether the site has the bodies to link to."""
    reader = _Reader(attempt)
    rows = tuple(_row(reader, call, published) for call in attempt.calls[:MAX_ROWS])
    return Calls(rows, max(0, len(attempt.calls) - MAX_ROWS))


def _row(reader: _Reader, call: ModelCall, published: bool) -> Row:
    exchange, why = reader.read(call)
    request, response = (
        paths.attempt_file(reader.attempt.directory, f"bodies/{name}.json") if published and name else ""
        for name in (call.request_body, call.response_body)
    )
    return Row(call, exchange, why, request, response)


class _Reader:
    """Reads bodies in the order of the calls until its budget is used up."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self._bytes, self._chars = ALL_BYTES, ALL_CHARS
        self._before: list[tuple[int, Sequence[Any]]] = []

    def read(self, call: ModelCall) -> tuple[Exchange | None, str]:
        """The inside of a call, or why it is not shown."""
        if call.api not in ("chat", "responses"):
            return None, "no completion: nothing to unfold"
        if not call.request_body:
            return None, "its body was not kept"
        if self._bytes <= 0 or self._chars <= 0:
            return None, "not unfolded here: this page shows the bodies of the first calls, the files have all"
        body = self._body(call.request_body)
        if body is None:
            return None, "its body is not readable here: damaged, missing or too large"
        return self._exchange(call, call.api, body), ""

    def _exchange(self, call: ModelCall, api: Api, body: bytes) -> Exchange:
        request = read_request(api, _parsed(body))
        same_as, same = self._longest(request.messages)
        self._before = [*self._before[-_LOOK_BACK + 1 :], (call.index, request.messages)]
        fresh = request.messages[same:]
        new = tuple(self._spend(said(message)) for message in fresh[:MAX_NEW])
        answer = self._answer(api, call.response_body)
        return Exchange(
            len(request.messages), same, same_as, new, max(0, len(fresh) - MAX_NEW), request.tools, answer
        )

    def _longest(self, messages: Sequence[Any]) -> tuple[int | None, int]:
        best: tuple[int | None, int] = (None, 0)
        for index, earlier in reversed(self._before):
            count = shared(earlier, messages)
            if count > best[1]:
                best = (index, count)
        return best

    def _answer(self, api: Api, name: str) -> Answer | None:
        body = self._body(name) if name else None
        if body is None:
            return None
        # Imported here: the gateway brings an HTTP stack along, which pages without calls do not need.
        from codingagentbench.gateway.follow import Follower

        follower = Follower(api, streamed=body.lstrip()[:5] in (b"data:", b"event"))
        follower.feed(body, 0.0)
        follower.finish()
        answer = follower.answer
        calls = tuple(Asked(call.name[:100], cut(call.arguments)) for call in answer.tool_calls[:MAX_NEW])
        text = cut(answer.text)
        raw = Cut("") if text.text or calls else cut(body[: 4 * 4096].decode("utf-8", "replace"), 2000)
        self._chars -= len(text.text) + len(raw.text) + sum(len(call.arguments.text) for call in calls)
        return Answer(text, calls, raw)

    def _spend(self, message: Said) -> Said:
        self._chars -= len(message.text.text) + sum(len(call.arguments.text) for call in message.calls)
        return message

    def _body(self, name: str) -> bytes | None:
        body = self.attempt.body(name, min(BODY_BYTES, max(0, self._bytes)))
        self._bytes -= BODY_BYTES if body is None else len(body)
        return body


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
