"""Writes text into an image from kept glyphs: about seven times as quick as having the font draw each line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from codingagentbench.core.visible import visible_line

_LIKE = str.maketrans({
    "\u00d7": "x", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u202f": " ", "\u00a0": " ", "\u2009": " ",
    "\u2192": ">", "\u2265": ">", "\u2264": "<",
})  # fmt: skip
"""What the font that comes with Pillow lacks, and what is written for it."""

_EXTRA = "·…±’“”"
"""What it has beyond ASCII."""


_LONGEST = 500
"""Characters of one word that are looked at; no picture shows as many."""


class _Glyph(NamedTuple):
    mask: Image.Image
    left: int
    top: int
    advance: float


class Pen:
    """Text of one size in pixels. `line` is the distance of two lines."""

    def __init__(self, size: int) -> None:
        self.line = round(size * 1.25)
        self._font = ImageFont.load_default(size)
        self._glyphs: dict[str, _Glyph] = {}

    def write(self, image: Image.Image, at: tuple[int, int], text: str, shade: int) -> None:
        """Put one line into an image of mode L whose ground is 0; `at` is its left upper corner."""
        x, y = float(at[0]), at[1]
        for char in text:
            glyph = self._glyph(char)
            image.paste(shade, (round(x) + glyph.left, y + glyph.top), glyph.mask)
            x += glyph.advance

    def width(self, text: str) -> float:
        """Pixels from the start of a line to its end."""
        return sum(self._glyph(char).advance for char in text)

    def wrapped(self, text: str, width: int, lines: int) -> list[str]:
        """The text in at most so many lines of at most so many pixels; what does not fit ends in an ellipsis."""
        space = self._glyph(" ").advance
        found, used = [""], 0.0
        for word in plain(text).split():
            for piece, wide in self._pieces(word, width):
                gap = space if found[-1] else 0.0
                if used + gap + wide <= width:
                    found[-1] += " " + piece if gap else piece
                    used += gap + wide
                elif len(found) == lines:
                    return [*found[:-1], self._cut(found[-1], width)]
                else:
                    found.append(piece)
                    used = wide
        return found

    def _pieces(self, word: str, width: int) -> Iterator[tuple[str, float]]:
        """A word with its width, in parts where it is wider than a line."""
        start, used = 0, 0.0
        for index, char in enumerate(word[:_LONGEST]):
            wide = self._glyph(char).advance
            if used + wide > width:
                yield word[start:index], used
                start, used = index, 0.0
            used += wide
        yield word[start:_LONGEST], used

    def _cut(self, line: str, width: int) -> str:
        while line and self.width(line + "…") > width:
            line = line[:-1]
        return line + "…"

    def _glyph(self, char: str) -> _Glyph:
        known = self._glyphs.get(char)
        if known is None:
            known = self._glyphs[char] = self._drawn(char)
        return known

    def _drawn(self, char: str) -> _Glyph:
        left, top, right, bottom = map(round, self._font.getbbox(char))
        mask = Image.new("L", (max(1, right - left), max(1, bottom - top)), 0)
        ImageDraw.Draw(mask).text((-left, -top), char, font=self._font, fill=255)
        return _Glyph(mask, left, top, float(self._font.getlength(char)))


@cache
def pen(size: int) -> Pen:
    """The pen of a size, made once a process."""
    return Pen(size)


def plain(text: str) -> str:
    """Text in what the font has: controls spelt out, anything else it lacks as a question mark."""
    shown = visible_line(text).translate(_LIKE)
    return "".join(char if char.isascii() or char in _EXTRA else "?" for char in shown)
