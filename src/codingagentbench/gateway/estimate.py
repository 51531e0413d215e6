"""Tokens where the provider gives none: UTF-8 bytes of the text divided by four, rounded up.

Text is every string value in the request's messages, instructions and tool descriptions, images (data URLs)
left out, and every text, reasoning and tool-call byte of the answer. It is marked `estimated` in the record.
"""

from __future__ import annotations

from typing import Any

from codingagentbench.gateway.answer import Answer, Usage, dict_of, utf8_size

_TEXT_FIELDS = ("messages", "input", "instructions", "tools", "functions")
_BYTES_PER_TOKEN = 4


def estimate_usage(request: Any, answer: Answer) -> Usage:
    """Prompt and completion tokens by the bytes/4 rule; cached and reasoning stay unknown."""
    body = dict_of(request)
    prompt = sum(_text_bytes(body.get(name)) for name in _TEXT_FIELDS)
    return Usage(_tokens(prompt), _tokens(answer.output_bytes))


def _tokens(size: int) -> int:
    return -(-size // _BYTES_PER_TOKEN)


def _text_bytes(value: Any) -> int:
    total, open_values = 0, [value]
    while open_values:
        item = open_values.pop()
        if isinstance(item, str):
            total += 0 if item.startswith("data:") else utf8_size(item)
        elif isinstance(item, dict):
            open_values.extend(item.values())
        elif isinstance(item, list):
            open_values.extend(item)
    return total
