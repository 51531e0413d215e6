"""Untrusted text made harmless to look at: what would act or hide in a terminal or on a page is spelt out."""

from __future__ import annotations

import re

HIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    r"\U000e0000-\U000e007f"
)
"""Controls, invisible characters, line separators, bidirectional marks and overrides, lone surrogates, tags: what
stands between the brackets of a regular expression."""
_CONTROL = re.compile(f"[{HIDDEN}]")


def visible(text: str) -> str:
    """The text with control characters and bidirectional overrides made visible; tabs and line feeds stay."""
    # Nothing that is replaced is printable, and most text is: looking first takes a tenth of the time.
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)


def visible_line(text: str) -> str:
    """The same for text that must stay on its line: line feeds and tabs are made visible as well."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")
