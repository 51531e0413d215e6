"""Keeps compiled templates between processes: to compile them takes longer than to update a site by one cell."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from codingagentbench.tasks.workdir import cache_folder


def compiled_templates(compilers: Sequence[Path]) -> BytecodeCache | None:
    """The cache in the user's cache folder; None where that cannot be written.

    Jinja compiles a template anew when its source is another one. What else decides about the code is in the
    folder's name: Jinja's version and the source files that change how it compiles.

    Args:
        compilers: those source files.
    """
    decided = hashlib.sha256(jinja2.__version__.encode())
    for path in compilers:
        decided.update(path.read_bytes())
    folder = cache_folder() / "templates" / decided.hexdigest()[:16]
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return _Kept(str(folder)) if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else None


class _Kept(FileSystemBytecodeCache):
    """A cache that cannot be written or read is none: the page does not depend on it."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
