"""Keeping secrets out of what is written and out of what the agent gets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

MIN_SECRET = 8
"""Shorter values ("none", "dummy") are placeholders: replacing them everywhere would wreck the evidence."""
MARK = b"[redacted]"


class Redactor:
    """Replaces each secret, and its JSON, percent, base64 and hex forms, by `[redacted]`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        found = {form for secret in secrets if len(secret) >= MIN_SECRET for form in _forms(secret.encode())}
        # Longest first: an escaped form may hold the plain one.
        self._forms = sorted(found, key=lambda form: (-len(form), form))

    def data(self, data: bytes) -> bytes:
        """`data` without any secret."""
        for form in self._forms:
            if form in data:
                data = data.replace(form, MARK)
        return data

    def text(self, text: str) -> str:
        """`text` without any secret and with lone surrogates replaced: fit for a record."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")

    def finds(self, data: bytes) -> bool:
        """Whether a secret is in `data`, in any form."""
        return any(form in data for form in self._forms)


class KeyGuard:
    """Masks keys in a stream of chunks, byte for byte, so that lengths stay: an endpoint may echo its own key.

    A chunk passes at once, but for a tail that could be the beginning of a key.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = [key.encode() for key in keys if len(key) >= MIN_SECRET]
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """What may be passed on now."""
        if not self._keys:
            return chunk
        data = self._masked(self._held + chunk)
        hold = max(_overlap(data, key) for key in self._keys)
        self._held = data[len(data) - hold :]
        return data[: len(data) - hold]

    def finish(self) -> bytes:
        """The held tail: the stream has ended, so it is no key."""
        held, self._held = self._held, b""
        return held

    def _masked(self, data: bytes) -> bytes:
        for key in self._keys:
            if key in data:
                data = data.replace(key, b"*" * len(key))
        return data


def _overlap(data: bytes, key: bytes) -> int:
    """Length of the longest end of `data` that is a proper beginning of `key`."""
    longest = min(len(data), len(key) - 1)
    return next((size for size in range(longest, 0, -1) if data.endswith(key[:size])), 0)


def _forms(secret: bytes) -> set[bytes]:
    text = secret.decode()
    percent = quote(text, safe="")
    lower = re.sub("%..", lambda match: match[0].lower(), percent)
    escaped = json.dumps(text)[1:-1]
    forms = {secret, percent.encode(), lower.encode(), escaped.encode(), escaped.replace("/", "\\/").encode()}
    return forms | {secret.hex().encode(), secret.hex().upper().encode()} | _base64_forms(secret)


def _base64_forms(secret: bytes) -> set[bytes]:
    """The characters that depend on the secret alone, for each alignment it can have inside longer data."""
    forms = set()
    for shift in range(3):
        padded = b"\0" * shift + secret
        first, last = -(-shift * 8 // 6), len(padded) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms.add(encode(padded)[first:last])
    return forms
