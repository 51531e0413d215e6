"""`cab score`: stored evidence under a methodology, or plain facts under the published one."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codingagentbench.cli.output import Json, print_json, table

if TYPE_CHECKING:
    from codingagentbench.core.record import ScoreCard


def score(
    directory: Annotated[
        Path | None, typer.Argument(help="An attempt's folder, or any results folder above attempts.")
    ] = None,
    methodology: Annotated[str, typer.Option(help="0.1 or 1.0.")] = "1.0",
    facts: Annotated[Path | None, typer.Option(help="A JSON array of published cells' facts (0.1 only).")] = None,
    json: Json = False,
) -> None:
    """Score again without running anything. Stored records are read, never changed."""
    from codingagentbench.core.errors import UsageError

    if (directory is None) == (facts is None):
        raise UsageError("give either a results folder or --facts FILE", remedy="see `cab score --help`")
    if facts is not None:
        _score_facts(facts, methodology, json)
    elif directory is not None:
        _score_folder(directory, methodology, json)


def _score_facts(path: Path, methodology: str, as_json: bool) -> None:
    from codingagentbench.scoring import score_facts

    rows = score_facts(_read_rows(path), methodology)
    if as_json:
        print_json(rows)
        return
    columns = ("composite", "latency_efficiency", "blast_radius", "refusal_factor")
    table("", ("row", *columns), [(at, *(row[name] for name in columns)) for at, row in enumerate(rows)])


def _read_rows(path: Path) -> list[Any]:
    from codingagentbench.core.errors import MalformedFile

    try:
        rows = json_module.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MalformedFile(
            f"cannot be read: {error.strerror}", where=str(path), remedy="check the path"
        ) from None
    except ValueError as error:
        raise MalformedFile(f"not JSON: {error}", where=str(path), remedy="give a JSON array of objects") from None
    if not isinstance(rows, list):
        raise MalformedFile("not an array", where=str(path), remedy="give a JSON array of objects")
    return rows


def _score_folder(directory: Path, methodology: str, as_json: bool) -> None:
    from codingagentbench.core.errors import UsageError
    from codingagentbench.runner.rescore import rescore
    from codingagentbench.store import attempt_dirs

    cards = {
        str(folder.relative_to(directory)): rescore(folder, methodology) for folder in attempt_dirs(directory)
    }
    if not cards:
        raise UsageError("no attempt is below this folder", where=str(directory), remedy="give a results folder")
    if as_json:
        single = len(cards) == 1 and "." in cards
        documents = [{"directory": name, **card.model_dump(mode="json")} for name, card in cards.items()]
        print_json(documents[0] if single else documents)
        return
    table(
        f"methodology {methodology}", ("attempt", "pass", "composite"), [(n, *_short(c)) for n, c in cards.items()]
    )


def _short(card: ScoreCard) -> tuple[str, str]:
    from codingagentbench.cli.card import shown

    if not card.axes:
        return ("invalid", "no axis is filled")
    return (shown(card.axes["pass_rate"].value), shown(card.axes["composite"].value))
