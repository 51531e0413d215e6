"""A scorer's keys as JSON that reads well: a key a line, one level of objects unfolded, long texts cut."""

from __future__ import annotations

from json import JSONEncoder
from math import isfinite
from typing import Any

from codingagentbench.trace import plain_text

_TEXT = 1_500
"""Characters of one text, or of one list as JSON."""
_ALL = 20_000
_encode = JSONEncoder(ensure_ascii=False).encode


def pretty(keys: dict[str, Any]) -> str:
    """The keys as JSON, cut where they are long; the record has all of them."""
    text = _unfolded(keys, "", nested=True)
    return text if len(text) <= _ALL else f"{text[:_ALL]}\n… {len(text) - _ALL} more characters"


def _unfolded(keys: dict[str, Any], indent: str, *, nested: bool) -> str:
    lines = [f"{indent}  {_name(name)}: {_value(name, value, indent, nested)}" for name, value in keys.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _name(name: str) -> str:
    return f'"{name}"' if name.isidentifier() else _encode(name)


def _value(name: str, value: Any, indent: str, nested: bool) -> str:
    if isinstance(value, str):
        return _encode(_shortened(name, value))
    if type(value) is int or (type(value) is float and isfinite(value)):
        return repr(value)  # as JSON writes it; an encoder made for one number is dear
    if nested and value and isinstance(value, dict):
        return _unfolded(value, f"{indent}  ", nested=False)
    text = _encode(value)
    return text if len(text) <= _TEXT else f"{text[:_TEXT]} … {len(text) - _TEXT} more characters"


def _shortened(name: str, text: str) -> str:
    """The beginning; of an output's tail, without its colours, the end, which says most."""
    rest = len(text) - _TEXT
    if name.endswith("_tail"):
        shown = plain_text(text[-_TEXT:].encode("utf-8", "replace"))
        return f"… {shown}" if rest > 0 else shown
    return f"{text[:_TEXT]} … {rest} more characters" if rest > 0 else text
