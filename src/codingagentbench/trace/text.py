"""Terminal bytes as plain text."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC; without an end they hide nothing
    r"|\x1b[ -/]*[0-~]",  # two-character and charset escapes
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain_text(data: bytes) -> str:
    """The text a person would copy off the screen's scrollback: no escapes, no control characters.

    A carriage return that is not part of a line end starts the line anew, as progress bars do.
    """
    text = _ESCAPE.sub("", data.decode("utf-8", "replace")).replace("\r\n", "\n")
    lines = (line.rsplit("\r", 1)[-1] if "\r" in line else line for line in text.split("\n"))
    return _CONTROL.sub("", "\n".join(lines))
