"""The picture itself: a title and a sentence on a white card, sixteen colours, about 25 kB."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw

from codingagentbench.site.social.pen import pen
from codingagentbench.site.social.png import encoded

WIDTH, HEIGHT = 1200, 630
_MARGIN, _BAR = 60, 92
_TITLES = ((64, 2), (48, 3), (38, 4))
"""Sizes of a title and the lines it may take at each; the first at which it fits is used."""
_SUMMARY, _SUMMARY_LINES = 34, 5
_NOTICE = "Reference results: every model is a script of known behaviour. They rank no model."

_INK, _SOFT = 11, 8
_DARK, _LIGHT = 12, 15


def _ramp(start: tuple[int, int, int], end: tuple[int, int, int], steps: int) -> list[int]:
    shares = [index / (steps - 1) for index in range(steps)]
    return [round(a + (b - a) * share) for share in shares for a, b in zip(start, end, strict=True)]


_PALETTE = _ramp((255, 255, 255), (26, 32, 39), _INK + 1) + _ramp((11, 77, 145), (255, 255, 255), 4)
"""Twelve steps from the ground to the ink, then four from the bar's blue to white."""


def draw_card(title: str, summary: str, *, references: bool = False) -> bytes:
    """A PNG of 1200 x 630 pixels. `references`: says that every model is a reference model."""
    image = _ground(references).copy()
    y = _BAR + 56
    size, lines = _fitted(title)
    for line in lines:
        pen(size).write(image, (_MARGIN, y), line, _INK)
        y += pen(size).line
    y += 24
    most = min(_SUMMARY_LINES, (HEIGHT - (100 if references else 40) - y) // pen(_SUMMARY).line)
    for line in pen(_SUMMARY).wrapped(summary, WIDTH - 2 * _MARGIN, most) if most > 0 else ():
        pen(_SUMMARY).write(image, (_MARGIN, y), line, _SOFT)
        y += pen(_SUMMARY).line
    return encoded(image, _PALETTE)


def _fitted(title: str) -> tuple[int, list[str]]:
    """The size at which a title fits, and its lines; at the smallest it is cut."""
    for size, most in _TITLES:
        lines = pen(size).wrapped(title, WIDTH - 2 * _MARGIN, most)
        if not lines[-1].endswith("…"):
            break
    return size, lines


@cache
def _ground(references: bool) -> Image.Image:
    """What all cards share."""
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, _BAR), fill=_DARK)
    name = Image.new("L", (WIDTH, _BAR), 0)
    pen(40).write(name, (_MARGIN + 68, 20), "CodingAgentBench", 255)
    image.paste(name.point([_DARK + round(value / 255 * 3) for value in range(256)]), (0, 0))
    for index, height in enumerate((22, 34, 46)):
        left = _MARGIN + index * 18
        draw.rectangle((left, 69 - height, left + 11, 69), fill=_LIGHT)
    if references:
        draw.rectangle((_MARGIN, HEIGHT - 92, WIDTH - _MARGIN, HEIGHT - 90), fill=3)
        pen(27).write(image, (_MARGIN, HEIGHT - 74), _NOTICE, _INK)
    return image
