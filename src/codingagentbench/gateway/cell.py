"""The gateway's memory of one cell: calls, spending, the endpoint's health, the transcript, and when to stop.

No HTTP here: `server.py` and `relay.py` talk, this remembers and decides.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from codingagentbench.core.evidence import ModelCall
from codingagentbench.core.outcome import InvalidCause, LimitKind
from codingagentbench.core.spec import Limits
from codingagentbench.gateway.bodies import BodyStore
from codingagentbench.gateway.budget import Budget, Price
from codingagentbench.gateway.draft import CallDraft
from codingagentbench.gateway.follow import MAX_KEPT, Follower
from codingagentbench.gateway.health import EndpointHealth
from codingagentbench.gateway.notes import NoteKind, Notes
from codingagentbench.gateway.redact import Redactor
from codingagentbench.gateway.request import AgentRequest
from codingagentbench.gateway.transcript import Transcript

MAX_RECORDED_REFUSALS = 1000
"""Calls answered here without the endpoint, beyond which they are only counted."""


@dataclass(frozen=True, slots=True)
class GatewayStop:
    """Why the cell must end: a limit of the cell, or an endpoint that gives no measurement."""

    limit: LimitKind | None
    cause: InvalidCause | None
    detail: str


class CellLog:
    """Everything the gateway knows about one cell."""

    def __init__(
        self,
        *,
        limits: Limits,
        started: float,
        secrets: Sequence[str],
        price: Price | None,
        max_failures: int,
        on_call: Callable[[ModelCall], None] | None = None,
    ) -> None:
        self._on_call = on_call
        self._redactor = Redactor(secrets)
        self._started = started
        self._next = 0
        self._refusals = 0
        self._lines: list[ModelCall] = []
        self._stopped = asyncio.Event()
        self.stop: GatewayStop | None = None
        self.notes = Notes()
        self.bodies = BodyStore(self._redactor)
        self.budget = Budget(limits, price)
        self.health = EndpointHealth(max_failures)
        self.transcript = Transcript(self._redactor)

    @property
    def calls(self) -> list[ModelCall]:
        """Ended calls, in the order they began."""
        return sorted(self._lines, key=lambda line: line.index)

    async def wait(self) -> str:
        """Return the reason once the cell must end."""
        await self._stopped.wait()
        return self.stop.detail if self.stop else ""

    def ms(self, moment: float) -> float:
        """Milliseconds from the cell's start to `moment` on the monotonic clock."""
        return round(max(0.0, moment - self._started) * 1000, 3)

    def begin(self, request: AgentRequest, started: float) -> CallDraft:
        """A new call; it is recorded by `end` and only then."""
        began_at = datetime.fromtimestamp(time.time() - (time.monotonic() - started), UTC)
        draft = CallDraft(self._next, request, began_at, started)
        self._next += 1
        return draft

    def end(self, draft: CallDraft, follower: Follower | None = None) -> None:
        """The call is over: record it, meter it, judge it."""
        ended = time.monotonic()
        if not draft.sent_on and self._too_many(draft):
            return
        self._keep_bodies(draft, follower)
        line = draft.line(self._started, ended, self._redactor)
        self._lines.append(line)
        if self._on_call is not None:
            self._on_call(line)
        if draft.sent_on:
            self._meter(draft)
            self._learn(draft, line)
            cause = self.health.record(draft.verdict(), _failure(line))
            if cause is not None:
                self._end_cell(GatewayStop(None, *cause))

    def note(self, kind: NoteKind, detail: str, call: int | None = None) -> None:
        """Note a fact beside the calls; a secret in it is taken out."""
        self.notes.add(kind, self._redactor.text(detail), call)

    def conclusion(self) -> tuple[InvalidCause, str] | None:
        """Why there is no measurement after the run; None when there is one."""
        if self.stop is not None and self.stop.cause is not None:
            return self.stop.cause, self.stop.detail
        found = self.health.conclusion()
        return found and (found[0], self._redactor.text(found[1]))

    def limit_reached(self) -> str | None:
        """The detail of the limit that forbids another call; the cell ends with it."""
        reached = self.budget.exhausted()
        if reached is None:
            return None
        self._end_cell(GatewayStop(reached[0], None, reached[1]))
        return reached[1]

    def model_build_id(self, model: str) -> str:
        """The most exact build any answer revealed (the most frequent one), else `model`."""
        good = [line for line in self.calls if line.is_completion and line.succeeded and line.echoed_model]
        exact = [f"{line.echoed_model}@{line.system_fingerprint}" for line in good if line.system_fingerprint]
        seen = Counter(exact or [line.echoed_model for line in good])
        return seen.most_common(1)[0][0] if seen else model

    def first_seen(self, values: Iterable[str]) -> dict[str, int]:
        """Value -> index of the first call whose request holds it, in any form a redactor knows."""
        wanted = {value: Redactor((value,)) for value in values} if self._lines else {}
        found: dict[str, int] = {}
        for line in self.calls:
            body = self.bodies.get(line.request_body) if line.request_body else b""
            for value in [value for value, forms in wanted.items() if body and forms.finds(body)]:
                found[value] = line.index
                del wanted[value]
        return found

    def write(self, directory: Path) -> None:
        """`model_calls.jsonl` and `bodies/`."""
        directory.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{line.model_dump_json()}\n" for line in self.calls)
        (directory / "model_calls.jsonl").write_text(lines, encoding="utf-8")
        self.bodies.write(directory / "bodies")

    def _too_many(self, draft: CallDraft) -> bool:
        self._refusals += 1
        if self._refusals > MAX_RECORDED_REFUSALS:
            self.notes.add(NoteKind.CALLS_DROPPED, "calls the gateway refused, beyond those recorded", draft.index)
            return True
        return False

    def _keep_bodies(self, draft: CallDraft, follower: Follower | None) -> None:
        draft.request_body = self._put(draft.request.body, draft.index)
        if follower is None:
            return
        if follower.truncated:
            self.notes.add(NoteKind.ANSWER_TRUNCATED, f"recorded up to {MAX_KEPT} bytes", draft.index)
        draft.response_body = self._put(bytes(follower.kept), draft.index)
        draft.response_bytes = follower.total

    def _put(self, body: bytes, call: int) -> str:
        name = self.bodies.put(body)
        if name is None:
            self.notes.add(NoteKind.BODY_DROPPED, "the cell's store of bodies is full", call)
        return name or ""

    def _meter(self, draft: CallDraft) -> None:
        usage, _ = draft.usage()
        if usage is not None and not self.budget.spend(usage):
            self.notes.add(NoteKind.COST_UNKNOWN, "no price is known for this model", draft.index)

    def _learn(self, draft: CallDraft, line: ModelCall) -> None:
        if draft.answer is not None and line.succeeded:
            self.transcript.saw_answer(line.index, draft.answer.text, draft.answer.tool_calls, line.end_ms)

    def _end_cell(self, stop: GatewayStop) -> None:
        if self.stop is None:
            self.stop = GatewayStop(stop.limit, stop.cause, self._redactor.text(stop.detail))
            self._stopped.set()


def _failure(line: ModelCall) -> str:
    """How a call failed, in words; the status first when there was one."""
    status = f"HTTP {line.status}" if line.status >= 400 else ""
    return ": ".join(part for part in (status, line.error) if part) or f"status {line.status}"
