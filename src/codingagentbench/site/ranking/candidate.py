"""A pair as the chooser sees it: its numbers, each with how many it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from codingagentbench.site import formats
from codingagentbench.store.line import Pair


@dataclass(frozen=True, slots=True)
class Share:
    """A number, its 95 % interval where one is known, and how many cells (or what `of` says) it is over."""

    value: float
    interval: tuple[float, float] | None = None
    of: int = 0

    def overlaps(self, other: Share) -> bool:
        """Whether the two cannot be told apart by their intervals; a number without one is its own."""
        low, high = self.interval or (self.value, self.value)
        other_low, other_high = other.interval or (other.value, other.value)
        return low <= other_high and other_low <= high

    def negative(self) -> Share:
        """The same, counted downwards: for numbers of which less is better."""
        ends = (-self.interval[1], -self.interval[0]) if self.interval else None
        return Share(-self.value, ends, self.of)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Shares are 0..1, None where not measured. `tokens` and `usd` are per correct task, `active_ms` a median.

    `refused` is over cells of trap tasks, `false_refusals` over cells of ordinary ones, `cheating` over impossible
    twins, `agreement` over tasks with several runs.
    """

    name: str
    page: str
    pair: Pair
    licence: str
    tasks: int
    cells: int
    solved: int
    rate: Share
    tokens: float | None = None
    usd: float | None = None
    active_ms: Share | None = None
    blast: Share | None = None
    instructions: Share | None = None
    agreement: Share | None = None
    integrity: Share | None = None
    refused: Share | None = None
    false_refusals: Share | None = None
    cheating: Share | None = None

    def spent(self, unit: str) -> float | None:
        """Tokens or USD per correct task."""
        return self.usd if unit == "USD" else self.tokens

    def price(self) -> str:
        """A sentence: what choosing it costs."""
        tokens = "an unknown number of tokens" if self.tokens is None else f"{formats.whole(self.tokens)} tokens"
        usd = "; its cost in USD is not known" if self.usd is None else f" ({formats.usd(self.usd)})"
        time = f" The median run is active for {formats.duration(self.active_ms.value)}." if self.active_ms else ""
        return f"Per correct task it spends {tokens}{usd}.{time}"
