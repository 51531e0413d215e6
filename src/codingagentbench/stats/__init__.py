"""Numbers over many cells: intervals, estimators, leaderboards, comparisons. Pure functions.

numpy and scipy are imported where they are first needed: they take longer than most commands.
"""

from codingagentbench.stats.bootstrap import Paired, hierarchical_bootstrap, paired_bootstrap
from codingagentbench.stats.compare import (
    Difference,
    McNemar,
    PairComparison,
    Side,
    TaskDelta,
    compare_pairs,
    compare_tallies,
    corrected,
)
from codingagentbench.stats.flat import as_csv, group_letter
from codingagentbench.stats.group import Bounds, Cheating, Figure, Headline, Infinite, PerCorrect, Ships, Stays
from codingagentbench.stats.intervals import Interval, pass_at_k, pass_pow_k, percentile, wilson
from codingagentbench.stats.leaderboard import DEFAULT_METHODOLOGY, By, Leaderboard, Row, board, leaderboard
from codingagentbench.stats.power import Needed, needed
from codingagentbench.stats.ranks import Standing, holm, standings
from codingagentbench.stats.tally import CellLike, Samples, Tally, tally

__all__ = [
    "DEFAULT_METHODOLOGY",
    "Bounds",
    "By",
    "CellLike",
    "Cheating",
    "Difference",
    "Figure",
    "Headline",
    "Infinite",
    "Interval",
    "Leaderboard",
    "McNemar",
    "Needed",
    "PairComparison",
    "Paired",
    "PerCorrect",
    "Row",
    "Samples",
    "Ships",
    "Side",
    "Standing",
    "Stays",
    "Tally",
    "TaskDelta",
    "as_csv",
    "board",
    "compare_pairs",
    "compare_tallies",
    "corrected",
    "group_letter",
    "hierarchical_bootstrap",
    "holm",
    "leaderboard",
    "needed",
    "paired_bootstrap",
    "pass_at_k",
    "pass_pow_k",
    "percentile",
    "standings",
    "tally",
    "wilson",
]
