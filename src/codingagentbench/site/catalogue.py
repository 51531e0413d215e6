"""All cells of the results in memory, with the lookups that pages need. An immutable snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from codingagentbench.core.task import is_twin
from codingagentbench.store.line import CellLine, Pair

_Key = TypeVar("_Key", bound=Hashable)


class Catalogue:
    """Lines in planned order by sweep. Every lookup is a dictionary, made when first asked for."""

    def __init__(self, lines: Iterable[CellLine]) -> None:
        self.lines = tuple(lines)

    def _by(self, key: Callable[[CellLine], _Key]) -> Mapping[_Key, list[CellLine]]:
        found: dict[_Key, list[CellLine]] = defaultdict(list)
        for line in self.lines:
            found[key(line)].append(line)
        return found

    @cached_property
    def by_place(self) -> Mapping[str, CellLine]:
        """The cell of each folder `<sweep>/<tui>/<vendor>/<model>/<family>/<slug>/run<N>`."""
        return {line.place: line for line in self.lines if line.place}

    @cached_property
    def by_pair(self) -> Mapping[Pair, list[CellLine]]:
        """Cells of each (agent, model, plugin stack, behaviour mode)."""
        return self._by(lambda line: line.pair)

    @cached_property
    def by_task(self) -> Mapping[str, list[CellLine]]:
        """Cells of each task."""
        return self._by(lambda line: line.task)

    @cached_property
    def by_tui(self) -> Mapping[str, list[CellLine]]:
        """Cells of each agent."""
        return self._by(lambda line: line.tui)

    @cached_property
    def by_model(self) -> Mapping[str, list[CellLine]]:
        """Cells of each model."""
        return self._by(lambda line: line.model)

    @cached_property
    def by_sweep(self) -> Mapping[str, list[CellLine]]:
        """Cells of each sweep."""
        return self._by(lambda line: line.sweep_id)

    @cached_property
    def by_plugin(self) -> Mapping[str, list[CellLine]]:
        """Cells of each plugin, named by its reference; a cell with two plugins is in both."""
        found: dict[str, list[CellLine]] = defaultdict(list)
        for line in self.lines:
            for name in line.plugin_stack:
                found[name].append(line)
        return found

    @cached_property
    def families(self) -> tuple[str, ...]:
        """Task families, sorted; impossible twins are none."""
        return tuple(sorted({task.partition("/")[0] for task in self.by_task if not is_twin(task)}))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Languages of the tasks, sorted."""
        return tuple(sorted({line.language for line in self.lines if line.language}))

    @cached_property
    def only_references(self) -> bool:
        """Whether there are cells and none of a real model."""
        return bool(self.lines) and all(line.reference for line in self.lines)

    @cached_property
    def _by_task_model(self) -> Mapping[tuple[object, ...], list[CellLine]]:
        return self._by(lambda line: (line.sweep_id, line.task, line.model, line.run))

    @cached_property
    def _by_tui_task(self) -> Mapping[tuple[object, ...], list[CellLine]]:
        return self._by(lambda line: (line.sweep_id, line.tui, line.task, line.plugin_stack, line.run))

    @cached_property
    def _by_pair_family(self) -> Mapping[tuple[object, ...], list[CellLine]]:
        return self._by(lambda line: (line.sweep_id, line.pair, line.family, line.run))

    @cached_property
    def _by_pair_task(self) -> Mapping[tuple[object, ...], list[CellLine]]:
        return self._by(lambda line: (line.pair, line.task))

    def other_tuis(self, line: CellLine) -> list[CellLine]:
        """Other agents (or stacks) with this model on this task, same sweep and run."""
        found = self._by_task_model[line.sweep_id, line.task, line.model, line.run]
        return [other for other in found if other.pair != line.pair]

    def other_models(self, line: CellLine) -> list[CellLine]:
        """Other models with this agent on this task, same sweep and run."""
        found = self._by_tui_task[line.sweep_id, line.tui, line.task, line.plugin_stack, line.run]
        return [other for other in found if other.model != line.model]

    def other_tasks(self, line: CellLine) -> list[CellLine]:
        """This pair on the other tasks of the family, same sweep and run."""
        found = self._by_pair_family[line.sweep_id, line.pair, line.family, line.run]
        return [other for other in found if other.task != line.task]

    def other_runs(self, line: CellLine) -> list[CellLine]:
        """This pair on this task in other runs and other sweeps."""
        return [other for other in self._by_pair_task[line.pair, line.task] if other.place != line.place]

    def circles(self, line: CellLine) -> tuple[list[CellLine], ...]:
        """The groups that its neighbours are picked from, itself among them; the same list for all of a group."""
        run = line.run
        return (
            self._by_task_model[line.sweep_id, line.task, line.model, run],
            self._by_tui_task[line.sweep_id, line.tui, line.task, line.plugin_stack, run],
            self._by_pair_family[line.sweep_id, line.pair, line.family, run],
            self._by_pair_task[line.pair, line.task],
        )

    def neighbours(self, line: CellLine) -> list[CellLine]:
        """Every cell that its page shows beside it."""
        return [*self.other_tuis(line), *self.other_models(line), *self.other_tasks(line), *self.other_runs(line)]
