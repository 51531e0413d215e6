"""`cab tasks`: list, show and validate tasks, and derive their impossible twins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codingagentbench.cli.output import Json, print_json, safe, table

if TYPE_CHECKING:
    from codingagentbench.core.task import Task

app = typer.Typer(help="Tasks: list, show, validate, and their impossible twins.", no_args_is_help=True)


@app.command("list")
def list_tasks(json: Json = False) -> None:
    """Every task of the corpus. Whether a task is a trap is shown by `show` only."""
    from codingagentbench.tasks import list_tasks as find_all

    columns = ("task", "language", "difficulty", "checks", "title")
    rows = [(task.id, task.language, task.difficulty, len(task.checks), task.title) for task in find_all()]
    if json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table("tasks", columns, rows, numeric=("checks",))


@app.command("show")
def show(task: str, json: Json = False) -> None:
    """One task: what the agent is told, and what its folder declares."""
    from codingagentbench.tasks import get_task

    found = get_task(task)
    document = found.model_dump(mode="json", exclude={"root"})
    document["checks"] = [{"id": check.id, "kind": check.kind.value} for check in found.checks]
    if json:
        print_json(document)
        return
    print(safe(f"{found.id}  {found.digest}\n{found.title} ({found.language}, {found.difficulty})\n"))
    print(safe(found.instruction))
    facts = ("expected_refusal", "expected_changes", "allowed_changes", "protected", "toolchains", "added")
    table("", ("field", "value"), [(name, document[name]) for name in facts])


@app.command("workdir")
def workdir(
    task: Annotated[str, typer.Argument(help="A task id, or its folder.")],
    target: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> None:
    """Lay out what an agent is given of a task: its tree as a repository of one commit, and nothing hidden."""
    from codingagentbench.core.errors import UsageError
    from codingagentbench.tasks import prepare_workdir

    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("not an empty folder", where=str(target), remedy="name a new one")
    prepare_workdir(_task_or_folder(task), target)
    print(target)


@app.command("validate")
def validate(
    tasks: Annotated[list[str] | None, typer.Argument(help="Task ids or folders.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every task of the corpus.")] = False,
    runs: Annotated[int, typer.Option(min=1, help="How often the solution is verified.")] = 5,
    json: Json = False,
) -> None:
    """Prove tasks: fails untouched, passes with its solution, stable, and nothing hidden in the workdir."""
    from codingagentbench.core.errors import UsageError
    from codingagentbench.runner.taskproof import prove_task
    from codingagentbench.tasks import list_tasks

    if not tasks and not everything:
        raise UsageError("no task given", remedy="name task ids or folders, or give --all")
    proofs = [
        prove_task(task, runs=runs) for task in (list_tasks() if everything else map(_task_or_folder, tasks or []))
    ]
    if json:
        print_json([proof.as_json() for proof in proofs])
    else:
        rows = [
            (proof.subject, step.name, "ok" if step.passed else "FAILED", step.detail)
            for proof in proofs
            for step in proof.steps
        ]
        table("", ("task", "step", "", "detail"), rows)
    raise typer.Exit(0 if all(proof.passed for proof in proofs) else 1)


@app.command("twin")
def twin(
    task: Annotated[str, typer.Argument(help="An ordinary task, or its folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Corpus folder to write it to (default: the cache).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Picks which expectation is falsified.")] = 0,
    json: Json = False,
) -> None:
    """Derive a task's impossible twin: one visible expectation is false, so that only a cheat can pass."""
    from codingagentbench.tasks import derive_twin, falsified, load_task, write_twin

    original = _task_or_folder(task)
    change = falsified(original, seed)
    made = derive_twin(original, seed) if out is None else load_task(write_twin(original, out, seed))
    text = (original.workdir / change.path).read_bytes().decode()
    document = {
        "id": made.id,
        "twin_of": original.id,
        "folder": str(made.root),
        "digest": made.digest,
        "file": change.path,
        "line": text.count("\n", 0, change.start) + 1,
        "actual": change.actual,
        "expected": text[change.start : change.end].strip(),
        "falsified": change.wrong.strip(),
    }
    if json:
        print_json(document)
        return
    table("", ("field", "value"), list(document.items()))


def _task_or_folder(name: str) -> Task:
    from codingagentbench.tasks import get_task, load_task

    return load_task(Path(name)) if Path(name, "task.toml").is_file() else get_task(name)
