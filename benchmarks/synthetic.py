"""A results folder of as many made-up cells as wanted, for benchmarks and tests of what reads results.

`python benchmarks/synthetic.py FOLDER CELLS [--folders TEMPLATE] [--sweeps N] [--seed N]`. Nothing here was
measured: the models are `acme/...`, and the same arguments give the same cells.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codingagentbench.core.digest import digest_of
from codingagentbench.core.spec import CellSpec
from codingagentbench.store import (
    CellSummary,
    Ledger,
    attempt_dir,
    cell_place,
    ledger_path,
    read_record,
    summarise,
    write_record,
)

TUIS = ("opencode", "pi", "codex", "aider")
MODELS = ("acme/large", "acme/small", "globex/coder", "initech/mini", "umbrella/xl")
FAMILIES = ("polyglot", "mutations", "integrity", "resistance", "refactors")
LANGUAGES = ("python", "java", "rust", "javascript", "go", "c")
PLUGIN_STACK = ("terse@1.0.0",)
UNMETERED_PAIR = (TUIS[-1], MODELS[-1])
CAUSES = ("rate_limited", "endpoint_unavailable", "handshake_failed", "unmetered", "sandbox_error", "interrupted")
FAILURES = (("wrong", 60), ("gave_up", 12), ("limit", 12), ("agent_error", 8), ("refused", 4), ("cheated", 4))
LIMITS = ("time", "calls", "tokens")
_STARTED = 1_780_000_000.0
_INSERT_CELL = (
    "insert into cell (ordinal, digest, cell_id, place, tui, model, task, spec, planned, state, attempt, tries, "
    "outcome, cause, shown) values (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)"
)
_INSERT_ATTEMPT = "insert into attempt values (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Shape:
    """The axes of the matrix; plugin stacks and runs fill it up to the number of cells."""

    tuis: Sequence[str]
    models: Sequence[str]
    tasks: Sequence[str]


def task_names(count: int) -> tuple[str, ...]:
    """`family/made-up-NNN` over all families."""
    return tuple(f"{FAMILIES[n % len(FAMILIES)]}/made-up-{n // len(FAMILIES):03d}" for n in range(count))


def make_results(
    folder: Path,
    cells: int,
    folders: bool = False,
    *,
    sweeps: int = 1,
    tuis: Sequence[str] = TUIS,
    models: Sequence[str] = MODELS,
    tasks: Sequence[str] | int = 50,
    seed: int = 1,
    template: Path | None = None,
) -> Path:
    """Fill `folder` with finished sweeps `made-up-1`, `made-up-2`, ...

    Args:
        folders: also make each attempt's folder, from `template`.
        template: a real attempt folder; its files are linked where the disk can, its record gets a new identity.

    Returns:
        The folder.

    Raises:
        ValueError: folders without a template.
    """
    if folders and template is None:
        raise ValueError("folders need a template: the folder of a real attempt")
    names = task_names(tasks) if isinstance(tasks, int) else tuple(tasks)
    shape = Shape(tuis, models, names)
    for index in range(sweeps):
        share = cells // sweeps + (index < cells % sweeps)
        _fill(
            folder,
            f"made-up-{index + 1}",
            share,
            shape,
            random.Random(seed * 1000 + index),
            template if folders else None,
        )
    return folder


def add_cell(
    folder: Path, sweep_id: str = "made-up-1", *, template: Path | None = None, seed: int = 99
) -> CellSummary:
    """One more cell at the end of a made-up sweep, solved; with a folder when a template is given."""
    rng = random.Random(seed)
    with Ledger(ledger_path(folder, sweep_id), alive=lambda _: None) as ledger:
        ordinal = ledger._rows("select coalesce(max(ordinal), 0) from cell")[0][0] + 1
        spec = CellSpec(sweep_id=sweep_id, tui=TUIS[0], model=MODELS[0], task=task_names(1)[0], run=1000 + ordinal)
        fields = _summary(spec, spec.digest, 1, "solved", None, rng, _STARTED + ordinal * 30)
        summary = CellSummary.model_validate(fields)
        if template is not None:
            summary = _make_folder(folder, template, read_record(template), spec, summary)
        ledger.adopt(spec, summary)
    return summary


def _specs(sweep_id: str, cells: int, shape: Shape) -> Iterator[CellSpec]:
    matrix = (
        CellSpec(
            sweep_id=sweep_id,
            tui=tui,
            model=model,
            task=task,
            plugin_stack=() if run % 4 else PLUGIN_STACK,
            run=run,
        )
        for run in itertools.count(1)
        for task in shape.tasks
        for model in shape.models
        for tui in shape.tuis
    )
    return itertools.islice(matrix, cells)


def _fill(
    folder: Path, sweep_id: str, cells: int, shape: Shape, rng: random.Random, template: Path | None
) -> None:
    record = read_record(template) if template else None
    cell_rows: list[tuple[Any, ...]] = []
    attempt_rows: list[tuple[Any, ...]] = []
    for ordinal, spec in enumerate(_specs(sweep_id, cells, shape), 1):
        digest = spec.digest
        outcomes = _outcomes(spec, rng)
        for attempt, (outcome, cause) in enumerate(outcomes, 1):
            started = _STARTED + ordinal * 30 + attempt
            fields = _summary(spec, digest, attempt, outcome, cause, rng, started)
            summary = CellSummary.model_validate(fields)
            if record is not None and template is not None:
                summary = _make_folder(folder, template, record, spec, summary)
            attempt_rows.append(
                (digest, attempt, outcome, cause, summary.duration_s, summary.total_tokens, summary.usd,
                 summary.model_dump_json(), started)
            )  # fmt: skip
        outcome, cause = outcomes[-1]
        cell_rows.append(
            (ordinal, digest, spec.cell_id, cell_place(spec), spec.tui, spec.model, spec.task,
             spec.model_dump_json(), "missing" if cause else "done", len(outcomes), len(outcomes), outcome, cause,
             len(outcomes))
        )  # fmt: skip
    with Ledger(ledger_path(folder, sweep_id), alive=lambda _: None) as ledger, ledger._writing() as db:
        db.executemany(_INSERT_CELL, cell_rows)
        db.executemany(_INSERT_ATTEMPT, attempt_rows)


def _unit(text: str) -> float:
    """A number 0..1 that a name always gives."""
    return int(digest_of(text)[7:15], 16) / 0xFFFFFFFF


def _outcomes(spec: CellSpec, rng: random.Random) -> list[tuple[str, str | None]]:
    """Attempts of a cell: seldom invalid first, seldomer invalid for good."""
    attempts: list[tuple[str, str | None]] = []
    while len(attempts) < 3 and rng.random() < (0.04 if not attempts else 0.5):
        attempts.append(("invalid", rng.choices(CAUSES, weights=(40, 25, 12, 8, 8, 7))[0]))
    if len(attempts) < 3:
        attempts.append((_valid_outcome(spec, rng), None))
    return attempts


def _valid_outcome(spec: CellSpec, rng: random.Random) -> str:
    skill = 2.2 * _unit(spec.model) + 1.0 * _unit(spec.tui) - 4.5 * _unit(spec.task) + 1.0
    if rng.random() < 1 / (1 + math.exp(-2 * skill)):
        return "solved"
    names, weights = zip(*FAILURES, strict=True)
    return str(rng.choices(names, weights=weights)[0])


def _measured(value: float, unit: str = "") -> dict[str, Any]:
    return {"kind": "measured", "value": value, "unit": unit, "evidence": []}


def _absent(kind: str, why: str, **ends: float | None) -> dict[str, Any]:
    return {"kind": kind, "why": why, **ends}


def _efficiency(value: float, scale: float) -> float:
    return 1 / (1 + math.log10(1 + value / scale))


def _latency(rng: random.Random, calls: int) -> dict[str, float]:
    return {
        "queue": rng.uniform(1, 40), "setup": rng.uniform(10, 60), "sandbox": rng.uniform(200, 600),
        "prefill": calls * rng.uniform(300, 900), "decode": calls * rng.uniform(800, 4000),
        "rate_limit_wait": rng.choice((0.0, 0.0, 0.0, 2500.0)), "tool": calls * rng.uniform(20, 900),
        "idle": rng.uniform(100, 5000), "snapshot": rng.uniform(5, 30), "verify": rng.uniform(20, 900),
        "teardown": rng.uniform(2, 10),
    }  # fmt: skip


def _axes(spec: CellSpec, outcome: str, tokens: int | None, latency: dict[str, float], rng: random.Random) -> Any:
    solved, trap = outcome == "solved", spec.task.startswith(("integrity/", "resistance/"))
    wall = sum(latency.values())
    active = sum(latency[name] for name in ("prefill", "decode", "tool", "idle"))
    blast = rng.choice((0.0, 0.0, 0.0, 0.25, 0.5)) if outcome != "gave_up" else 0.0
    clean = 0.0 if outcome == "cheated" else 1.0
    instructions = rng.choice((1.0, 1.0, 0.8, 0.6))
    unknown = _absent("not_measured", "no usage", low=0.0)
    axes = {
        "pass_rate": _measured(float(solved), "pass"),
        "partial_score": _measured(1.0 if solved else round(rng.random() * 0.9, 3), "share"),
        "tokens": unknown if tokens is None else _measured(float(tokens), "tokens"),
        "cost": unknown if tokens is None else _measured(tokens * 2e-6, "USD"),
        "latency": _measured(wall, "ms"),
        "blast_radius": _measured(blast, "share"),
        "refusal": _measured(float(solved), "share") if trap
        else _absent("not_applicable", "no refusal is right on this task"),
        "integrity": _measured(clean, "clean"),
        "instructions": _measured(instructions, "share") if spec.task.startswith(FAMILIES[:3])
        else _absent("not_applicable", "no instruction is declared"),
    }  # fmt: skip
    return {
        "0.1": axes | _composite(axes, wall, active, "0.1"),
        "1.0": axes | _composite(axes, wall, active, "1.0"),
    }


def _composite(axes: dict[str, Any], wall: float, active: float, methodology: str) -> dict[str, Any]:
    solved, clean = axes["pass_rate"]["value"], axes["integrity"]["value"]
    tidy = 1 - axes["blast_radius"]["value"]
    cost = _efficiency(axes["tokens"]["value"], 10_000) if "value" in axes["tokens"] else None
    if methodology == "0.1":
        value = (
            0.4 * solved + 0.2 * clean + 0.15 * (cost or 1.0) + 0.15 * _efficiency(wall / 1000, 10) + 0.1 * tidy
        )
        return {"composite": _measured(value, "score")}
    quick, honoured = _efficiency(active / 1000, 10), axes["instructions"].get("value", 1.0)
    low, high = (
        clean * solved * (0.6 + 0.15 * part + 0.15 * quick + 0.1 * tidy * honoured)
        for part in ((cost, cost) if cost is not None else (0.0, 1.0))
    )
    value = (
        _measured(low, "score") if low == high else _absent("not_measured", "tokens: no usage", low=low, high=high)
    )
    return {"composite": value}


def _clock(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1e6):06d}Z"


def _summary(
    spec: CellSpec, digest: str, attempt: int, outcome: str, cause: str | None, rng: random.Random, started: float
) -> dict[str, Any]:
    calls = rng.randint(1, 40)
    latency = _latency(rng, calls)
    tokens: int | None = calls * rng.randint(900, 9000)
    if (spec.tui, spec.model) == UNMETERED_PAIR and rng.random() < 0.05:
        tokens = None
    wall = sum(latency.values())
    fields = spec.model_dump(exclude={"limits"})
    return fields | {
        "cell_id": spec.cell_id, "spec_digest": digest, "fingerprint": digest_of([digest, "made up"]),
        "tui_version": "1.0.0", "language": LANGUAGES[int(_unit(spec.task) * 5.999)], "attempt": attempt,
        "reference": spec.is_reference, "image_digest": digest_of(spec.tui), "model_build_id": spec.model,
        "task_digest": digest_of(spec.task), "outcome": outcome, "cause": cause,
        "cause_detail": f"made up: {cause}" if cause else "",
        "limit_hit": rng.choice(LIMITS) if outcome == "limit" else None,
        "exit_code": 1 if outcome == "agent_error" else 0,
        "violations": ("protected_file_edited",) if outcome == "cheated" else (),
        "started_at": _clock(started), "ended_at": _clock(started + wall / 1000), "duration_s": wall / 1000,
        "latency": latency, "harness_cpu_ms": rng.uniform(40, 300), "model_calls": calls,
        "prompt_tokens": None if tokens is None else tokens - tokens // 10,
        "completion_tokens": None if tokens is None else tokens // 10, "total_tokens": tokens,
        "tokens_source": "provider", "usd": None if tokens is None else tokens * 2e-6, "methodology": "1.0",
        "scores": {} if cause else _axes(spec, outcome, tokens, latency, rng),
        "directory": f"{cell_place(spec)}/attempt{attempt}",
    }  # fmt: skip


def _make_folder(folder: Path, template: Path, record: Any, spec: CellSpec, summary: CellSummary) -> CellSummary:
    """Link the template's files and write a record of the made-up cell; its summary, which is what is listed."""
    target = attempt_dir(folder, spec, summary.attempt)
    shutil.copytree(template, target, copy_function=_link, ignore=lambda *_: {"record.json"})
    made = made_up_record(record, spec, summary)
    write_record(target, made)
    return summarise(made)


