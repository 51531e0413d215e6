"""One serving process: uvicorn with our protocol, from its sockets to a signal."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from codingagentbench.site.server.app import make_app
from codingagentbench.site.server.protocol import bounded
from codingagentbench.site.server.settings import Settings

GRACE_S = 2
"""For requests under way when the server ends."""
_KEEP_ALIVE_S = 15
_SWITCH_S = 0.001
"""Between threads: a page being rendered gives way to the event loop this often."""

Ready = Callable[[], None]


class _Server(uvicorn.Server):
    """Says when it answers, and remembers which signal ended it instead of raising that again."""

    def __init__(self, config: uvicorn.Config, ready: Ready) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    def ended_by(self) -> int:
        return self._captured_signals[0] if self._captured_signals else 0

    def run_to_end(self, sockets: list[socket.socket]) -> int:
        """Serve; the signal that ended it."""
        with suppress(KeyboardInterrupt):
            self.run(sockets)
        return self.ended_by()


def serve_here(settings: Settings, sock: socket.socket, ready: Ready) -> int:
    """Serve in this process until SIGINT or SIGTERM; which of them it was.

    Raises:
        StoreError: there is no results folder, or a ledger cannot be read.
    """
    sys.setswitchinterval(_SWITCH_S)
    config = uvicorn.Config(
        make_app(settings),
        http=bounded(settings),
        ws="none",
        loop="uvloop",
        lifespan="on",
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        limit_concurrency=settings.connections,
    )
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)  # uvicorn raises what ended it once more
    try:
        return _Server(config, ready).run_to_end([sock])
    finally:
        signal.signal(signal.SIGTERM, before)
