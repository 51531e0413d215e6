"""Following one leased cell: its staging folder, terminal and model calls."""

from __future__ import annotations

import os
from pathlib import Path

from codingagentbench.site.live.screen import Terminal, View
from codingagentbench.site.live.state import Phase, RunningCell
from codingagentbench.site.live.tail import CallTail, CastTail
from codingagentbench.store import staging_root
from codingagentbench.store.follow import Standing

CAST = "terminal.cast"
CALLS = "model_calls.jsonl"


def staging_of(results: Path, sweep_id: str, owner: str) -> Path | None:
    """The folder in which a worker makes its attempt now; None when there is none (yet, or any more)."""
    root = staging_root(results, sweep_id)
    try:
        with os.scandir(root) as entries:
            found = [e for e in entries if e.name.rpartition("-")[0] == owner and e.is_dir(follow_symlinks=False)]
        return root / max(found, key=lambda entry: entry.stat(follow_symlinks=False).st_mtime_ns).name
    except (OSError, ValueError):
        return None


class CellFollower:
    """One attempt while it is made. `screen`: whether its terminal is worked through, which costs CPU."""

    def __init__(self, results: Path, standing: Standing, *, screen: bool) -> None:
        self.standing = standing
        self._results = results
        self._screen = screen
        self._cast: CastTail | None = None
        self._calls: CallTail | None = None
        self._terminal: Terminal | None = None
        self._left_out = 0

    @property
    def phase(self) -> Phase:
        """How far it is, told by its recording."""
        if self._cast is None or not self._cast.known:
            return "preparing"
        return "grading" if self._cast.ended else "agent"

    def look(self) -> str:
        """Read what was added since the last look; the output in it."""
        if self._cast is None:
            self._open()
        if self._cast is None or self._calls is None:
            return ""
        output = "".join(text for _, code, text in self._cast.read() if code == "o")
        if self._cast.known and self._terminal is None:
            self._terminal = Terminal(self._cast.columns, self._cast.rows)
        if self._terminal is not None and self._screen:
            if self._cast.left_out > self._left_out:  # what was on the screen is no longer known
                self._left_out = self._cast.left_out
                self._terminal.feed("\x1bc")
            self._terminal.feed(output)
        self._calls.read()
        return output

    def _open(self) -> None:
        folder = staging_of(self._results, self.standing.spec.sweep_id, self.standing.owner)
        if folder is not None and (folder / CAST).exists():
            self._cast, self._calls = CastTail(folder / CAST), CallTail(folder / CALLS)

    def view(self) -> View | None:
        """The screen now, None while there is none."""
        return self._terminal.view() if self._terminal is not None and self._screen else None

    def terminal(self) -> Terminal | None:
        """The terminal itself, None while there is none."""
        return self._terminal

    def state(self) -> RunningCell:
        """What is known of it."""
        spec, cast, calls = self.standing.spec, self._cast, self._calls
        return RunningCell(
            sweep_id=spec.sweep_id,
            digest=self.standing.digest.removeprefix("sha256:"),
            cell_id=spec.cell_id,
            place=self.standing.place,
            tui=spec.tui,
            model=spec.model,
            task=spec.task,
            run=spec.run,
            attempt=self.standing.attempt,
            phase=self.phase,
            began=cast.began if cast else 0.0,
            model_calls=calls.calls if calls else 0,
            tokens=calls.tokens if calls else 0,
            bytes_left_out=cast.left_out if cast else 0,
            has_screen=self._screen,
        )

    def close(self) -> None:
        """Give the descriptors back."""
        for tail in (self._cast, self._calls):
            if tail is not None:
                tail.close()
