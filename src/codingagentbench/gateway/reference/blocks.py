"""File edits as SEARCH/REPLACE blocks in a reply's text, the way aider's `diff` format wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from codingagentbench.core.task import FileEdit

_MARKER = re.compile(r"^\s*(<{5,9} SEARCH>?|={5,9}|>{5,9} REPLACE)\s*$", re.MULTILINE)

# aider takes an empty result for a failed edit, and drops one blank line: it leaves a single newline of this
_EMPTIED = "\n\n"


def edit_blocks(edits: Iterable[FileEdit], originals: Mapping[str, str]) -> str:
    """One block a file: its whole original text to search (nothing for a new file), its whole new text.

    The format cannot delete, so a deleted file is emptied; and it cannot carry a text that has one of the
    format's own marker lines, so the reply says that such an edit is left out.
    """
    return "\n".join(_block(edit, originals.get(edit.path, "")) for edit in edits)


def _block(edit: FileEdit, original: str) -> str:
    text = _EMPTIED if edit.content is None else edit.content
    if _MARKER.search(original) or _MARKER.search(text):
        return "(One edit is left out: its text holds a marker line of the edit format.)\n"
    fence = "````" if "```" in original + text else "```"
    search, replace = _whole_lines(original), _whole_lines(text)
    return f"{edit.path}\n{fence}\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n{fence}\n"


def _whole_lines(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
