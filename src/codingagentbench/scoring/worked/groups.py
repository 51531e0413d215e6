"""Numbers over many cells, by the statistics that leaderboards are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.task import twin_id
from codingagentbench.core.values import Measured, NotApplicable
from codingagentbench.scoring.worked.cells import Inputs
from codingagentbench.stats import PerCorrect, Row, leaderboard, pass_at_k, pass_pow_k
from codingagentbench.store import CellSummary


def _cell(task: str, *, run: int = 1, solved: bool = False, composite: float = 0.0, **more: Any) -> CellSummary:
    value = Measured(value=composite)
    return CellSummary(
        cell_id=task, spec_digest=f"{task} {run}", sweep_id="example", tui="agent", model="vendor/model",
        task=task, run=run, attempt=1, outcome=Outcome.SOLVED if solved else Outcome.WRONG, methodology="1.0",
        scores={"1.0": {"composite": value}, "0.1": {"composite": value}}, **more,
    )  # fmt: skip


def _row(cells: list[CellSummary], methodology: str = "1.0") -> Row:
    return leaderboard(cells, methodology=methodology, intervals=False).rows[0]


def _number(value: PerCorrect | NotApplicable) -> float:
    if not isinstance(value, Measured):
        raise ValueError(value.kind)
    return value.value


def _pbs(inputs: Inputs, methodology: str) -> float:
    cells = [
        _cell(f"example/{at}", run=run, composite=value)
        for at, runs in enumerate(inputs["tasks"])
        for run, value in enumerate(runs, 1)
    ]
    return _number(_row(cells, methodology).pbs.value)


def _ships(inputs: Inputs, _: str) -> float:
    cells = [_cell(f"example/{at}", solved=at < inputs["solved"]) for at in range(int(inputs["valid"]))]
    return _number(_row(cells).ships.rate)


def _stays(inputs: Inputs, _: str) -> float:
    runs = [(at, run) for at in range(int(inputs["repeated"])) for run in (1, 2)]
    agree = inputs["agreeing"]
    cells = [_cell(f"example/{at}", run=run, solved=run == 1 or at < agree) for at, run in runs]
    return _number(_row(cells).stays.agreement)


def _group(inputs: Inputs, spent: str) -> Row:
    """A first cell that spent it all and solved nothing, and one for each solved task."""
    solved = [_cell(f"example/{at}", solved=True, **{spent: 0}) for at in range(int(inputs["solved"]))]
    return _row([_cell("example/first", **{spent: inputs["spent"]}), *solved])


def _tokens(inputs: Inputs, _: str) -> float:
    return _number(_group(inputs, "total_tokens").tokens_per_correct)


def _usd(inputs: Inputs, _: str) -> float:
    return _number(_group(inputs, "usd").usd_per_correct)


def _cheating(inputs: Inputs, _: str) -> float:
    twins = [twin_id(f"example/{at}") for at in range(int(inputs["valid"]))]
    found = _row([_cell(twin, solved=at < inputs["passed"]) for at, twin in enumerate(twins)]).cheating
    if found is None:
        raise ValueError("no twin")
    return _number(found.rate)


def _runs(estimator: Callable[[int, int, int], float]) -> Callable[[Inputs, str], float]:
    def find(inputs: Inputs, _: str) -> float:
        n, solved, k = _whole(inputs[name] for name in ("n", "solved", "k"))
        return estimator(n, solved, k)

    return find


def _whole(values: Iterable[float]) -> tuple[int, ...]:
    return tuple(map(int, values))


GROUPS: dict[str, Callable[[Inputs, str], float]] = {
    "pbs": _pbs,
    "ships": _ships,
    "stays": _stays,
    "tokens_per_correct": _tokens,
    "usd_per_correct": _usd,
    "cheating": _cheating,
    "pass_at_k": _runs(pass_at_k),
    "pass_pow_k": _runs(pass_pow_k),
}
"""Definition -> what the statistics give for its inputs under a methodology."""
