"""One module a kind of page; each holds `VIEW`. What a path's first part is decides which view answers."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from codingagentbench.site.output import View

MODULES = (
    "assets",
    "badges",
    "embeds",
    "social",
    "heatmap",
    "home",
    "leaderboard",
    "agents",
    "models",
    "pairs",
    "tasks",
    "sweeps",
    "plugins",
    "cells",
    "compare",
    "compare_cells",
    "cell",
    "recordings",
    "live",
    "glossary", "methodology", "provenance", "integrity", "submit", "cite", "about",
)  # fmt: skip


@cache
def views() -> tuple[View, ...]:
    """All views, in the order in which the static build makes them."""
    return tuple(import_module(f"{__name__}.{name}").VIEW for name in MODULES)


@cache
def view_of(head: str) -> View | None:
    """The view that answers for paths with this first part."""
    return next((view for view in views() if head in view.heads), None)
