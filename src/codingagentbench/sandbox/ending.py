"""Why a run ended: the first of the program's own end, a limit, or the caller's stop."""

from __future__ import annotations

import asyncio

from codingagentbench.core.outcome import LimitKind


class Ending:
    """Decided once; later reasons are ignored."""

    def __init__(self) -> None:
        self._decided: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.exited = False
        self.limit: LimitKind | None = None
        self.stopped: str | None = None

    @property
    def decided(self) -> bool:
        """Whether there is a reason yet."""
        return self._decided.done()

    def exit(self) -> None:
        """The program ended by itself."""
        if not self.decided:
            self.exited = True
            self._decided.set_result(None)

    def reach(self, limit: LimitKind) -> None:
        """A limit was reached."""
        if not self.decided:
            self.limit = limit
            self._decided.set_result(None)

    def stop(self, reason: str) -> None:
        """The caller wants it stopped."""
        if not self.decided:
            self.stopped = reason
            self._decided.set_result(None)

    def fail(self, error: BaseException) -> None:
        """Something in the harness broke while it watched."""
        if not self.decided:
            self._decided.set_exception(error)

    async def wait(self) -> None:
        """Wait for the reason.

        Raises:
            BaseException: what `fail` was given.
        """
        await self._decided
