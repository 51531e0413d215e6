"""Agents: what each is, what it takes by itself, and its results with every model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.core.agent import AgentDefinition, BuiltIn
from codingagentbench.core.task import is_twin
from codingagentbench.site import paths
from codingagentbench.site.entities import commands, stamps, wiring
from codingagentbench.site.entities.group import Group, ranked
from codingagentbench.site.entities.overhead import SAMPLE, overhead
from codingagentbench.site.entities.rows import pair_rows
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site

_STYLES = ("entities.css",)


class Agents:
    """`agents.html` and a page an agent: those this version knows and those that results name."""

    heads = (paths.AGENTS, "agent")
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """The index and every agent."""
        yield Planned(
            paths.AGENTS, stamps.of_pairs(site, site.catalogue.by_pair, *map(repr, site.agents.values()))
        )
        tasks = _example_task(site)
        for name in _names(site):
            pairs = stamps.pairs_of_tui(site).get(name, [])
            yield Planned(paths.agent(name), stamps.of_pairs(site, pairs, repr(site.agents.get(name)), tasks))

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The index, or the page of an agent."""
        if path == paths.AGENTS:
            return _index(site)
        name = path.removeprefix("agent/").removesuffix(".html")
        if path != paths.agent(name) or name not in _names(site):
            return None
        return _page(site, name)


def _names(site: Site) -> list[str]:
    return sorted({*site.agents, *site.catalogue.by_tui})


def _index(site: Site) -> Page:
    entries = []
    for name in _names(site):
        lines = site.catalogue.by_tui.get(name, [])
        group = Group(ranked(lines))
        models = len({line.model for line in lines})
        entries.append({"name": name, "agent": site.agents.get(name), "group": group, "models": models})
    measured = sum(bool(entry["models"]) for entry in entries)
    summary = f"{len(entries)} coding-agent programs, {measured} of them with results here."
    return Page(
        paths.AGENTS, "entities/agents.html", "Agents", summary, {"entries": entries}, paths.AGENTS, styles=_STYLES
    )


def _page(site: Site, name: str) -> Page:
    lines = site.catalogue.by_tui.get(name, [])
    agent = site.agents.get(name)
    counted = Group(ranked(lines))
    real = any(not line.reference for line in lines)
    context: dict[str, Any] = {
        "name": name,
        "agent": agent,
        "group": Group(lines),
        "ranked": counted,
        "over": "Over all real models" if real else "Over reference models: there is no result with a real one",
        "rows": pair_rows(site, {line.pair for line in lines}),
        "overhead": overhead(site.results, lines),
        "sample": SAMPLE,
        **_definition(site, agent),
    }
    return Page(
        paths.agent(name), "entities/agent.html", agent.title if agent else name,
        _summary(name, agent, counted), context, paths.AGENTS, styles=_STYLES,
    )  # fmt: skip


def _definition(site: Site, agent: AgentDefinition | None) -> dict[str, Any]:
    if agent is None:
        return {}
    return {
        "dialect": wiring.dialect(agent),
        "install": wiring.install_words(agent),
        "command": wiring.command(agent),
        "environment": wiring.environment(agent),
        "placeholders": wiring.placeholders(agent),
        "commands": commands.of_agent(
            agent.name, _example_task(site), installable=not isinstance(agent.install, BuiltIn)
        ),
    }


def _summary(name: str, agent: AgentDefinition | None, group: Group) -> str:
    known = f"{name} {agent.version}, {agent.licence}." if agent else f"{name}, not known to this version."
    share = group.ships
    if share.rate is None:
        return f"{known} No valid cell yet."
    kind = "reference-model " if group.lines[0].reference else ""
    return f"{known} {share.solved} of {share.cells} valid {kind}cells solved over {share.tasks} tasks."


def _example_task(site: Site) -> str:
    """An ordinary task for commands: one that was run where there is one."""
    known = [task for task in sorted(site.catalogue.by_task) if task in site.tasks] or sorted(site.tasks)
    ordinary = [task for task in known if not is_twin(task) and not site.tasks[task].expected_refusal]
    python = [task for task in ordinary if site.tasks[task].language == "python"]
    return next(iter(python or ordinary or known), "polyglot/python-reverse-string")


VIEW = Agents()
