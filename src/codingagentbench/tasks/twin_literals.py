"""Values that stand in tests as what is expected, and others that are wrong instead."""

from __future__ import annotations

import ast
import re
from typing import Any

_PLAIN = r'"(?P<text>(?:\\.|[^"\\\n])*)"|(?<![\w."])(?P<number>\d[\d_]*)(?![\w."])'
"""A string, or a whole number without a suffix, as Rust and Java write them."""
_LITERAL = re.compile(_PLAIN)


def wrong_number(number: int) -> int:
    """The next one; below the largest a machine type can hold, so that it still compiles."""
    largest = number >= 127 and number & (number + 1) == 0
    return number - 1 if largest else number + 1


def wrong_text(text: str) -> str:
    """The same letters in another order where that is another text, else one letter more."""
    turned = text[1:] + text[:1]
    return turned if turned != text else f"{text}x"


def wrong_value(value: Any) -> Any:
    """Another value of the same kind, or None when there is no simple one.

    A bool has none: every second faulty function would meet the other one without meaning to.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return wrong_number(value)
    if isinstance(value, str):
        return wrong_text(value)
    if isinstance(value, list | tuple):
        last = wrong_value(value[-1]) if value else 0
        return None if last is None else type(value)((*value[:-1], last))
    return None


def wrong_python(source: str) -> str | None:
    """A Python literal with another value, as source; None for what is no literal or none we change."""
    try:
        value = ast.literal_eval(source)
    except (ValueError, SyntaxError):
        return None
    wrong = wrong_value(value)
    return None if wrong is None else repr(wrong)


def wrong_in(source: str) -> str | None:
    """An expression of Rust or Java with its last literal changed; None when it has none without escapes."""
    found = [one for one in _LITERAL.finditer(source) if "\\" not in one[0]]
    if not found:
        return None
    last = found[-1]
    text, number = last["text"], last["number"]
    new = f'"{wrong_text(text)}"' if number is None else str(wrong_number(int(number.replace("_", ""))))
    return source[: last.start()] + new + source[last.end() :]
