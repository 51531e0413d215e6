"""Which cells a request asks for, in which order, in the words of the query layer."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.store.index import ORDERS, Where

MOST = 1000
BARE = "none"
"""The value of the plugin filter that takes agents without plugins."""
_NAMES = ("sweep", "tui", "model", "task", "family", "language")
_GLOB = "a name, or a pattern with * and ?"


def _an_order(name: str) -> str:
    if name not in ORDERS:
        raise ValueError(f"cells can be sorted by: {', '.join(ORDERS)}")
    return name


class CellFilters(BaseModel):
    """What every cell must be; what is left out may be anything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sweep: str = Field("", max_length=300, description=_GLOB)
    tui: str = Field("", max_length=300, description="the agent: a name or a pattern")
    model: str = Field("", max_length=300, description=_GLOB)
    task: str = Field("", max_length=300, description=_GLOB)
    family: str = Field("", max_length=300, description=_GLOB)
    language: str = Field("", max_length=300, description=_GLOB)
    plugin: str = Field("", max_length=300, description=f"in the stack; `{BARE}` for agents without plugins")
    outcome: Outcome | None = None
    cause: InvalidCause | None = None
    references: bool = Field(True, description="also cells of scripted reference models")

    def where(self) -> Where:
        """The same for the query layer."""
        return Where(
            **{name: getattr(self, name) or None for name in _NAMES},
            plugin="" if self.plugin == BARE else self.plugin or None,
            outcome=self.outcome.value if self.outcome else None,
            cause=self.cause.value if self.cause else None,
            references=None if self.references else False,
        )


class CellQuery(CellFilters):
    """A page of cells."""

    sort: Annotated[str, AfterValidator(_an_order)] = Field(
        "planned",
        description="cells without a value come last in both directions",
        json_schema_extra={"enum": list(ORDERS)},
    )
    descending: bool = False
    limit: int = Field(100, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=100_000_000)
    cursor: str = Field(
        "", max_length=9, pattern="^[0-9]*$", description="`next` of the page before; beats `offset`"
    )
