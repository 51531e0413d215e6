"""What an agent itself takes, measured: CPU, memory, the way to its first model call, idle time, calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from codingagentbench.site.entities.spread import Spread, spread
from codingagentbench.store import RECORD_NAME
from codingagentbench.store.line import CellLine

SAMPLE = 100
"""Attempt folders of each kind that are opened for what only they hold, evenly spaced over all."""

_BEFORE_AGENT = ("queue", "setup", "sandbox")
_HARNESS_WALL = (*_BEFORE_AGENT, "snapshot", "teardown")
_LINE_BYTES = 1 << 20
Unit = Literal["duration", "size", "number"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity over the cells of reference models and over those of real ones. `unit`: how it is written."""

    name: str
    meaning: str
    unit: Unit
    reference: Spread | None
    real: Spread | None


@dataclass(frozen=True, slots=True)
class _Opened:
    """What an attempt's folder says of the agent, in ms and bytes; None where it does not."""

    cpu_ms: float | None
    memory: float | None
    first_call_ms: float | None


def overhead(results: Path, lines: Sequence[CellLine]) -> list[Measure]:
    """All measures over the valid cells of an agent. Opens at most twice `SAMPLE` folders."""
    valid = [line for line in lines if line.measured and line.sandboxed]
    reference = [line for line in valid if line.reference]
    real = [line for line in valid if not line.reference]
    opened = [[_opened(results, line) for line in sample(group)] for group in (reference, real)]

    def inside(name: str, meaning: str, unit: Unit, value: Callable[[_Opened], float | None]) -> Measure:
        ends = (spread(found for one in group if (found := value(one)) is not None) for group in opened)
        return Measure(name, meaning, unit, *ends)

    def outside(name: str, meaning: str, unit: Unit, value: Callable[[CellLine], float | None]) -> Measure:
        ends = (spread(v for line in group if (v := value(line)) is not None) for group in (reference, real))
        return Measure(name, meaning, unit, *ends)

    return [
        inside("Agent's CPU time", "of all processes in the sandbox", "duration", lambda one: one.cpu_ms),
        inside("Start to first model call", "from the agent's start", "duration", lambda one: one.first_call_ms),
        outside("Idle time", "neither model nor tool at work", "duration", lambda line: line.latency.get("idle")),
        inside("Peak memory", "of all processes in the sandbox", "size", lambda one: one.memory),
        outside("Model calls", "in one cell", "number", lambda line: float(line.model_calls)),
        outside("Harness's CPU time", "spent by cab on the cell", "duration", lambda line: line.harness_cpu_ms),
        outside(
            "Harness's wall time", "queue, set-up, sandbox, snapshot, teardown", "duration",
            lambda line: sum(line.latency.get(part, 0.0) for part in _HARNESS_WALL),
        ),
    ]  # fmt: skip


def sample(lines: Sequence[CellLine], most: int = SAMPLE) -> list[CellLine]:
    """At most `most` of the cells that left a folder, evenly spaced."""
    kept = [line for line in lines if line.directory]
    step = max(1, -(-len(kept) // most))
    return list(islice(kept, 0, None, step))


def _opened(results: Path, line: CellLine) -> _Opened:
    folder = results / line.directory
    try:
        record = json.loads((folder / RECORD_NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        record = {}
    cpu_s = _number(record, "agent_cpu_s")
    return _Opened(
        None if cpu_s is None else cpu_s * 1000, _number(record, "peak_memory_bytes"), _first_call(folder, line)
    )


def _first_call(folder: Path, line: CellLine) -> float | None:
    """From the agent's start to its first model call, in ms."""
    try:
        with (folder / "model_calls.jsonl").open("rb") as stream:
            call = json.loads(stream.readline(_LINE_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    start = _number(call, "start_ms")
    return None if start is None else max(0.0, start - sum(line.latency.get(part, 0.0) for part in _BEFORE_AGENT))


def _number(data: Any, name: str) -> float | None:
    value = data.get(name) if isinstance(data, dict) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
