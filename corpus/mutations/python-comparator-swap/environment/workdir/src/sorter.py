"""Merge sort, and what can be built on it. Items are compared by `<` on their keys, and by nothing else."""

from typing import Any, Callable, Iterable, Optional

Key = Optional[Callable[[Any], Any]]


def _same(item: Any) -> Any:
    return item


def _merge(left: list, right: list, key: Callable[[Any], Any]) -> list:
    """Two ordered lists as one; of two equal items the one from `left` comes first."""
    merged: list = []
    i = j = 0
    while i < len(left) and j < len(right):
        if key(right[j]) > key(left[i]):
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]


def merge_sort(items: Iterable[Any], key: Key = None) -> list:
    """A new list with the items in ascending order of their keys. Items with equal keys keep their order."""
    ordered = list(items)
    if len(ordered) < 2:
        return ordered
    middle = len(ordered) // 2
    return _merge(merge_sort(ordered[:middle], key), merge_sort(ordered[middle:], key), key or _same)


def largest(items: Iterable[Any], count: int, key: Key = None) -> list:
    """The `count` items with the largest keys, largest first. Items with equal keys keep their order."""
    ascending = merge_sort(list(items)[::-1], key)
    return ascending[::-1][: max(count, 0)]


def insert_position(ordered: list, item: Any, key: Key = None) -> int:
    """Where to insert `item` into an ascending list to keep it ascending: behind all items that are equal to it."""
    key = key or _same
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if key(item) < key(ordered[middle]):
            high = middle
        else:
            low = middle + 1
    return low


def is_ordered(items: Iterable[Any], key: Key = None) -> bool:
    """Whether no item is smaller than the one before it."""
    key = key or _same
    keys = [key(item) for item in items]
    return not any(after < before for before, after in zip(keys, keys[1:]))
