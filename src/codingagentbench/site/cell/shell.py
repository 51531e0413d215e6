"""Agents' templates as bash: placeholders become shell variables, everything else is quoted to mean itself."""

from __future__ import annotations

import re
import shlex
from string import Template

_IN_DOUBLE = re.compile(r'[\\"$`]')
_IN_HEREDOC = re.compile(r"[\\$`]")
_ODD = re.compile(r'["\n\\!`]')
"""Text with any of these reads better, or only works, in single quotes."""

Piece = tuple[bool, str]


def pieces(template: str) -> list[Piece]:
    """(is it a variable, its name or the literal text); `$$` is a dollar, as for `string.Template`."""
    found: list[Piece] = []
    end = 0
    for match in Template.pattern.finditer(template):
        found.append((False, template[end : match.start()]))
        name = match["named"] or match["braced"]
        found.append((True, name) if name else (False, "$"))
        end = match.end()
    found.append((False, template[end:]))
    return _joined(found)


def word(template: str) -> str:
    """One word of a command; variables are expanded by the shell."""
    parts = pieces(template)
    if not any(variable for variable, _ in parts):
        return shlex.quote("".join(text for _, text in parts))
    if any(_ODD.search(text) for variable, text in parts if not variable):
        return "".join(f'"${text}"' if variable else shlex.quote(text) for variable, text in parts)
    return '"' + "".join(_expanded(parts, _IN_DOUBLE)) + '"'


def heredoc(template: str) -> str:
    """The lines of a here-document whose end mark is not quoted."""
    return "".join(_expanded(pieces(template), _IN_HEREDOC))


def names(template: str) -> set[str]:
    """The placeholders of a template."""
    return {text for variable, text in pieces(template) if variable}


def _expanded(parts: list[Piece], special: re.Pattern[str]) -> list[str]:
    return [f"${{{text}}}" if variable else special.sub(r"\\\g<0>", text) for variable, text in parts]


def _joined(parts: list[Piece]) -> list[Piece]:
    """Neighbouring literals as one; empty ones left out."""
    found: list[Piece] = []
    for variable, text in parts:
        if not variable and found and not found[-1][0]:
            found[-1] = (False, found[-1][1] + text)
        elif variable or text:
            found.append((variable, text))
    return found
