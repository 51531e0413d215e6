"""The watcher for an event loop: it looks as long as somebody waits, and wakes all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from codingagentbench.site.live.state import LiveState
from codingagentbench.site.live.watch import FORGET_S, TICK_S, Watcher


class Hub:
    """Any number of subscribers, one watcher. A slow subscriber gets the newest state, and none in between."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._subscribers = 0
        self._loop: asyncio.Task[None] | None = None
        self._next: asyncio.Future[LiveState] | None = None

    async def now(self) -> LiveState:
        """The state now."""
        return await asyncio.wrap_future(self._watcher.look())

    @asynccontextmanager
    async def subscription(self) -> AsyncIterator[Hub]:
        """Keeps the watcher looking; `next` waits for what it sees."""
        self._subscribers += 1
        if self._loop is None:
            self._loop = asyncio.create_task(self._look())
        try:
            yield self
        finally:
            self._subscribers -= 1

    async def next(self) -> LiveState:
        """The state at the next look."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._next)

    async def _look(self) -> None:
        idle = 0.0
        try:
            while idle < FORGET_S:
                state = await self.now()
                waiting, self._next = self._next, None
                if waiting is not None:
                    waiting.set_result(state)
                await asyncio.sleep(TICK_S)
                idle = 0.0 if self._subscribers else idle + TICK_S
        finally:
            self._loop = None
            if self._next is not None:  # who waits must not wait for ever
                self._next.cancel()
        self._watcher.rest()

    async def close(self) -> None:
        """Stop looking."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await asyncio.to_thread(self._watcher.close)
