"""`cab watch`: a running cell's terminal in yours, or a finished one's recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codingagentbench.cli.output import console, line, note

if TYPE_CHECKING:
    from pyte.screens import Char
    from rich.console import Group
    from rich.text import Text

    from codingagentbench.site.live.replay import Ended, Frame, Watched
    from codingagentbench.site.live.screen import Terminal
    from codingagentbench.store.follow import Standing

_IDLE_S = 0.5


def watch(
    cell: Annotated[str | None, typer.Argument(help="Cell id, as `cab cells list` prints it.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Results folder.")] = Path("results"),
    sweep: Annotated[str, typer.Option(help="Instead of a cell: whichever runs of this sweep.")] = "",
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="Of the replay of a finished cell.")] = 1.0,
) -> None:
    """Show a cell's terminal while it runs, or replay it. What the agent wrote never reaches your terminal raw."""
    from codingagentbench.core.errors import UsageError
    from codingagentbench.site.live.replay import Watched

    if (cell is None) == (not sweep):
        raise UsageError("name a cell, or a sweep with --sweep", remedy="`cab cells list` shows the cells")
    watched = Watched(out, (cell or sweep).partition("/")[0])
    show = _Show()
    try:
        if cell is not None:
            _watch_cell(watched, cell, speed, show)
        else:
            _watch_sweep(watched, sweep, show)
    finally:
        watched.close()


def _watch_cell(watched: Watched, cell: str, speed: float, show: _Show) -> None:
    from codingagentbench.site.live.replay import replay, runs
    from codingagentbench.store import attempt_dir

    standing = watched.cell(cell)
    if not runs(standing) and standing.state in ("done", "missing"):
        if standing.shown is not None:
            folder = attempt_dir(watched.results, standing.spec, standing.shown)
            show.all(replay(folder, speed))
        print(line(watched.card(standing.digest)))
    else:
        show.all(watched.follow(standing.digest))


def _watch_sweep(watched: Watched, sweep: str, show: _Show) -> None:
    """One cell after the other, until none is left."""
    import time

    seen: set[tuple[str, int]] = set()
    while True:
        standing = _unseen(watched, seen)
        if standing is not None:
            seen.add((standing.digest, standing.attempt))
            show.all(watched.follow(standing.digest))
        elif watched.ledger.has_open_cells() and (seen or watched.next_running()):
            time.sleep(_IDLE_S)
        else:
            counts = watched.ledger.counts()
            note(f"nothing runs in {sweep}: {counts.finished} of {counts.total} cells have ended")
            return


def _unseen(watched: Watched, seen: set[tuple[str, int]]) -> Standing | None:
    from codingagentbench.site.live.replay import runs

    leased = watched.ledger.leased()
    return next((one for one in leased if (one.digest, one.attempt) not in seen and runs(one)), None)


class _Show:
    """Frames on a terminal as a screen that changes in place; elsewhere as lines of plain text."""

    def __init__(self) -> None:
        self._console = console()

    def all(self, frames: Iterable[Frame | Ended]) -> None:
        """Show them to the end."""
        if self._console.is_terminal:
            self._screen(iter(frames))
        else:
            self._lines(frames)

    def _screen(self, frames: Iterator[Frame | Ended]) -> None:
        from rich.live import Live

        from codingagentbench.site.live.replay import Ended

        said = ""
        with Live(console=self._console, refresh_per_second=10, transient=True) as live:
            for frame in frames:
                if isinstance(frame, Ended):
                    said = frame.text
                else:
                    live.update(_picture(frame, self._console.width, self._console.height))
        if said:
            print(line(said))

    def _lines(self, frames: Iterable[Frame | Ended]) -> None:
        from codingagentbench.site.live.lines import PlainLines
        from codingagentbench.site.live.replay import Ended

        plain, about = PlainLines(), ""
        for frame in frames:
            if isinstance(frame, Ended):
                self._print([*plain.end(), frame.text])
                return
            if frame.terminal is None and frame.about != about:
                about = frame.about
                note(about)
            self._print(plain.feed(frame.output))
        self._print(plain.end())

    @staticmethod
    def _print(lines: Iterable[str]) -> None:
        for text in lines:
            print(line(text), flush=True)


def _picture(frame: Frame, width: int, height: int) -> Group:
    """The state line and as much of the terminal's bottom as fits."""
    from rich.console import Group
    from rich.text import Text

    about = Text(line(frame.about), style="bold", no_wrap=True, overflow="ellipsis")
    if frame.terminal is None:
        return Group(about)
    rows = _rows(frame.terminal)
    return Group(about, *(_styled(row[:width]) for row in rows[-max(1, height - 2) :]))


def _rows(terminal: Terminal) -> list[list[Char]]:
    rows = terminal.cells()
    while rows and not any(char.data.strip() for char in rows[-1]):
        rows.pop()
    return rows


def _styled(row: list[Char]) -> Text:
    from rich.text import Text

    text = Text(no_wrap=True, overflow="crop", end="")
    for char in row:
        text.append(line(char.data), style=_style(char))
    text.rstrip()
    return text


def _style(char: Char) -> str:
    words = [name for name in ("bold", "italics", "underscore", "reverse") if getattr(char, name)]
    named = {"italics": "italic", "underscore": "underline"}
    parts = [named.get(word, word) for word in words]
    for place, colour in (("", char.fg), ("on ", char.bg)):
        if colour != "default":
            parts.append(place + _colour(colour))
    return " ".join(parts)


def _colour(name: str) -> str:
    """pyte's name of a colour as rich has it."""
    if len(name) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in name):
        return f"#{name}"
    plain = {"brown": "yellow"}.get(name.removeprefix("bright"), name.removeprefix("bright"))
    return f"bright_{plain}" if name.startswith("bright") else plain
