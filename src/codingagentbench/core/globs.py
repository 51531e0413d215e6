"""The one meaning of a glob: gitignore patterns over posix paths in the workdir, the last match winning.

A pattern with no slash matches a name at any depth, a leading `/` ties it to the top, `dir/` and `dir/**` match
all below. What a task calls expected, allowed or protected and what an agent calls housekeeping is read here, by
verifier and scorer alike.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from codingagentbench.core.errors import UsageError

if TYPE_CHECKING:
    from pathspec import PathSpec

_LINE_BREAKING = re.compile(r"[\x00-\x1f\x7f]")


@lru_cache(maxsize=512)
def _compiled(globs: tuple[str, ...]) -> PathSpec[Any]:
    from pathspec import PathSpec  # 50 ms, and many commands match nothing

    try:
        return PathSpec.from_lines("gitignore", globs)
    except ValueError as error:
        raise UsageError(
            f"not a glob: {error}", where=", ".join(globs), remedy="use gitignore patterns, e.g. src/**/*.py"
        ) from error


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Whether a posix path relative to the workdir is covered by any of the globs; by none when there are none.

    Control characters in a path match only wildcards, so `src/lib.rs` does not cover a file `src/lib.rs\\n`.

    Raises:
        UsageError: a glob is malformed.
    """
    if not globs:
        return False
    return bool(_compiled(globs).match_file(_LINE_BREAKING.sub("\ufffd", path)))
