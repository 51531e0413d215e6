"""Runs an async context manager on an event loop of its own, so that a blocking test can use a real server."""

import asyncio
import threading
from contextlib import contextmanager


@contextmanager
def in_thread(manager):
    """Enter `manager` in a thread; the block gets what it yields."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait_for(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(20)

    try:
        entered = wait_for(manager.__aenter__())
        try:
            yield entered
        finally:
            wait_for(manager.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
