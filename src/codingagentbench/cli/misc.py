"""`cab doctor` and `cab schema`."""

from __future__ import annotations

import typer

from codingagentbench.cli.output import Json, print_json, table

schema_app = typer.Typer(help="JSON Schemas of what cab writes.", no_args_is_help=True)


@schema_app.command("record")
def record(json: Json = True) -> None:
    """The JSON Schema of record.json."""
    from codingagentbench.core.record import SCHEMA_VERSION, CellRecord

    schema = CellRecord.model_json_schema(mode="serialization")
    print_json({"$schema": "https://json-schema.org/draft/2020-12/schema", "version": SCHEMA_VERSION, **schema})


@schema_app.command("task")
def task(json: Json = True) -> None:
    """The JSON Schema of a loaded task."""
    from codingagentbench.core.task import Task

    print_json(Task.model_json_schema())


def doctor(json: Json = False) -> None:
    """What this machine has and lacks for running cells, with the remedy for each gap."""
    from codingagentbench.runner.machine import examine

    findings = examine()
    if json:
        print_json([finding.as_json() for finding in findings])
    else:
        rows = [(item.name, "ok" if item.ok else "missing", item.detail, item.remedy) for item in findings]
        table("", ("what", "", "detail", "what to do"), rows)
    raise typer.Exit(0 if all(item.ok for item in findings if item.required) else 1)
