"""One sweep: its definition, how it stands, what it cost, and where it was run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from codingagentbench.core.errors import CabError
from codingagentbench.core.task import is_twin
from codingagentbench.site.entities.overhead import sample
from codingagentbench.site.entities.runs import Runs
from codingagentbench.store import DEFINITION_NAME, RECORD_NAME, Counts, LedgerReader, Spending, ledger_path
from codingagentbench.store.layout import LEDGER_NAME
from codingagentbench.store.line import CellLine, Pair

DEFINITION_LIMIT = 64_000
"""Characters of a definition that are shown."""

MATRIX_PAIRS, MATRIX_TASKS = 24, 200
HOST_SAMPLE = 40
_HOST_FIELDS = ("cpu_model", "cores", "memory_mb", "os", "kernel", "python", "harness_version")


@dataclass(frozen=True, slots=True)
class Host:
    """A machine that cells were run on. `cells`: of those that were looked at; `loads`: 1-minute averages."""

    facts: tuple[tuple[str, str], ...]
    cells: int
    loads: tuple[float, float] | None


@dataclass(frozen=True)
class SweepFacts:
    """`counts` and `spending` are None when the ledger cannot be read. `lines` are the sweep's cells."""

    sweep_id: str
    lines: Sequence[CellLine]
    definition: str
    cut: bool
    counts: Counts | None
    spending: Spending | None

    @property
    def started(self) -> str:
        """When the first cell started."""
        return min((line.started_at for line in self.lines if line.started_at), default="")

    @property
    def ended(self) -> str:
        """When the last cell ended."""
        return max((line.ended_at for line in self.lines), default="")

    @property
    def reference(self) -> bool:
        """Whether every model is scripted."""
        return bool(self.lines) and all(line.reference for line in self.lines)

    @cached_property
    def methodologies(self) -> list[str]:
        """That its records carry, sorted."""
        return sorted({line.methodology for line in self.lines if line.methodology})

    @cached_property
    def pairs(self) -> list[Pair]:
        """Sorted."""
        return sorted({line.pair for line in self.lines})

    @cached_property
    def tasks(self) -> list[str]:
        """Sorted, ordinary ones before twins."""
        return sorted({line.task for line in self.lines}, key=lambda task: (is_twin(task), task))

    @property
    def matrix_pairs(self) -> list[Pair]:
        """The columns of `matrix`."""
        return self.pairs[:MATRIX_PAIRS]

    @cached_property
    def matrix(self) -> list[tuple[str, list[Runs | None]]]:
        """For each task the runs of each pair, of the first `MATRIX_TASKS` and `MATRIX_PAIRS`."""
        cells: dict[tuple[str, Pair], list[CellLine]] = {}
        for line in self.lines:
            cells.setdefault((line.task, line.pair), []).append(line)
        return [
            (task, [Runs(cells[task, pair]) if (task, pair) in cells else None for pair in self.matrix_pairs])
            for task in self.tasks[:MATRIX_TASKS]
        ]


def ledger_stamp(results: Path, sweep_id: str) -> str:
    """What changes whenever a sweep's ledger or definition is written; nothing is read."""
    folder = results / sweep_id
    found = []
    for name in (LEDGER_NAME, f"{LEDGER_NAME}-wal", DEFINITION_NAME):
        try:
            stat = (folder / name).stat()
        except OSError:
            continue
        found.append(f"{name} {stat.st_size} {stat.st_mtime_ns}")
    return "\n".join(found)


def sweep_facts(results: Path, sweep_id: str, lines: Sequence[CellLine]) -> SweepFacts:
    """Everything about one sweep but its cells' numbers."""
    counts, spending = _ledger(results, sweep_id)
    text = _definition(results, sweep_id)
    return SweepFacts(sweep_id, lines, text[:DEFINITION_LIMIT], len(text) > DEFINITION_LIMIT, counts, spending)


def hosts(results: Path, lines: Sequence[CellLine]) -> list[Host]:
    """Machines named by the records of at most `HOST_SAMPLE` cells, evenly spaced, the most frequent first."""
    found: Counter[tuple[tuple[str, str], ...]] = Counter()
    loads: dict[tuple[tuple[str, str], ...], list[float]] = {}
    for line in sample(lines, HOST_SAMPLE):
        host = _host(results / line.directory / RECORD_NAME)
        if host:
            facts = tuple((name.replace("_", " "), str(host[name])) for name in _HOST_FIELDS if name in host)
            found[facts] += 1
            numbers = (host.get("load_start"), host.get("load_end"))
            loads.setdefault(facts, []).extend(float(n) for n in numbers if isinstance(n, int | float))
    return [
        Host(facts, cells, (min(loads[facts]), max(loads[facts])) if loads[facts] else None)
        for facts, cells in found.most_common()
    ]


def _ledger(results: Path, sweep_id: str) -> tuple[Counts | None, Spending | None]:
    try:
        with LedgerReader(ledger_path(results, sweep_id)) as ledger:
            return ledger.counts(), ledger.spending()
    except CabError:
        return None, None


def _definition(results: Path, sweep_id: str) -> str:
    try:
        with (results / sweep_id / DEFINITION_NAME).open(encoding="utf-8", errors="replace") as stream:
            return stream.read(DEFINITION_LIMIT + 1)
    except OSError:
        return ""


def _host(record: Path) -> dict[str, Any]:
    try:
        host = json.loads(record.read_bytes()).get("host")
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
    return host if isinstance(host, dict) else {}
