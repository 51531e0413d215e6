"""Finished responses, least recently used ones dropped when they take too many bytes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

_OVERHEAD = 512


@dataclass(frozen=True, slots=True)
class Stored:
    """A response to be sent again. `packed` is its body in gzip, empty where that is not smaller."""

    headers: tuple[tuple[bytes, bytes], ...]
    etag: bytes
    body: bytes
    packed: bytes

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + len(self.packed) + _OVERHEAD


Key = tuple[int, str, bytes]
"""Snapshot, path, query."""


class ResponseCache:
    """A dictionary of bounded size; a response of more than a quarter of it is not kept."""

    def __init__(self, limit: int) -> None:
        self._limit, self.size = limit, 0
        self._kept: OrderedDict[Key, Stored] = OrderedDict()

    def get(self, key: Key) -> Stored | None:
        """The response of a key, used now."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Key, stored: Stored) -> None:
        """Keep a response."""
        if stored.size > self._limit // 4:
            return
        before = self._kept.pop(key, None)
        self.size += stored.size - (before.size if before else 0)
        self._kept[key] = stored
        while self.size > self._limit:
            _, dropped = self._kept.popitem(last=False)
            self.size -= dropped.size

    def __len__(self) -> int:
        return len(self._kept)
