"""`cab cells`: what has been run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codingagentbench.cli.output import Json, line, note, number, print_json, table

app = typer.Typer(help="Cells: list, show, compare, check.", no_args_is_help=True)
Out = Annotated[Path, typer.Option("--out", help="Results folder.")]


@app.command("list")
def list_cells(
    out: Out = Path("results"),
    sweep: Annotated[str, typer.Option(help="Glob over sweep ids.")] = "*",
    tui: Annotated[str, typer.Option(help="Glob over agents.")] = "*",
    model: Annotated[str, typer.Option(help="Glob over models.")] = "*",
    task: Annotated[str, typer.Option(help="Glob over tasks.")] = "*",
    outcome: Annotated[list[str] | None, typer.Option(help="Only this outcome; may be repeated.")] = None,
    json: Json = False,
) -> None:
    """The attempt that speaks for each cell: the latest valid one, else the latest."""
    from codingagentbench.core.errors import UsageError
    from codingagentbench.core.outcome import Outcome
    from codingagentbench.store import CellFilter, load_summaries

    try:
        outcomes = frozenset(Outcome(name) for name in outcome or [])
    except ValueError as error:
        known = ", ".join(item.value for item in Outcome)
        raise UsageError(str(error), where="--outcome", remedy=f"outcomes: {known}") from None
    wanted = CellFilter(sweep=sweep, tui=tui, model=model, task=task, outcomes=outcomes, removed=True)
    cells = load_summaries(out, wanted)
    if json:
        print_json([cell.model_dump(mode="json") for cell in cells])
        return
    rows = [
        (
            cell.cell_id,
            cell.outcome.value + (f" ({cell.cause.value})" if cell.cause else ""),
            number(getattr(cell.axis("composite"), "value", None)),
            cell.total_tokens,
            f"{cell.duration_s:.1f}",
            cell.attempt,
        )
        for cell in cells
    ]
    columns = ("cell", "outcome", "composite", "tokens", "wall s", "attempt")
    table("", columns, rows, numeric=("composite", "tokens", "wall s", "attempt"))


@app.command("show")
def show(
    cell: Annotated[str, typer.Argument(help="Cell id, or the folder of an attempt.")],
    out: Out = Path("results"),
    attempt: Annotated[
        int | None, typer.Option(min=1, help="The attempt; the latest valid one when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """One cell: its card, where its time went, its checks and model calls; the whole record with --json."""
    from codingagentbench.cli.card import print_card
    from codingagentbench.runner.audit import attempt_faults
    from codingagentbench.store import read_record

    folder = _folder(cell, out, attempt)
    record = read_record(folder)
    for fault in attempt_faults(folder, record):
        note(line(f"EVIDENCE AND RECORD DO NOT AGREE: {fault}"))
    if json:
        print_json(record.model_dump(mode="json"))
        return
    print_card(record, folder)
    parts = [(name, f"{ms:.1f}") for name, ms in record.latency.model_dump().items()]
    table("where the time went", ("part", "ms"), [*parts, ("wall clock", f"{record.latency.wall_clock_ms:.1f}")])
    _print_checks(folder)
    _print_calls(folder)
    table("files", ("file", "bytes", "sha256"), [(file.path, file.bytes, file.sha256) for file in record.evidence])


@app.command("diff")
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="Cell id; changes are counted from it.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Cell id.")],
    out: Out = Path("results"),
    json: Json = False,
) -> None:
    """Two cells side by side: identity, axes, checks (regressions first), patches and steps."""
    from codingagentbench.cli.celldiff import as_json, find_line, print_diff
    from codingagentbench.site.compare.cells import compare_cells

    found = compare_cells(out, find_line(out, a), find_line(out, b))
    if json:
        print_json(as_json(found))
        return
    print_diff(found)


@app.command("check")
def check(
    out: Out = Path("results"),
    sweep: Annotated[str, typer.Option(help="Glob over sweep ids.")] = "*",
    json: Json = False,
) -> None:
    """Whether ledgers, records and evidence tell one story: everything is computed again and compared."""
    from fnmatch import fnmatchcase

    from codingagentbench.store import ledger_faults, sweep_ids

    chosen = [sweep_id for sweep_id in sweep_ids(out) if fnmatchcase(sweep_id, sweep)]
    faults = [fault for sweep_id in chosen for fault in ledger_faults(out, sweep_id)]
    attempts = 0
    for sweep_id in chosen:
        found, count = _attempt_faults(out, sweep_id)
        faults += found
        attempts += count
    if json:
        print_json({"sweeps": chosen, "attempts": attempts, "faults": faults})
    else:
        for fault in faults:
            print(line(fault))
        print(f"{attempts} attempts of {len(chosen)} sweeps: {len(faults)} faults")
    if faults:
        raise typer.Exit(1)


def _attempt_faults(out: Path, sweep_id: str) -> tuple[list[str], int]:
    from codingagentbench.core.errors import CabError
    from codingagentbench.runner.audit import attempt_faults
    from codingagentbench.store import attempt_dirs, read_record, sweep_dir

    faults, count = [], 0
    for folder in attempt_dirs(sweep_dir(out, sweep_id)):
        count += 1
        place = folder.relative_to(out).as_posix()
        try:
            faults += [f"{place}: {fault}" for fault in attempt_faults(folder, read_record(folder))]
        except CabError as error:
            faults.append(f"{place}: {error.what}")
    return faults, count


def _folder(cell: str, out: Path, attempt: int | None) -> Path:
    from codingagentbench.core.errors import UsageError
    from codingagentbench.store import RECORD_NAME, load_attempts

    if (Path(cell) / RECORD_NAME).is_file():
        return Path(cell)
    attempts = load_attempts(out, cell)
    if attempt is not None:
        attempts = [one for one in attempts if one.attempt == attempt]
    kept = [one for one in attempts if one.directory]
    if not kept:
        raise UsageError(f"no such attempt of {cell}", remedy="`cab cells list` shows the cells")
    best = next((one for one in reversed(kept) if one.measured), kept[-1])
    return out / best.directory


def _print_checks(folder: Path) -> None:
    from codingagentbench.core.evidence import VerifyReport

    path = folder / "verify.json"
    if not path.exists():
        return
    checks = VerifyReport.model_validate_json(path.read_bytes()).checks
    failed = [check for check in checks if not check.passed]
    print(f"hidden checks: {len(checks) - len(failed)} of {len(checks)} pass")
    if failed:
        table(
            "",
            ("failed check", "kind", "detail"),
            [(check.id, check.kind.value, check.detail) for check in failed],
        )


def _print_calls(folder: Path) -> None:
    from codingagentbench.core.evidence import ModelCall

    lines = (folder / "model_calls.jsonl").read_text(encoding="utf-8").splitlines()
    calls = [ModelCall.model_validate_json(line) for line in lines]
    rows = [
        (
            call.index,
            call.started_at,
            call.request_hash[:12],
            call.prompt_tokens,
            call.completion_tokens,
            f"{call.latency_ms:.1f}",
            number(call.ttft_ms, 1),
            call.finish_reason or call.error or call.status,
        )
        for call in calls
    ]
    columns = ("#", "timestamp", "request hash", "prompt", "completion", "latency ms", "ttft ms", "finish")
    table("model calls", columns, rows, numeric=("prompt", "completion", "latency ms", "ttft ms"))
