"""Reversing text the way a reader would.

A *unit* is what a reader takes for one character. Going through a text from the left, a character joins the unit of the
character directly before it when

1. the character before it is a carriage return and it is a line feed;
2. it is a mark (its Unicode category is Mn, Mc or Me), a skin tone (U+1F3FB to U+1F3FF) or a zero-width joiner (U+200D);
3. the character before it is a zero-width joiner;
4. it and the character before it are both regional indicators (U+1F1E6 to U+1F1FF), and that one did not itself join
   another regional indicator: so regional indicators pair up from the left, and an odd one out stands alone.

Otherwise it starts a new unit. The first character of a text always starts one.
"""

import unicodedata

_JOINER = "\u200d"


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _attaches(character: str) -> bool:
    """Whether a character joins any character before it."""
    is_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return character == _JOINER or is_tone or unicodedata.category(character).startswith("M")


def _units(text: str) -> list[str]:
    units: list[str] = []
    before, paired = "", False
    for character in text:
        pairs = bool(before) and _is_regional(before) and _is_regional(character) and not paired
        line_end = before == "\r" and character == "\n"
        if units and (pairs or line_end or before == _JOINER or _attaches(character)):
            units[-1] += character
        else:
            units.append(character)
        before, paired = character, pairs
    return units


def reverse_text(text: str) -> str:
    """The units of `text` in reverse order, each unchanged in itself.

    Raises TypeError for anything but a str.
    """
    if not isinstance(text, str):
        raise TypeError(f"expected a str, got {type(text).__name__}")
    return "".join(reversed(_units(text)))


def reverse_words(text: str) -> str:
    """The words of `text`, separated by single spaces, in reverse order; runs of white space count as one space."""
    return " ".join(reversed(text.split()))
