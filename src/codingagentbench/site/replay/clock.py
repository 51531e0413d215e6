"""The one clock of trace and terminal: milliseconds since the cell started."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.site.replay.cast import Recording
from codingagentbench.site.replay.layout import Layout

_ROUNDING_MS = 0.01


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the clock ends, and where on it the recording's second 0 and its last event lie. All in ms."""

    duration: float
    terminal_starts: float
    terminal_ends: float


def clock_of(layout: Layout, recording: Recording) -> Clock:
    """Lay the recording onto the trace's clock.

    The recording's second 0 is when the harness begins to make the sandbox, a moment before the agent's program
    starts. Its last event, the marker `exit N`, bears the time at which the `adapter_run` span ends, so the place
    is exact to the recording's microseconds. Without that marker second 0 is the start of the `sandbox` span, and
    without that span the program's start.
    """
    starts = _second_zero(layout, recording)
    ends = starts + recording.end_ms
    return Clock(max(layout.duration, ends if recording.events else 0.0), starts, ends)


def _second_zero(layout: Layout, recording: Recording) -> float:
    program = layout.program
    if program is None:
        return 0.0
    opening = next((bar.start for bar in layout.bars if bar.span.kind == "sandbox"), program.start)
    earliest = min(opening, program.start)
    exits = [at for at, code, label in recording.events[-1:] if code == "m" and label.startswith("exit ")]
    if exits:
        exact = program.end - exits[0] * 1000
        if earliest - _ROUNDING_MS <= exact <= program.start + _ROUNDING_MS:
            return max(exact, 0.0)
    return earliest
