"""The throw-away folders of one cell: workdir, HOME and what the verifier builds in.

They are made as a staging folder is, so what a killed harness left is told and removed in the same way.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.provenance import owner_alive, process_identity
from codingagentbench.store.layout import STAGING_NAME
from codingagentbench.store.staging import Staging, clean_staging


@dataclass(frozen=True, slots=True)
class Scratch:
    """Folders of one cell. `work` does not exist yet: the task's tree is laid out there."""

    work: Path
    home: Path
    verify: Path


def _base() -> Path:
    return Path(tempfile.gettempdir()) / f"codingagentbench-{os.geteuid()}"


@contextmanager
def open_scratch() -> Iterator[Scratch]:
    """Make the folders, and remove them whatever happens in the block."""
    with Staging(_base() / STAGING_NAME, process_identity()) as folder:
        scratch = Scratch(folder.path / "work", folder.path / "home", folder.path / "verify")
        scratch.home.mkdir()
        scratch.verify.mkdir()
        yield scratch


def clean_scratch() -> int:
    """Remove what harness processes that no longer exist left behind; how many folders."""
    return clean_staging(_base(), owner_alive)
