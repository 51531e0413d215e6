"""Runs the judging of hostile texts in a child process with bounded memory and time.

A parser's error recovery can take memory that grows with the square of the text (tree-sitter on 100 KiB of `List<`
asks for several GiB, in one step that nothing can interrupt). In a child that ends the child, not the harness.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

MEMORY_BYTES = 512 * 1024**2
"""What the child may take beyond the memory it is born with."""
CPU_SECONDS = 5


def in_child(work: Callable[[], Any]) -> Any | None:
    """What `work` returns (a JSON value, never None), or None when it took more memory or time than allowed.

    Raises:
        RuntimeError: `work` raised anything else; holds its traceback.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        return None
    answer = json.loads(said)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["result"]


def _be_child(work: Callable[[], Any], writing: int) -> NoReturn:
    """Never returns and runs none of the parent's clean-up."""
    status = 1
    with suppress(MemoryError, RecursionError, OSError):
        _limit_myself()
        data = memoryview(json.dumps(_answer(work)).encode())
        while data:
            data = data[os.write(writing, data) :]
        status = 0
    os._exit(status)


def _answer(work: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"result": work()}
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - the edge of a process: told to the parent, which raises it
        return {"error": traceback.format_exc()}


def _limit_myself() -> None:
    """Interrupts are the parent's business; a parser that runs out of memory says so on stderr and aborts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY_BYTES)
    _lower(resource.RLIMIT_CPU, CPU_SECONDS)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))
