"""`cab run` and `cab check`: one cell, or a few runs of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codingagentbench.cli.output import Json, note, print_json

if TYPE_CHECKING:
    from codingagentbench.core.record import CellRecord
    from codingagentbench.core.spec import CellSpec, Limits
    from codingagentbench.plugins import Plugin
    from codingagentbench.runner import RunOptions

ADHOC = "adhoc"

_REMEDIES = {
    "endpoint_unavailable": "check the address (--endpoint, CAB_ENDPOINT) and that it is up; run it again",
    "rate_limited": "wait, or use an endpoint with a higher limit; run it again",
    "handshake_failed": "check the key (CAB_KEY, --key-env), the model id and the agent's API",
    "unmetered": "files changed without a metered call: see terminal.cast",
    "sandbox_error": "`cab doctor` checks what the sandbox needs",
    "verifier_error": "`cab tasks validate` checks the task",
}

Tui = Annotated[str, typer.Option("--tui", "--agent", help="The agent CLI, e.g. opencode.")]
Model = Annotated[
    str, typer.Option(help="vendor/name as the endpoint knows it, or reference/oracle and the like.")
]
TaskName = Annotated[str, typer.Option("--task", help="family/slug.")]
Endpoint = Annotated[
    str | None, typer.Option(envvar="CAB_ENDPOINT", help="OpenAI-compatible base URL (default: CAB_ENDPOINT).")
]
KeyEnv = Annotated[str, typer.Option(help="Name of the environment variable that holds the endpoint's key.")]
Plugins = Annotated[list[str] | None, typer.Option("--plugin", help="Plugin file or name; may be repeated.")]
SandboxKind = Annotated[str, typer.Option("--sandbox", help="local, or none (unsandboxed, never citable).")]
Out = Annotated[Path, typer.Option("--out", help="Results folder.")]
Mode = Annotated[str, typer.Option("--mode", help="Behaviour mode of the agent.")]
MaxTime = Annotated[float | None, typer.Option("--max-time", min=1, help="Seconds the agent may run.")]
MaxCalls = Annotated[int | None, typer.Option("--max-calls", min=1, help="Model calls the agent may make.")]
MaxTokens = Annotated[int | None, typer.Option("--max-tokens", min=1, help="Total tokens it may use.")]
MaxUsd = Annotated[
    float | None, typer.Option("--max-usd", min=0.0001, help="USD it may spend, by the price table.")
]


def run(
    tui: Tui,
    model: Model,
    task: TaskName,
    endpoint: Endpoint = None,
    key_env: KeyEnv = "CAB_KEY",
    runs: Annotated[int, typer.Option(min=1, help="How many runs of the cell.")] = 1,
    plugin: Plugins = None,
    sandbox: SandboxKind = "local",
    out: Out = Path("results"),
    mode: Mode = "factory",
    max_time: MaxTime = None,
    max_calls: MaxCalls = None,
    max_tokens: MaxTokens = None,
    max_usd: MaxUsd = None,
    json: Json = False,
) -> None:
    """Run one agent with one model on one task; print its card, or its record with --json."""
    limits = _given(wall_s=max_time, calls=max_calls, tokens=max_tokens, usd=max_usd)
    stack = _plugins(plugin)
    options = make_options(endpoint, key_env, plugins=stack)
    specs = _specs(tui, model, task, tuple(stack), mode, sandbox, limits, runs)
    _run_all(specs, options, out, json)


def check(
    tui: Tui,
    model: Model,
    task: TaskName,
    endpoint: Endpoint = None,
    key_env: KeyEnv = "CAB_KEY",
    plugin: Plugins = None,
    sandbox: SandboxKind = "local",
    out: Out = Path("results"),
    mode: Mode = "factory",
    json: Json = False,
) -> None:
    """As run, once and provisional: the card says that it is not for citation, and rankings leave it out."""
    stack = _plugins(plugin)
    options = make_options(endpoint, key_env, plugins=stack, provisional=True)
    _run_all(_specs(tui, model, task, tuple(stack), mode, sandbox, {}, 1), options, out, json)


def make_options(
    endpoint: str | None, key_env: str, *, plugins: dict[str, Plugin] | None = None, provisional: bool = False
) -> RunOptions:
    """What runs need beside the specs; the key is read from the environment here and nowhere else.

    Raises:
        UsageError: `endpoint` is no http(s) URL.
    """
    import os

    from codingagentbench.runner import RunOptions

    return RunOptions(
        endpoint=_base_url(endpoint) if endpoint else None,
        key=os.environ.get(key_env, ""),
        plugins=plugins or {},
        provisional=provisional,
    )


def _base_url(endpoint: str) -> str:
    from codingagentbench.gateway.endpoint import base_url

    return base_url(endpoint)


def _plugins(names: list[str] | None) -> dict[str, Plugin]:
    if not names:
        return {}
    from codingagentbench.plugins import load_stack

    return {plugin.reference: plugin for plugin in load_stack(tuple(names))}


def _given(**limits: float | None) -> dict[str, float]:
    return {name: value for name, value in limits.items() if value is not None}


def _specs(
    tui: str,
    model: str,
    task: str,
    stack: tuple[str, ...],
    mode: str,
    sandbox: str,
    limits: dict[str, float],
    runs: int,
) -> list[CellSpec]:
    from pydantic import ValidationError

    from codingagentbench.core.errors import UsageError
    from codingagentbench.core.spec import CellSpec
    from codingagentbench.tasks import get_task

    whole = _limits(get_task(task).limits, limits)
    try:
        return [
            CellSpec(
                sweep_id=ADHOC,
                tui=tui,
                model=model,
                task=task,
                plugin_stack=stack,
                behavior_mode=mode,
                run=index,
                sandbox=sandbox,
                limits=whole,
            )
            for index in range(1, runs + 1)
        ]
    except ValidationError as error:
        first = error.errors()[0]
        option = {"sandbox": "--sandbox", "tui": "--tui", "model": "--model"}.get(str(first["loc"][0]), "")
        raise UsageError(str(first["msg"]), where=option, remedy="see `cab run --help`") from None


def _limits(of_task: Limits, chosen: dict[str, float]) -> Limits:
    return of_task.model_copy(update=chosen)


def _run_all(specs: list[CellSpec], options: RunOptions, out: Path, as_json: bool) -> None:
    from codingagentbench.core.errors import Interrupted
    from codingagentbench.core.outcome import Outcome
    from codingagentbench.runner.single import run_single

    records = []
    for spec in specs:
        try:
            record, folder = run_single(spec, options, out)
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted", where=spec.cell_id, remedy="nothing of it is kept; run it again"
            ) from None
        records.append(record)
        if not as_json:
            _card(record, folder)
    if as_json:
        documents = [record.model_dump(mode="json") for record in records]
        print_json(documents[0] if len(documents) == 1 else documents)
    for record in records:
        if record.outcome is Outcome.INVALID:
            note(f"cab: {record.cell_id}: no measurement ({record.cause}): {record.cause_detail}")
            note(f"  what to do: {_REMEDIES.get(str(record.cause), 'run it again')}")
    raise typer.Exit(3 if any(record.outcome is Outcome.INVALID for record in records) else 0)


def _card(record: CellRecord, folder: Path) -> None:
    from codingagentbench.cli.card import print_card

    print_card(record, folder)
