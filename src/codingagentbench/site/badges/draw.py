"""Draws a badge: SVG without a font of its own, and the JSON of a shields.io endpoint."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import Any

from PIL import ImageFont

from codingagentbench.core.visible import visible_line
from codingagentbench.site.badges.badge import BRAND, Badge

_HEIGHT = 20
_PAD = 6
_SIZE = 11
_SCALE = 10
"""Widths are measured at ten times the size: the font's own are whole pixels."""
_BRAND_COLOUR, _SUBJECT_COLOUR = "#1a2027", "#434d57"
_FONT = "Helvetica,Arial,'DejaVu Sans',sans-serif"
_MOST = 200
"""Characters of one part; names may be longer, a badge may not."""


def svg(badge: Badge) -> str:
    """An image that is 20 high; alone and without colour it says what it is about and what is said."""
    texts = tuple(_short(visible_line(text)) for text in (BRAND, badge.subject, badge.message))
    widths = [_width(text) for text in texts]
    boxes = [width + 2 * _PAD for width in widths]
    starts = [0.0, boxes[0], boxes[0] + boxes[1]]
    said = escape(visible_line(badge.text))
    whole = _number(sum(boxes))
    colours = (_BRAND_COLOUR, _SUBJECT_COLOUR, badge.tone.value)
    rects = "".join(
        f'<rect x="{_number(x)}" width="{_number(box)}" height="{_HEIGHT}" fill="{colour}"/>'
        for x, box, colour in zip(starts, boxes, colours, strict=True)
    )
    words = "".join(
        f'<text x="{_number(x + _PAD)}" y="14" textLength="{_number(width)}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(text)}</text>"
        for x, width, text in zip(starts, widths, texts, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" '
        f'viewBox="0 0 {whole} {_HEIGHT}" role="img" aria-label="{said}"><title>{said}</title>'
        f'<clipPath id="round"><rect width="{whole}" height="{_HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#round)" aria-hidden="true">{rects}'
        f'<g fill="#fff" font-family="{_FONT}" font-size="{_SIZE}">{words}</g></g></svg>\n'
    )


def endpoint(badge: Badge) -> dict[str, Any]:
    """What shields.io asks of an endpoint (schema version 1)."""
    return {
        "schemaVersion": 1,
        "label": f"{BRAND} {visible_line(badge.subject)}",
        "message": visible_line(badge.message),
        "color": badge.tone.value.removeprefix("#"),
        "labelColor": _BRAND_COLOUR.removeprefix("#"),
    }


def _short(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


@cache
def _font() -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(_SIZE * _SCALE)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font


@lru_cache(4096)
def _width(text: str) -> float:
    """The width of a text in pixels, so that it fits whatever font draws it."""
    return float(_font().getlength(text)) / _SCALE
