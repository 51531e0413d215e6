"""Tasks: what each asks and declares, and how every pair did on it. Nothing hidden is read into a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.core.task import Task, is_twin, twin_id
from codingagentbench.site import paths
from codingagentbench.site.entities import commands
from codingagentbench.site.entities.declared import declared
from codingagentbench.site.entities.group import Group, ranked
from codingagentbench.site.entities.runs import by_digest
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site

_STYLES = ("entities.css",)
_ORACLE = ("pi", "reference/oracle", (), "factory")


class Tasks:
    """`tasks.html` and a page a task: those of the corpus here and those that results name."""

    heads = (paths.TASKS, "task")
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """The index and every task."""
        stamps = {name: _stamp(site, name) for name in _names(site)}
        yield Planned(paths.TASKS, site.stamp((), *stamps.values()))
        for name, stamp in stamps.items():
            yield Planned(paths.task(name), stamp)

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The index, or the page of a task."""
        if path == paths.TASKS:
            return _index(site)
        name = path.removeprefix("task/").removesuffix(".html")
        if path != paths.task(name) or not (name in site.tasks or name in site.catalogue.by_task):
            return None
        return _page(site, name)


def _names(site: Site) -> list[str]:
    return sorted({*site.tasks, *site.catalogue.by_task}, key=lambda name: (is_twin(name), name))


def _stamp(site: Site, name: str) -> str:
    task = site.tasks.get(name)
    return site.stamp(site.catalogue.by_task.get(name, []), name, task.digest if task else "")


def _index(site: Site) -> Page:
    entries: list[dict[str, Any]] = []
    for name in _names(site):
        lines = site.catalogue.by_task.get(name, [])
        task = site.tasks.get(name)
        languages = sorted({line.language for line in lines if line.language})
        entries.append(
            {
                "name": name,
                "task": task,
                "twin": is_twin(name),
                "cells": len(lines),
                "ships": Group(ranked(lines), twins=is_twin(name)).ships,
                "language": task.language if task else ", ".join(languages),
            }
        )
    run = sum(bool(entry["cells"]) for entry in entries)
    context = {"entries": entries, "real": not site.references}
    families = len({entry["name"].split("/")[0] for entry in entries})
    summary = f"{len(entries)} tasks in {families} families, {run} of them run here."
    return Page(paths.TASKS, "entities/tasks.html", "Tasks", summary, context, paths.TASKS, styles=_STYLES)


def _page(site: Site, name: str) -> Page:
    lines = site.catalogue.by_task.get(name, [])
    task = site.tasks.get(name)
    group = Group(lines, twins=is_twin(name))
    whole = Group(ranked(lines), twins=is_twin(name))
    versions = by_digest(group.cited, task.digest if task else "")
    difficulty = next((one.difficulty for one in versions if one.digest), None)
    context: dict[str, Any] = {
        "name": name,
        "task": task,
        "group": group,
        "whole": whole,
        "versions": versions,
        "difficulty": difficulty,
        "real": any(not line.reference for line in lines),
        "twin": is_twin(name),
        "twin_of": _twin_of(site, name),
        "languages": sorted({line.language for line in lines if line.language}),
        "declared": declared(task) if task else None,
        "commands": [commands.task_show(name), commands.run_cell(_ORACLE, name)],
    }
    title = task.title if task else name
    return Page(
        paths.task(name), "entities/task.html", title, _summary(name, task, whole), context, paths.TASKS,
        styles=_STYLES,
    )  # fmt: skip


def _twin_of(site: Site, name: str) -> str:
    """The ordinary task a twin was made from, where it is known; empty otherwise."""
    if not is_twin(name):
        return ""
    plain = name.partition("+")[0]
    return next((task for task in site.tasks if twin_id(task) == plain), "")


def _summary(name: str, task: Task | None, group: Group) -> str:
    about = f"{name}: {task.title} ({task.language})." if task else f"{name}."
    share = group.ships
    if share.rate is None:
        return f"{about} No valid cell yet."
    kind = "reference-model " if group.lines[0].reference else ""
    return f"{about} {share.solved} of {share.cells} valid {kind}cells solved it."


VIEW = Tasks()
