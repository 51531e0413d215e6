"""What a badge says, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BRAND = "CodingAgentBench"


class Tone(StrEnum):
    """The colour behind a message: white text on each keeps a contrast of 4.5 or more."""

    GOOD = "#14693a"
    BAD = "#a31f1f"
    WARN = "#7d4a00"
    ODD = "#6b2d91"
    NEUTRAL = "#0b5cad"
    NONE = "#535f6b"


@dataclass(frozen=True, slots=True)
class Badge:
    """`subject` is what it is about, `message` what is said of it; the message must do without its colour."""

    subject: str
    message: str
    tone: Tone

    @property
    def text(self) -> str:
        """All of it, as alternative text."""
        return f"{BRAND}: {self.subject}: {self.message}"
