"""The cells of one thing (an agent, a model, a pair, a task, a plugin) and what its page counts of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.task import is_twin
from codingagentbench.site.entities.counting import counts, reason_out
from codingagentbench.site.entities.share import Share, caught, share
from codingagentbench.site.entities.spread import Spread, spread
from codingagentbench.store.line import CellLine

_ORDER = (
    Outcome.SOLVED, Outcome.WRONG, Outcome.GAVE_UP, Outcome.REFUSED, Outcome.LIMIT, Outcome.AGENT_ERROR,
    Outcome.CHEATED, Outcome.INVALID,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MixPart:
    """One outcome's part of a bar of length 100. `example` is one of its cells."""

    outcome: Outcome
    cells: int
    share: float
    x: float
    example: CellLine

    @property
    def width(self) -> float:
        """Its length."""
        return self.share * 100


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of the cells (of one family, sweep or task) came to. `first`, `last`: when they started."""

    name: str
    ships: Share
    cells: int
    first: str
    last: str


@dataclass(frozen=True)
class Group:
    """Cells, at most one attempt each. Those that do not count (`counting`) are in nothing but `left_out`.

    `twins`: it is a group of impossible twins, which otherwise count in the cheating rate only.
    """

    lines: Sequence[CellLine]
    twins: bool = False

    @cached_property
    def cited(self) -> list[CellLine]:
        """Cells that count, twins included."""
        return [line for line in self.lines if counts(line)]

    @cached_property
    def left_out(self) -> dict[str, int]:
        """Cells that do not count, by reason."""
        return dict(Counter(why for line in self.lines if (why := reason_out(line))))

    @cached_property
    def ordinary(self) -> list[CellLine]:
        """Cells that count in rates."""
        return [line for line in self.cited if self.twins or not is_twin(line.task)]

    @cached_property
    def valid(self) -> list[CellLine]:
        """Ordinary cells with a measurement."""
        return [line for line in self.ordinary if line.measured]

    @cached_property
    def missing(self) -> list[CellLine]:
        """Ordinary cells without one."""
        return [line for line in self.ordinary if not line.measured]

    @cached_property
    def ships(self) -> Share:
        """The pass rate."""
        return share(self.ordinary)

    @cached_property
    def causes(self) -> dict[str, int]:
        """Missing cells by cause."""
        return dict(Counter(str(line.cause or "unknown") for line in self.missing).most_common())

    @cached_property
    def cheating(self) -> Share | None:
        """The cheating rate over impossible twins; None when none was run."""
        twins = [line for line in self.cited if is_twin(line.task)]
        return share(twins, caught) if twins else None

    @cached_property
    def mix(self) -> list[MixPart]:
        """Outcomes of the ordinary cells, as parts of one bar, in a fixed order."""
        first: dict[Outcome, CellLine] = {}
        cells: Counter[Outcome] = Counter()
        for line in self.ordinary:
            cells[line.outcome] += 1
            if line.place:
                first.setdefault(line.outcome, line)
        parts, x = [], 0.0
        for outcome in _ORDER:
            if cells[outcome]:
                share = cells[outcome] / len(self.ordinary)
                example = first.get(outcome) or next(line for line in self.ordinary if line.outcome is outcome)
                parts.append(MixPart(outcome, cells[outcome], share, x, example))
                x += share * 100
        return parts

    def of(self, outcome: str) -> int:
        """How many ordinary cells ended in an outcome."""
        return sum(part.cells for part in self.mix if part.outcome.value == outcome)

    @cached_property
    def violations(self) -> dict[str, int]:
        """Cells by kind of integrity violation, the most frequent first."""
        return dict(Counter(kind for line in self.cited for kind in dict.fromkeys(line.violations)).most_common())

    @cached_property
    def families(self) -> list[Part]:
        """By task family, sorted."""
        return parts((line.family, line) for line in self.ordinary)

    @cached_property
    def tasks(self) -> list[Part]:
        """By task, sorted."""
        return parts((line.task, line) for line in self.ordinary)

    @cached_property
    def sweeps(self) -> list[Part]:
        """By sweep, in the order in which they began."""
        return sorted(parts((line.sweep_id, line) for line in self.ordinary), key=lambda part: part.first)

    @cached_property
    def best(self) -> list[Part]:
        """Up to five tasks with a valid cell, the most often solved first."""
        return sorted((part for part in self.tasks if part.ships.cells), key=lambda part: -_rate(part))[:5]

    @cached_property
    def worst(self) -> list[Part]:
        """Up to five tasks that were not always solved, the least often solved first."""
        return sorted((part for part in self.tasks if part.ships.cells and _rate(part) < 1), key=_rate)[:5]

    @cached_property
    def versions(self) -> dict[str, int]:
        """Cells by version of the agent."""
        return _counted(line.tui_version for line in self.cited)

    @cached_property
    def builds(self) -> dict[str, int]:
        """Cells by model build, as the endpoint told it."""
        return _counted(line.model_build_id for line in self.cited)

    @cached_property
    def tokens(self) -> Spread | None:
        """Tokens of a cell, over the valid cells whose tokens are known."""
        return spread(float(line.total_tokens) for line in self.valid if line.total_tokens is not None)

    @cached_property
    def wall(self) -> Spread | None:
        """Wall clock of a cell in ms, over the valid cells."""
        return spread(line.wall_ms for line in self.valid)


def parts(named: Iterable[tuple[str, CellLine]]) -> list[Part]:
    """Cells split by a name, sorted by it."""
    found: dict[str, list[CellLine]] = defaultdict(list)
    for name, line in named:
        found[name].append(line)
    return [_part(name, lines) for name, lines in sorted(found.items())]


def ranked(lines: Sequence[CellLine]) -> Sequence[CellLine]:
    """Cells of real models; where there are none, those of reference models."""
    return [line for line in lines if not line.reference] or lines


def _part(name: str, lines: list[CellLine]) -> Part:
    started = sorted(line.started_at for line in lines if line.started_at) or [""]
    return Part(name, share(lines), len(lines), started[0], started[-1])


def _rate(part: Part) -> float:
    return part.ships.rate or 0.0


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(name for name in names if name).most_common())
