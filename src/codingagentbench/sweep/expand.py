"""From a definition to its cells, in a fixed order in which early results cover every pair."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import product

from codingagentbench.core.digest import digest_of
from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.spec import CellSpec, Limits
from codingagentbench.core.task import is_twin, twin_id
from codingagentbench.sweep.definition import Exclude, Include, SweepFile, did_you_mean

_PLAN_RULES = 1
"""Raised when `expand` makes other cells of the same input, so that a stored plan key no longer fits."""


def expand(file: SweepFile, known_tuis: Collection[str], known_tasks: Mapping[str, Limits]) -> list[CellSpec]:
    """Every cell of a sweep, each once.

    The order is run, task, plugin stack, mode, model, agent, the last changing fastest: one run of one task goes
    over all pairs before the next task starts.

    Args:
        file: the definition.
        known_tuis: agents there are.
        known_tasks: tasks there are, with the limits each declares; the definition's limits override them.

    Raises:
        MalformedFile: an unknown agent, a glob that matches no task, an exclude that matches no cell, or no cell.
    """
    _check_tuis(file, known_tuis)
    limits = {task: _limits(file, known_tasks[task]) for task in _all_tasks(file, known_tasks)}
    found: dict[str, CellSpec] = {}
    unused = dict.fromkeys(file.definition.exclude)
    for spec in _matrix(file, known_tasks, limits):
        hits = [rule for rule in file.definition.exclude if _excludes(rule, spec)]
        for rule in hits:
            unused.pop(rule, None)
        if not hits:
            found[spec.digest] = spec
    for extra in file.definition.include:
        found.update((spec.digest, spec) for spec in _included(file, extra, known_tasks, limits))
    _check_result(file, list(unused), found)
    return list(found.values())


def plan_key(file: SweepFile, known_tasks: Mapping[str, Limits]) -> str:
    """A digest of everything `expand` depends on: equal keys expand to equal cells.

    Raises:
        MalformedFile: a glob matches no task.
    """
    tasks = {task: known_tasks[task].model_dump(mode="json") for task in _all_tasks(file, known_tasks)}
    given = file.definition.limits.model_fields_set
    return digest_of(
        [_PLAN_RULES, file.definition.model_dump(mode="json"), sorted(given), tasks],
    )


def _limits(file: SweepFile, declared: Limits) -> Limits:
    given = file.definition.limits
    return declared.model_copy(update={name: getattr(given, name) for name in given.model_fields_set})


def _select(file: SweepFile, key: str, glob: str, known_tasks: Collection[str]) -> list[str]:
    named = is_twin(glob)
    found = sorted(task for task in known_tasks if is_twin(task) is named and fnmatchcase(task, glob))
    if not found:
        raise MalformedFile(
            f"{key}: {glob!r} matches no task", where=str(file.path), remedy=did_you_mean(glob, known_tasks)
        )
    return found


def _matrix_tasks(file: SweepFile, known_tasks: Collection[str]) -> list[str]:
    globs = file.definition.sweep.tasks
    found = list(dict.fromkeys(task for glob in globs for task in _select(file, "sweep.tasks", glob, known_tasks)))
    return [*found, *(twin for twin in _twins(file, found, known_tasks) if twin not in found)]


def _twins(file: SweepFile, tasks: Collection[str], known_tasks: Collection[str]) -> list[str]:
    """The impossible twins that are mixed in: a share of those there are, drawn by the sweep's id."""
    sweep = file.definition.sweep
    there = [twin for twin in map(twin_id, tasks) if twin in known_tasks]
    drawn = sorted(there, key=lambda twin: digest_of([sweep.id, twin]))[: math.ceil(sweep.twins * len(there))]
    return sorted(drawn)


def _all_tasks(file: SweepFile, known_tasks: Collection[str]) -> list[str]:
    included = (task for rule in file.definition.include for task in _included_tasks(file, rule, known_tasks))
    return list(dict.fromkeys((*_matrix_tasks(file, known_tasks), *included)))


def _included_tasks(file: SweepFile, rule: Include, known_tasks: Collection[str]) -> list[str]:
    return _select(file, "include.task", rule.task, known_tasks)


def _matrix(file: SweepFile, known_tasks: Collection[str], limits: Mapping[str, Limits]) -> Iterator[CellSpec]:
    sweep = file.definition.sweep
    for run, task, stack, mode, model, tui in product(
        range(1, sweep.runs + 1),
        _matrix_tasks(file, known_tasks),
        sweep.plugin_stacks,
        sweep.behavior_modes,
        sweep.models,
        sweep.tuis,
    ):
        yield CellSpec(
            sweep_id=sweep.id,
            tui=tui,
            model=model,
            task=task,
            plugin_stack=stack,
            behavior_mode=mode,
            run=run,
            sandbox=sweep.sandbox,
            limits=limits[task],
        )


def _included(
    file: SweepFile, rule: Include, known_tasks: Collection[str], limits: Mapping[str, Limits]
) -> Iterator[CellSpec]:
    sweep = file.definition.sweep
    for run in range(1, (rule.runs or sweep.runs) + 1):
        for task in _included_tasks(file, rule, known_tasks):
            yield CellSpec(
                sweep_id=sweep.id,
                tui=rule.tui,
                model=rule.model,
                task=task,
                plugin_stack=rule.plugin_stack,
                behavior_mode=rule.behavior_mode,
                run=run,
                sandbox=sweep.sandbox,
                limits=limits[task],
            )


def _excludes(rule: Exclude, spec: CellSpec) -> bool:
    return (
        fnmatchcase(spec.tui, rule.tui)
        and fnmatchcase(spec.model, rule.model)
        and fnmatchcase(spec.task, rule.task)
        and fnmatchcase(spec.behavior_mode, rule.behavior_mode)
    )


def _check_tuis(file: SweepFile, known: Collection[str]) -> None:
    named = [("sweep.tuis", tui) for tui in file.definition.sweep.tuis]
    named += [("include.tui", rule.tui) for rule in file.definition.include]
    for key, tui in named:
        if tui not in known:
            raise MalformedFile(f"{key}: no agent {tui!r}", where=str(file.path), remedy=did_you_mean(tui, known))


def _check_result(file: SweepFile, unused: list[Exclude], found: Mapping[str, CellSpec]) -> None:
    if unused:
        raise MalformedFile(
            f"exclude: {unused[0].model_dump()} matches no cell",
            where=str(file.path),
            remedy="mend or remove it: an exclude that takes nothing out is a typing error more often than not",
        )
    if not found:
        raise MalformedFile(
            "the excludes leave no cell", where=str(file.path), remedy="remove an exclude, or add an include"
        )
