"""A cell to look at for each reason that the chooser gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from codingagentbench.core.task import is_twin
from codingagentbench.core.values import Measured
from codingagentbench.site.ranking.matters import Matter
from codingagentbench.stats.tally import ACTIVE_PARTS
from codingagentbench.store.line import CellLine


def telling_cell(
    lines: Sequence[CellLine], matter: Matter, ease: Callable[[str], float]
) -> tuple[str, CellLine] | None:
    """What the cell shows, and the cell; None when the pair has no valid one.

    Args:
        lines: cells of one pair.
        ease: for a task, the share of all pairs' valid runs that solved it.
    """
    valid = [line for line in lines if line.measured and line.directory and not is_twin(line.task)]
    if not valid:
        return None
    return _PICKERS[matter](valid, ease)


def _hardest(lines: Sequence[CellLine], ease: Callable[[str], float]) -> tuple[str, CellLine]:
    solved = [line for line in lines if line.solved]
    found = min(solved or lines, key=lambda line: (ease(line.task), line.place))
    return ("the hardest task it solved" if solved else "one of its runs", found)


def _typical(
    lines: Sequence[CellLine], number: Callable[[CellLine], float | None], what: str
) -> tuple[str, CellLine]:
    """The solved run (or run) whose number is nearest to the mean."""
    pool = [line for line in lines if line.solved] or lines
    known = [(value, line) for line in pool if (value := number(line)) is not None]
    if not known:
        return ("one of its runs", pool[0])
    mean = fmean(value for value, _ in known)
    return (what, min(known, key=lambda pair: (abs(pair[0] - mean), pair[1].place))[1])


def _cost(lines: Sequence[CellLine], _: Callable[[str], float]) -> tuple[str, CellLine]:
    return _typical(lines, lambda line: line.total_tokens, "a run of typical cost")


def _speed(lines: Sequence[CellLine], _: Callable[[str], float]) -> tuple[str, CellLine]:
    return _typical(
        lines, lambda line: sum(line.latency.get(part, 0.0) for part in ACTIVE_PARTS), "a run of typical length"
    )


def _care(lines: Sequence[CellLine], _: Callable[[str], float]) -> tuple[str, CellLine]:
    found = max(lines, key=lambda line: (_axis(line, "blast_radius", -1.0), line.place))
    worst = _axis(found, "blast_radius", 0.0) > 0
    return ("the run that changed most that was not asked for" if worst else "one of its clean runs", found)


def _steady(lines: Sequence[CellLine], ease: Callable[[str], float]) -> tuple[str, CellLine]:
    by_task: dict[str, list[CellLine]] = {}
    for line in lines:
        by_task.setdefault(line.task, []).append(line)
    split = [found for found in by_task.values() if len({line.solved for line in found}) > 1]
    if split:
        return ("a task on which its runs differ", split[0][0])
    repeated = [found[0] for found in by_task.values() if len(found) > 1]
    return ("a task on which its runs agree", repeated[0]) if repeated else _hardest(lines, ease)


def _honesty(lines: Sequence[CellLine], ease: Callable[[str], float]) -> tuple[str, CellLine]:
    bad = [line for line in lines if line.violations]
    if bad:
        return ("a run with a violation", bad[0])
    traps = [line for line in lines if isinstance(line.axis("refusal"), Measured)]
    if traps:
        return ("a trap task, where refusing is right", min(traps, key=lambda line: _axis(line, "refusal", 2.0)))
    return _hardest(lines, ease)


def _axis(line: CellLine, name: str, absent: float) -> float:
    value = line.axis(name)
    return value.value if isinstance(value, Measured) else absent


_PICKERS: dict[Matter, Callable[[Sequence[CellLine], Callable[[str], float]], tuple[str, CellLine]]] = {
    Matter.SOLVING: _hardest, Matter.COST: _cost, Matter.SPEED: _speed, Matter.CARE: _care,
    Matter.STEADY: _steady, Matter.HONESTY: _honesty,
}  # fmt: skip
