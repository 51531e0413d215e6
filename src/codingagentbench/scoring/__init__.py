"""From evidence to an outcome and a score card: pure functions, one module an axis, versioned formulas."""

from codingagentbench.scoring.axes.instructions import Needs, needs_of
from codingagentbench.scoring.facts import score_facts
from codingagentbench.scoring.group import tokens_per_correct
from codingagentbench.scoring.methodology import METHODOLOGIES, score
from codingagentbench.scoring.outcome import Decision, decide_outcome, is_solved
from codingagentbench.scoring.prices import price_for, price_table_date

__all__ = [
    "METHODOLOGIES",
    "Decision",
    "Needs",
    "decide_outcome",
    "is_solved",
    "needs_of",
    "price_for",
    "price_table_date",
    "score",
    "score_facts",
    "tokens_per_correct",
]
