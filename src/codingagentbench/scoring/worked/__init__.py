"""Worked examples: a definition's inputs put through scoring's and the statistics' own functions.

Pages print what comes out, and tests hold the definitions' texts to it, so no number on a page is written by hand.
"""

from __future__ import annotations

from codingagentbench.core.values import require
from codingagentbench.scoring.methodology import score
from codingagentbench.scoring.worked.cells import AXES, Inputs
from codingagentbench.scoring.worked.groups import GROUPS
from codingagentbench.scoring.worked.parts import PARTS


def worked(name: str, methodology: str, inputs: Inputs) -> float:
    """What the real functions give for a definition's inputs.

    Raises:
        KeyError: the definition has no formula, or an input is left out.
        ValueError: the functions measure nothing for these inputs.
    """
    if name in AXES:
        return require(score(AXES[name](inputs, methodology), methodology).axes[name].value, name)
    return {**PARTS, **GROUPS}[name](inputs, methodology)
