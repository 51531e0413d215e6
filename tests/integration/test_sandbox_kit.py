"""What the sandbox tests share. No test stands here."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from codingagentbench.core.sandbox import Bind, Command, PtySize, RunResult
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import get_sandbox, owner

needs_bwrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="not root: no cgroup of its own")


async def shell(text: str, *binds: Bind, kind: str = "local", limits: Limits | None = None, **more) -> RunResult:
    """Run a shell text; output over a pty is collected into `stdout` of nothing: pass `on_output` for that."""
    calls = {key: more.pop(key) for key in ("on_listen", "on_output", "stopper") if key in more}
    command = Command(("sh", "-c", text), binds, cwd=more.pop("cwd", "/"), **more)
    return await get_sandbox(kind).run(command, limits or Limits(wall_s=15), **calls)


async def on_pty(text: str, *binds: Bind, size: PtySize | None = None, **more) -> tuple[RunResult, bytes]:
    """Run a shell text on a pty; gives the result and all that was shown."""
    chunks: list[bytes] = []
    pty = size or PtySize()
    result = await shell(text, *binds, pty=pty, on_output=lambda data, _: chunks.append(data), **more)
    return result, b"".join(chunks)


def running(words: str) -> list[int]:
    """Processes with these words in their command line, zombies left out."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if words in line:
                found.append(int(folder.name))
    return found


def cgroups(tag: str) -> list[Path]:
    """Cgroup folders that a harness of this tag made."""
    # os.walk passes over the groups of other tests that vanish meanwhile; rglob does not.
    names = ((Path(top), name) for top, folders, _ in os.walk("/sys/fs/cgroup") for name in folders)
    return [top / name for top, name in names if name.startswith(f"{owner.PREFIX}.{tag}.")]


def nothing_left(tag: str | None = None, within_s: float = 1.0) -> bool:
    """No process and no cgroup of the harness is there, at the latest after a while."""
    tag = tag or owner.own_tag()
    until = time.monotonic() + within_s
    while running(f"{owner.MARK}:{tag}") or cgroups(tag):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
