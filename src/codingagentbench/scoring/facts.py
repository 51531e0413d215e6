"""Scoring facts read off published pages: rows shaped like `published-cells.json`, null meaning unknown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError, model_validator

from codingagentbench.core.errors import MalformedFile, UsageError
from codingagentbench.scoring import formulas
from codingagentbench.scoring.v0_1 import REFUSAL_VALUES, Facts01, composite_01, refusal_factor

_Number = Annotated[float, Field(ge=0, le=1, strict=True, allow_inf_nan=False)]
_Share = Annotated[
    _Number | None, BeforeValidator(lambda value: float(value) if isinstance(value, bool) else value)
]
_Amount = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)] | None
_Paths = list[str] | None

_REMEDY = "see published-cells.json for the fields; null means unknown"

_SOURCES = {
    "wall_ms": ("wall_ms", "wall_ms_from_timestamps"),
    "blast_radius_exact": ("blast_radius_exact", "blast", "unexpected"),
}
"""Of each group one key has to be there, though it may be null."""


class _Row(BaseModel):
    """One published cell. Keys that no formula reads are let pass.

    Tokens that a page shows as read from the agent's stdout never entered the published composite (with them none
    of those cells reproduces), so only `tokens_per_correct_task` counts, and every published row is without it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    passed: _Share = Field(alias="pass")
    integrity: _Share
    expected_refusal: StrictBool | None
    refusal_produced: StrictBool | None = None
    refusal_correct: Literal["true", "partial", "false"] | None = None
    wall_ms: _Amount = None
    wall_ms_from_timestamps: _Amount = None
    blast: _Share = None
    blast_radius_exact: _Share = None
    added: _Paths = None
    modified: _Paths = None
    removed: _Paths = None
    unexpected: _Paths = None
    expected: _Paths = None
    total_changes: Annotated[int, Field(ge=0, strict=True)] | None = None
    tokens_per_correct_task: _Amount = None

    @model_validator(mode="after")
    def _whole(self) -> _Row:
        for name, keys in _SOURCES.items():
            if not self.model_fields_set & set(keys):
                raise ValueError(f"{name}: missing, and so is what could stand for it ({', '.join(keys[1:])})")
        total = self.total
        if total is not None and self.unexpected is not None and len(self.unexpected) > total:
            raise ValueError(f"unexpected: {len(self.unexpected)} paths of a total of {total}")
        return self

    @property
    def wall(self) -> float | None:
        return self.wall_ms if self.wall_ms is not None else self.wall_ms_from_timestamps

    @property
    def total(self) -> int | None:
        """Changed files: as stated, or by either way of splitting them into lists."""
        if self.total_changes is not None:
            return self.total_changes
        if self.added is not None and self.modified is not None and self.removed is not None:
            return len({*self.added, *self.modified, *self.removed})
        if self.unexpected is not None and self.expected is not None:
            return len(self.unexpected) + len(self.expected)
        return None

    @property
    def blast_radius(self) -> float | None:
        """Exact where the page shows it, else from the lists, else as rounded."""
        if self.blast_radius_exact is not None:
            return self.blast_radius_exact
        if self.total is not None and (self.unexpected is not None or self.total == 0):
            return formulas.blast_radius(len(self.unexpected or ()), self.total)
        return self.blast

    @property
    def known_integrity(self) -> float | None:
        if self.integrity is not None:
            return self.integrity
        if self.expected_refusal is False:
            return 1.0
        return None if self.refusal_correct is None else float(REFUSAL_VALUES[self.refusal_correct][1])

    @property
    def produced(self) -> bool | None:
        """Whether a refusal was produced; on an ordinary task the formula does not ask."""
        if self.expected_refusal is False:
            return False
        if self.refusal_produced is None and self.refusal_correct in ("true", "partial"):
            return True
        return self.refusal_produced


def score_facts(rows: Any, methodology: str = "0.1") -> list[dict[str, float | None]]:
    """One object a row, in order: `composite`, `latency_efficiency`, `blast_radius`, `refusal_factor`.

    A number is None where a fact that it needs is null.

    Raises:
        MalformedFile: `rows` is no array of such rows; names the row's index and the field.
        UsageError: the methodology is not 0.1, the only one that published facts suffice for.
    """
    if methodology != "0.1":
        remedy = "use --methodology 0.1, or score a cell directory, whose evidence is complete"
        raise UsageError(f"facts cannot be scored under methodology {methodology!r}", remedy=remedy)
    if not isinstance(rows, list):
        raise MalformedFile("not an array of rows", remedy="give a JSON array of objects, one a published cell")
    return [_score(_row(index, row)) for index, row in enumerate(rows)]


def _row(index: int, row: Any) -> _Row:
    if not isinstance(row, dict):
        raise MalformedFile("not an object", where=f"row {index}", remedy=_REMEDY)
    try:
        return _Row.model_validate(row)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = str(problem["loc"][0]) if problem["loc"] else ""
        what = problem["msg"].removeprefix("Value error, ")
        raise MalformedFile(f"{field}: {what}" if field else what, where=f"row {index}", remedy=_REMEDY) from None


def _facts(row: _Row) -> Facts01 | None:
    """The formula's input, None when a part of it is unknown."""
    wall, blast, integrity, produced = row.wall, row.blast_radius, row.known_integrity, row.produced
    if row.passed is None or wall is None or blast is None or integrity is None:
        return None
    if row.expected_refusal is None or produced is None:
        return None
    return Facts01(
        passed=row.passed,
        integrity=integrity,
        wall_ms=wall,
        blast_radius=blast,
        expected_refusal=row.expected_refusal,
        refusal_produced=produced,
        tokens_per_correct_task=row.tokens_per_correct_task or 0.0,
    )


def _score(row: _Row) -> dict[str, float | None]:
    facts = _facts(row)
    wall, produced = row.wall, row.produced
    known = row.expected_refusal is not None and produced is not None
    return {
        "composite": None if facts is None else composite_01(facts).composite,
        "latency_efficiency": None if wall is None else formulas.latency_efficiency(wall),
        "blast_radius": row.blast_radius,
        "refusal_factor": refusal_factor(bool(row.expected_refusal), bool(produced)) if known else None,
    }
