"""What is known of a running sweep at one moment: plain data, the same for the page, the API and the stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from codingagentbench.site.live.screen import View


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Phase = Literal["preparing", "agent", "grading"]


class RunningCell(_Data):
    """A leased cell. Times in seconds."""

    sweep_id: str
    digest: str = Field(description="of the cell's specification, without `sha256:`; names its terminal")
    cell_id: str
    place: str
    tui: str
    model: str
    task: str
    run: int
    attempt: int
    phase: Phase = Field(description="preparing: no terminal yet; agent: it runs; grading: it has ended")
    began: float = Field(description="when the agent was started, seconds since the epoch; 0 while preparing")
    model_calls: int = Field(description="that have ended")
    tokens: int | None = Field(description="of those calls; null when one of them left it unknown")
    bytes_left_out: int = Field(description="of terminal output, skipped to keep up")
    has_screen: bool = Field(description="whether its terminal is streamed here")


class Finish(_Data):
    """An attempt that has ended. `page` is its cell's page, from the root of the site."""

    order: int
    cell_id: str
    page: str
    attempt: int
    outcome: str
    cause: str | None
    wall_s: float
    tokens: int | None
    usd: float | None
    finished_at: float


Activity = Literal["running", "stopped", "finished"]


class LiveSweep(_Data):
    """One sweep. `stopped`: cells are left and nobody works on them."""

    sweep_id: str
    activity: Activity
    total: int
    todo: int
    running: int
    done: int
    missing: int
    outcomes: dict[str, int]
    causes: dict[str, int] = Field(description="of cells that ended without a measurement")
    attempts: int
    unmetered: int = Field(description="attempts that left their tokens unknown; `tokens` leaves them out")
    tokens: int
    usd: float | None = Field(description="null when no attempt has a known price")
    wall_s: float = Field(description="summed over all attempts")
    eta_s: float | None = Field(
        description="mean time of an attempt x (cells left + half of the running) / running"
    )
    recent: tuple[Finish, ...]
    cells: tuple[RunningCell, ...]


Screens = dict[tuple[str, str], View]
"""By sweep id and digest."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """All sweeps that are not finished, and those that finished while they were looked at. `number` grows."""

    number: int
    at: float
    sweeps: tuple[LiveSweep, ...]
    screens: Screens

    def sweep(self, sweep_id: str) -> LiveSweep | None:
        """One of them."""
        return next((sweep for sweep in self.sweeps if sweep.sweep_id == sweep_id), None)


NOTHING = LiveState(0, 0.0, (), {})
