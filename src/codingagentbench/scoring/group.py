"""Numbers over a group of cells, with finite, infinite and absent told apart by type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.core.values import Measured, NotApplicable, NotMeasured


class _Ratio(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FiniteTokens(_Ratio):
    """Total tokens spent over the group's cells / passes in the group."""

    kind: Literal["finite"] = "finite"
    tokens: float

    @property
    def shown(self) -> float | str | None:
        """The number."""
        return self.tokens


class InfiniteTokens(_Ratio):
    """Tokens were counted and no task was solved."""

    kind: Literal["infinite"] = "infinite"
    spent: float

    @property
    def shown(self) -> float | str | None:
        """The word: JSON has no infinity."""
        return "infinite"


class AbsentTokens(_Ratio):
    """There is no such number."""

    kind: Literal["absent"] = "absent"
    why: str

    @property
    def shown(self) -> float | str | None:
        """Nothing."""
        return None


TokensPerCorrect = Annotated[FiniteTokens | InfiniteTokens | AbsentTokens, Field(discriminator="kind")]


def tokens_per_correct(
    cells: Iterable[tuple[Measured | NotMeasured | NotApplicable, bool]],
) -> FiniteTokens | InfiniteTokens | AbsentTokens:
    """Tokens per correct task over valid cells, each as its tokens and whether it passed.

    Absent without a cell, or when one cell's tokens were not measured: leaving it out would flatter the group.
    """
    spent, passes, count = 0.0, 0, 0
    for tokens, passed in cells:
        if not isinstance(tokens, Measured):
            return AbsentTokens(why=tokens.why)
        spent, passes, count = spent + tokens.value, passes + passed, count + 1
    if not count:
        return AbsentTokens(why="no valid cell in the group")
    return FiniteTokens(tokens=spent / passes) if passes else InfiniteTokens(spent=spent)
