"""The files of an attempt as the site shows them: named by the record, never found by walking."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from codingagentbench.core.record import EvidenceFile
from codingagentbench.site import paths
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.output import Copy, Resource
from codingagentbench.store import RECORD_NAME

_PLAIN = (".json", ".jsonl", ".txt", ".patch", ".cast", ".log")
"""What no browser runs. Any other file gets `.txt` behind its name on the site."""
_BODY = re.compile(r"bodies/([0-9a-f]{64})\.json\.gz")
_BROKEN = b"This body cannot be unpacked: it is damaged, or larger than the site shows.\n"


class Shown(NamedTuple):
    """A file of the evidence. `path` is where the site has it, empty where it does not.

    `sha256` is that of the file in the results folder; `label` is its name, shortened; `note` says where the
    site's copy differs.
    """

    name: str
    label: str
    bytes: int
    sha256: str
    path: str
    note: str


def shown_files(attempt: Attempt, *, published: bool) -> tuple[Shown, ...]:
    """Every file of an attempt with its digest, the record first."""
    return tuple(_shown(attempt, file, published) for file in _listed(attempt))


def published_name(name: str) -> str:
    """What a file is called on the site; empty for a name that the site does not take."""
    parts = name.split("/")
    if not name.isprintable() or "\\" in name or {"", ".", ".."} & set(parts) or len(name) > 300:
        return ""
    if _BODY.fullmatch(name):
        return name.removesuffix(".gz")
    return name if name.endswith(_PLAIN) else f"{name}.txt"


def evidence_outputs(attempt: Attempt) -> Iterator[Resource | Copy]:
    """Every file, as the site publishes it."""
    for name in _names(attempt):
        made = _output(attempt, name)
        if made is not None:
            yield made


def evidence_output(attempt: Attempt, published: str) -> Resource | Copy | None:
    """The file that the site publishes under a name; None when there is none."""
    name = next((name for name in _names(attempt) if published_name(name) == published), None)
    return None if name is None else _output(attempt, name)


def _listed(attempt: Attempt) -> Iterable[EvidenceFile]:
    try:
        record = (attempt.folder / RECORD_NAME).read_bytes()
    except OSError:
        return attempt.record.evidence
    own = EvidenceFile(path=RECORD_NAME, sha256=hashlib.sha256(record).hexdigest(), bytes=len(record))
    return (own, *attempt.record.evidence)


def _names(attempt: Attempt) -> tuple[str, ...]:
    return (RECORD_NAME, *(file.path for file in attempt.record.evidence))


def _shown(attempt: Attempt, file: EvidenceFile, published: bool) -> Shown:
    name = published_name(file.path)
    path = paths.attempt_file(attempt.directory, name) if published and name else ""
    body = _BODY.fullmatch(file.path)
    label = f"bodies/{body[1][:16]}….json.gz" if body else file.path
    return Shown(file.path, label, file.bytes, file.sha256, path, _note(file.path) if path else "")


def _note(name: str) -> str:
    return "" if name.endswith(_PLAIN) or _BODY.fullmatch(name) else "shown here as plain text"


def _output(attempt: Attempt, name: str) -> Resource | Copy | None:
    published = published_name(name)
    if not published:
        return None
    path = paths.attempt_file(attempt.directory, published)
    body = _BODY.fullmatch(name)
    if body is not None:
        found = attempt.body(body[1])
        return Resource(path, "application/json", _BROKEN if found is None else found)
    source = attempt.folder / name
    return Copy(path, source, "text/plain; charset=utf-8") if _is_own(attempt.folder, name) else None


def _is_own(folder: Path, name: str) -> bool:
    """Whether it is a plain file below the folder, with no link on the way to it."""
    *parents, last = name.split("/")
    try:
        for parent in parents:
            folder = folder / parent
            if not stat.S_ISDIR(folder.lstat().st_mode):
                return False
        return stat.S_ISREG((folder / last).lstat().st_mode)
    except OSError:
        return False
