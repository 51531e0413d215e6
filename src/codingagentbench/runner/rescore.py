"""Scores stored evidence again, under any methodology, without running anything."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.evidence import Evidence, ModelCall
from codingagentbench.core.record import ScoreCard
from codingagentbench.scoring import score


def load_evidence(directory: Path) -> Evidence:
    """The evidence of an attempt folder.

    Raises:
        MalformedFile: a file is missing or is not what its name says.
    """
    try:
        whole = json.loads((directory / "evidence.json").read_text(encoding="utf-8"))
        whole["patch"] = (directory / "changes.patch").read_text(encoding="utf-8", errors="surrogateescape")
        lines = (directory / "model_calls.jsonl").read_text(encoding="utf-8").splitlines()
        whole["calls"] = [ModelCall.model_validate_json(line) for line in lines]
        return Evidence.model_validate(whole)
    except (OSError, ValueError, ValidationError) as error:
        raise MalformedFile(
            f"the evidence cannot be read: {error}",
            where=str(directory),
            remedy="name the folder of an attempt (results/<sweep>/.../attempt<M>)",
        ) from error


def rescore(directory: Path, methodology: str) -> ScoreCard:
    """The score card of a stored attempt; without axes when the cell is invalid."""
    return score(load_evidence(directory), methodology)
