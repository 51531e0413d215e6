"""A terminal's screen as text: what an agent writes is worked through here and reaches no terminal raw."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyte
from pyte.screens import Char
from wcwidth import wcwidth

from codingagentbench.core.visible import visible_line

_PIECE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b?[^\x1b]+|\x1b", re.DOTALL)
"""A whole control sequence by itself, so that one which fails takes no text with it; else text up to the next."""

_LONGEST_TITLE = 4096


class _Screen(pyte.Screen):
    """Draws no character without a width: pyte stops drawing at some of them, and stacks others without end."""

    def draw(self, data: str) -> None:
        if not data.isascii():
            data = "".join(char for char in data if wcwidth(char) > 0)
        super().draw(data)

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        super().set_mode(*_without_resizing(modes), **kwargs)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        super().reset_mode(*_without_resizing(modes), **kwargs)

    def set_title(self, param: str) -> None:
        super().set_title(param[:_LONGEST_TITLE])

    def set_icon_name(self, param: str) -> None:
        """Nobody shows it."""

    def write_process_input(self, data: str) -> None:
        """Answers to the program's questions were given when it asked."""


@dataclass(frozen=True, slots=True)
class View:
    """A screen at one moment: for each line the revision in which it last changed, and its text."""

    columns: int
    rows: int
    revision: int
    lines: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """All lines, without the empty ones at the end."""
        return "\n".join(text for _, text in self.lines).rstrip("\n")

    def since(self, revision: int) -> dict[int, str]:
        """Lines that changed after a revision, by their number."""
        return {number: text for number, (changed, text) in enumerate(self.lines) if changed > revision}


class Terminal:
    """A screen fed with output. No output, however malformed, raises or grows it."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = _Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._revision = 0
        self._lines = [(0, "")] * rows

    def feed(self, text: str) -> None:
        """Take output. A sequence that pyte cannot read is left out."""
        for piece in _PIECE.findall(text):
            try:
                self._stream.feed(piece)
            except Exception:  # noqa: BLE001, S112 - pyte raises whatever its handlers meet in hostile sequences
                continue

    def view(self) -> View:
        """The screen now."""
        screen = self._screen
        dirty = sorted(number for number in screen.dirty if number < screen.lines)
        screen.dirty.clear()
        changed = {number: text for number in dirty if (text := self._line(number)) != self._lines[number][1]}
        if changed:
            self._revision += 1
            for number, text in changed.items():
                self._lines[number] = (self._revision, text)
        return View(screen.columns, screen.lines, self._revision, tuple(self._lines))

    def cells(self) -> list[list[Char]]:
        """Every character with its colours, line by line."""
        screen = self._screen
        return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]

    def _line(self, number: int) -> str:
        line = self._screen.buffer[number]
        text = "".join(line[x].data for x in range(self._screen.columns))
        return visible_line(text.rstrip())


def _without_resizing(modes: Iterable[int]) -> list[int]:
    """Mode 3 would change the number of columns."""
    return [mode for mode in modes if mode != 3]
