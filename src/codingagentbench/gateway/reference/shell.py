"""File edits as shell commands that any POSIX shell runs, whatever the text."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from shlex import quote

from codingagentbench.core.task import FileEdit

MOST_BYTES = 60_000
"""Of one command: half of what the kernel lets one argument of `sh -c` hold, which agents use."""

_BASE64_SLICE = 30_000


def edit_commands(edits: Iterable[FileEdit]) -> tuple[str, ...]:
    """Commands which, run one after the other in the workdir, make the edits."""
    commands: list[str] = []
    for statement in _statements(edits):
        if commands and len(commands[-1].encode()) + len(statement.encode()) < MOST_BYTES:
            commands[-1] += f"\n{statement}"
        else:
            commands.append(statement)
    return tuple(commands)


def _statements(edits: Iterable[FileEdit]) -> Iterator[str]:
    for edit in edits:
        if edit.content is None:
            # not `rm -f`: codex refuses a command that has it, with everything else in the command
            yield f"rm -- {quote(edit.path)}"
        else:
            yield from _writes(edit.path, edit.content)


def _writes(path: str, text: str) -> Iterator[str]:
    parent = str(PurePosixPath(path).parent)
    make = "" if parent == "." else f"mkdir -p -- {quote(parent)} && "
    raw = text.encode()
    if not raw:
        yield f"{make}: > {quote(path)}"
    elif len(raw) <= _BASE64_SLICE and _readable(text):
        yield f"{make}cat > {quote(path)} {_here_document(text)}"
    else:
        for at in range(0, len(raw), _BASE64_SLICE):
            redirect = ">>" if at else ">"
            encoded = base64.encodebytes(raw[at : at + _BASE64_SLICE]).decode()
            yield f"{make}base64 -d {redirect} {quote(path)} {_here_document(encoded)}"


def _readable(text: str) -> bool:
    """Whether a here-document carries it unchanged; it is what a person sees best in the recording."""
    return text.endswith("\n") and text.replace("\n", "").replace("\t", "").isprintable()


def _here_document(text: str) -> str:
    lines, word, n = set(text.split("\n")), "EOF", 0
    while word in lines:
        n += 1
        word = f"EOF_{n}"
    return f"<<'{word}'\n{text}{word}"
