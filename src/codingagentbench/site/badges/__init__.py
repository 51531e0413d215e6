"""Badges: one line of text in colour about a cell or a pair, as SVG, shields.io endpoint and embed snippets."""

from codingagentbench.site.badges.badge import Badge, Tone
from codingagentbench.site.badges.draw import endpoint, svg
from codingagentbench.site.badges.say import cell_badge, pair_badge, pair_row
from codingagentbench.site.badges.snippets import Snippets, cell_snippets, pair_snippets
from codingagentbench.site.badges.speakers import speakers, speaks_before

__all__ = [
    "Badge",
    "Snippets",
    "Tone",
    "cell_badge",
    "cell_snippets",
    "endpoint",
    "pair_badge",
    "pair_row",
    "pair_snippets",
    "speakers",
    "speaks_before",
    "svg",
]
