"""Shell text as the bash grammar can bear it, and back.

The grammar's scanner asks C's `isalnum` about whole code points, which is defined up to 255 only: on a larger
one it reads past a table, and an agent's text could end the harness with it (seen with tree-sitter-bash 0.25).
"""

from __future__ import annotations

import re

_MARK = "\x7f"
_WIDE = re.compile(r"[^\x00-\x7e\x80-\xff]")
_MARKED = re.compile(f"{_MARK}([0-9a-f]+){_MARK}")


def for_bash_grammar(text: str) -> str:
    """The text with each character beyond Latin-1 spelled out between marks; a lone surrogate is lost."""
    return _WIDE.sub(_spelled, text)


def from_bash_grammar(text: str) -> str:
    """What a part of such a text was."""
    return _MARKED.sub(lambda found: chr(int(found[1], 16)), text) if _MARK in text else text


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"{_MARK}{0xFFFD if 0xD800 <= code < 0xE000 else code:x}{_MARK}"