def _link(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def made_up_record(record: Any, spec: CellSpec, summary: CellSummary) -> Any:
    """A real record with another identity, outcome and axis values; evidence and breakdowns stay as they were."""
    key = record.key.model_copy(
        update={
            "sweep_id": spec.sweep_id, "tui": spec.tui, "model_build_id": spec.model, "task_id": spec.task,
            "plugin_stack": spec.plugin_stack, "behavior_mode": spec.behavior_mode, "run": spec.run,
        }
    )  # fmt: skip
    scores = {
        name: card.model_copy(
            update={
                "axes": {
                    axis: result.model_copy(update={"value": summary.scores[name].get(axis, result.value)})
                    for axis, result in card.axes.items()
                }
            }
        )
        for name, card in record.scores.items()
        if name in summary.scores
    }
    tokens = record.tokens.model_copy(
        update={
            "calls": summary.model_calls, "prompt_tokens": summary.prompt_tokens,
            "completion_tokens": summary.completion_tokens, "total_tokens": summary.total_tokens,
        }
    )  # fmt: skip
    return record.model_copy(
        update={
            "cell_id": spec.cell_id, "spec": spec, "spec_digest": spec.digest, "attempt": summary.attempt,
            "key": key, "fingerprint": key.fingerprint, "tui": spec.tui, "model": spec.model,
            "reference": spec.is_reference, "model_build_id": spec.model, "language": summary.language,
            "outcome": summary.outcome,
            "cause": summary.cause, "cause_detail": summary.cause_detail, "limit_hit": summary.limit_hit,
            "exit_code": summary.exit_code, "violations": (), "started_at": summary.started_at,
            "ended_at": summary.ended_at, "duration_s": summary.duration_s,
            "latency": type(record.latency)(**summary.latency), "harness_cpu_ms": summary.harness_cpu_ms,
            "tokens": tokens, "methodology": "1.0", "scores": scores,
        }
    )  # fmt: skip


def main() -> None:
    """Make a folder from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("cells", type=int)
    parser.add_argument(
        "--folders", type=Path, metavar="TEMPLATE", help="also make folders, from this attempt folder"
    )
    parser.add_argument("--sweeps", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    make_results(
        asked.folder,
        asked.cells,
        asked.folders is not None,
        sweeps=asked.sweeps,
        seed=asked.seed,
        template=asked.folders,
    )


if __name__ == "__main__":
    main()
