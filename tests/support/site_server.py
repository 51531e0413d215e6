"""The real server with bounds of a test's choice, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def serving_here(results: Path, **bounds: Any) -> Iterator[str]:
    """A process that serves with `Settings(**bounds)`; the URL it answers at."""
    words = [sys.executable, __file__, str(results), json.dumps(bounds)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            url = server.stdout.readline().strip()
            assert url.startswith("http://"), "the server did not start"
            yield url
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def main() -> None:
    """`python site_server.py RESULTS BOUNDS`."""
    from codingagentbench.site.server.run import bind, serve, url_of
    from codingagentbench.site.server.settings import Settings

    results, bounds = sys.argv[1:]
    sockets = bind("127.0.0.1", 0)
    url = url_of(sockets[0])
    serve(Settings(results=Path(results), **json.loads(bounds)), sockets, lambda: print(url, flush=True))


if __name__ == "__main__":
    main()
