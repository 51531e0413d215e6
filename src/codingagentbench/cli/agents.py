"""`cab agents`: list, install and prove agent adapters."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from codingagentbench.cli.output import Json, note, print_json, table

app = typer.Typer(help="Agent CLIs: list, install, prove.", no_args_is_help=True)


@app.command("list")
def list_agents(json: Json = False) -> None:
    """Every known agent with its pinned version and whether it is installed."""
    from codingagentbench.agents import agent_names, find_installation, get_agent
    from codingagentbench.core.errors import MissingTool

    rows: list[dict[str, Any]] = []
    for name in agent_names():
        agent = get_agent(name)
        try:
            installed = find_installation(agent).digest
        except MissingTool:
            installed = None
        rows.append(
            {
                "tui": name,
                "version": agent.version,
                "wire_api": agent.wire_api,
                "licence": agent.licence,
                "home_page": agent.home_page,
                "installed": installed is not None,
                "image_digest": installed,
                "known_gaps": agent.known_gaps,
            }
        )
    if json:
        print_json(rows)
        return
    columns = ("tui", "version", "wire_api", "licence", "installed")
    table("agents", columns, [[row[column] for column in columns] for row in rows])


@app.command("install")
def install(
    names: Annotated[list[str] | None, typer.Argument(help="Agents to install; all when left out.")] = None,
) -> None:
    """Install agents at their pinned versions into the shared prefix (CAB_HOME)."""
    from codingagentbench.agents import agent_names, get_agent, install_agent
    from codingagentbench.core.errors import InstallError

    agents = [get_agent(name) for name in names or agent_names()]
    failed = 0
    for agent in agents:
        try:
            install_agent(agent, note)
        except InstallError as error:
            failed += 1
            note(f"cab: {error}")
    raise typer.Exit(1 if failed else 0)


@app.command("path")
def path(
    name: Annotated[str, typer.Argument(help="An installed agent.")],
    node: Annotated[bool, typer.Option("--node", help="The Node binary that it runs on instead.")] = False,
) -> None:
    """Where an agent is installed: what `$PREFIX` stands for in its definition, and `$NODE` with --node."""
    from codingagentbench.agents import find_installation, get_agent
    from codingagentbench.agents.install import node_binary

    prefix = find_installation(get_agent(name)).prefix
    print(node_binary() if node else prefix)


@app.command("doctor")
def doctor(
    names: Annotated[
        list[str] | None, typer.Argument(help="Agents to prove; all installed when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Run an adapter's conformance: install, start, metered call, edit, refuse a bad key, kill, no leftovers."""
    from codingagentbench.agents import agent_names, get_agent
    from codingagentbench.runner.conformance import prove

    agents = [get_agent(name) for name in names or agent_names()]
    verdicts = [prove(agent) for agent in agents if names or agent.makes_calls]
    if json:
        print_json([verdict.as_json() for verdict in verdicts])
    else:
        for verdict in verdicts:
            rows = [
                [step.name, "ok" if step.passed else "FAILED", f"{step.seconds:.1f}", step.detail]
                for step in verdict.steps
            ]
            table(
                f"{verdict.subject} {verdict.version}: {verdict.verdict}",
                ("step", "", "s", "detail"),
                rows,
                numeric="s",
            )
    raise typer.Exit(0 if all(verdict.passed for verdict in verdicts) else 1)
