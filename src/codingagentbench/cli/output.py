"""What every command prints with: one JSON document, or text in which untrusted strings cannot act."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codingagentbench.core.visible import visible as safe
from codingagentbench.core.visible import visible_line as line

__all__ = ["Json", "console", "line", "note", "number", "print_json", "safe", "table"]

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 160

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


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
