"""Numbers over many cells: intervals, estimators, leaderboards. Pure functions."""

from codingagentbench.stats.group import Bounds, CellLike, Cheating, Headline, Infinite, PerCorrect, Ships, Stays
from codingagentbench.stats.intervals import hierarchical_bootstrap, pass_at_k, pass_pow_k, percentile, wilson
from codingagentbench.stats.leaderboard import By, Leaderboard, Row, leaderboard

__all__ = [
    "Bounds",
    "By",
    "CellLike",
    "Cheating",
    "Headline",
    "Infinite",
    "Leaderboard",
    "PerCorrect",
    "Row",
    "Ships",
    "Stays",
    "hierarchical_bootstrap",
    "leaderboard",
    "pass_at_k",
    "pass_pow_k",
    "percentile",
    "wilson",
]
