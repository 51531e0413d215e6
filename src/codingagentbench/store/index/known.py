"""What was once found out about the tables as they are, kept until they change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from codingagentbench.store.index.listing import Listing
from codingagentbench.store.index.tallies import Group


class Known:
    """Shared by views of the same lines; methods may be called from several threads."""

    def __init__(self) -> None:
        self.values: dict[str, Sequence[str]] = {}
        """The values there are, by column, as far as they were asked for."""
        self.listing: Listing | None = None
        """Of all lines, once they were asked for: whoever did holds them in memory."""
        self._groups: tuple[str, Sequence[Group]] | None = None
        self._counting = Lock()

    def counted(self, methodology: str) -> Sequence[Group] | None:
        """The groups of all cells, if they were counted under this methodology."""
        kept = self._groups
        return kept[1] if kept is not None and kept[0] == methodology else None

    def groups(self, methodology: str, count: Callable[[], Sequence[Group]]) -> Sequence[Group]:
        """The groups of all cells: counted by the first who asks, while others wait. One methodology is kept."""
        with self._counting:
            kept = self.counted(methodology)
            if kept is None:
                kept = count()
                self._groups = (methodology, kept)
            return kept
