"""How much room a folder takes."""

from pathlib import Path


def size(folder):
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def excess(folder, budget):
    """By how many bytes a folder is over its budget; 0 when it is not."""
    return max(0, size(folder) - budget)
