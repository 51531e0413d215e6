"""Follows one answer on the side while its bytes are passed on: keeps them (bounded) and reads them."""

from __future__ import annotations

from codingagentbench.gateway.answer import Answer, CompletionApi
from codingagentbench.gateway.chat import DONE, ChatReader
from codingagentbench.gateway.jsontext import parse_or_none
from codingagentbench.gateway.responses import ResponsesReader
from codingagentbench.gateway.sse import SseReader

MAX_KEPT = 32 * 1024 * 1024
"""Bytes of an answer kept for the record; a longer one is passed on whole and recorded cut off."""


class Follower:
    """Feed every chunk with its time of arrival, then `finish`; `answer` is complete after that.

    Never raises on what the bytes say. A body that is not streamed is read only when it fits `MAX_KEPT`.
    """

    def __init__(self, api: CompletionApi, *, streamed: bool) -> None:
        self._reader = ChatReader() if api == "chat" else ResponsesReader()
        self._sse = SseReader() if streamed else None
        self.streamed = streamed
        self.kept = bytearray()
        self.total = 0
        self.first_content: float | None = None
        """Arrival of the chunk with the first content, on the clock of `feed`."""

    @property
    def answer(self) -> Answer:
        """What is known so far."""
        return self._reader.answer

    @property
    def truncated(self) -> bool:
        """Whether the record lacks the end of the answer."""
        return self.total > len(self.kept)

    def feed(self, chunk: bytes, now: float) -> None:
        """One chunk as it came."""
        self.total += len(chunk)
        self.kept += chunk[: max(0, MAX_KEPT - len(self.kept))]
        if self._sse is None:
            self._mark(now, chunk.strip() != b"")
            return
        for event in self._sse.feed(chunk):
            self._event(event.data)
        self._mark(now, self.answer.has_content)

    def finish(self) -> None:
        """The upstream has ended, however."""
        if self._sse is not None:
            for event in self._sse.finish():
                self._event(event.data)
        elif not self.truncated:
            self._reader.body(parse_or_none(bytes(self.kept)))

    def _mark(self, now: float, content: bool) -> None:
        if content and self.first_content is None:
            self.first_content = now

    def _event(self, data: bytes) -> None:
        if data.strip() == DONE:
            self._reader.done()
        else:
            self._reader.event(parse_or_none(data))
