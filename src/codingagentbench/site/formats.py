"""How numbers and times are written on pages. Absent values are said in words by the templates, not here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def number(value: float, digits: int = 3) -> str:
    """Fixed digits, with a thin space between thousands."""
    return f"{value:,.{digits}f}".replace(",", "\u202f")


def whole(value: float) -> str:
    """A whole number, with a thin space between thousands."""
    return f"{round(value):,}".replace(",", "\u202f")


def percent(value: float, digits: int = 0) -> str:
    """A share (0..1) in per cent."""
    return f"{value * 100:.{digits}f}\u202f%"


def duration(ms: float) -> str:
    """Milliseconds in the unit that suits: `0.8 ms`, `161.43 s`, `12 min 5 s`."""
    if ms < 1000:
        return f"{ms:.1f}\u202fms" if ms < 10 else f"{ms:.0f}\u202fms"
    seconds = ms / 1000
    if seconds < 600:
        return f"{seconds:.2f}\u202fs"
    return f"{int(seconds // 60)}\u202fmin {int(seconds % 60)}\u202fs"


def size(count: float) -> str:
    """Bytes in B, kB or MB (powers of 1000)."""
    if count < 1000:
        return f"{count:.0f}\u202fB"
    return f"{count / 1000:.1f}\u202fkB" if count < 1_000_000 else f"{count / 1_000_000:.1f}\u202fMB"


def usd(value: float) -> str:
    """US dollars; small amounts keep their digits."""
    return f"{value:.2f}\u202fUSD" if value >= 1 else f"{value:.4f}\u202fUSD"


def moment(stamp: str) -> str:
    """ISO 8601 in UTC to the second, for people; the exact stamp belongs in the `datetime` attribute."""
    return stamp[:19].replace("T", " ") + " UTC" if len(stamp) >= 19 else stamp


def short(digest: str, digits: int = 12) -> str:
    """The first digits of a sha256, the algorithm's name left out."""
    return digest.removeprefix("sha256:")[:digits]


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number,
    "whole": whole,
    "percent": percent,
    "duration": duration,
    "size": size,
    "usd": usd,
    "moment": moment,
    "short": short,
}
