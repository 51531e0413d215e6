"""What every command prints with: one JSON document, or text in which untrusted strings cannot act."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)
"""Controls, invisible characters, line separators, bidirectional marks and overrides, lone surrogates, tags."""

_PIPE_WIDTH = 160

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def safe(text: str) -> str:
    """The text with control characters and bidirectional overrides made visible."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)


def line(text: str) -> str:
    """Untrusted text that must stay on its line: `safe`, with line ends and tabs made visible as well."""
    return safe(text).replace("\n", "\\n").replace("\t", "\\t")


def print_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    whole = json.dumps(document, indent=2, ensure_ascii=True, default=str)
    sys.stdout.write(f"{whole}\n")


def console() -> Console:
    """A console for people; plain when stdout is no terminal."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numeric: Sequence[str] = ()
) -> None:
    """Print a table; every cell is escaped."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for column in columns:
        drawn.add_column(column, justify="right" if column in numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(escape(line("" if cell is None else str(cell))) for cell in row))
    console().print(drawn)


def note(text: str) -> None:
    """Tell a person something on stderr, so that stdout stays a document."""
    print(safe(text), file=sys.stderr)


def number(value: float | None, digits: int = 3) -> str:
    """A number, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"
